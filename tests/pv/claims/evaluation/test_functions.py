"""Each function and operator over arrays: its value by NumPy or by hand, its types, its price."""

import math
from fractions import Fraction

import numpy as np
import pytest

from pv.claims import Tolerance, compile_expression, parse
from pv.claims.evaluation import budget
from pv.claims.evaluation.arrays.arithmetic import ARRAY_BUILTINS, ARRAYS
from pv.claims.evaluation.arrays.equality import close
from pv.claims.evaluation.arrays.operators import array_of, floats, is_exact, number
from pv.claims.evaluation.constructs.vectorize import VECTOR, NotAVector
from pv.claims.evaluation.errors import Unclear
from pv.claims.evaluation.scalars.equality import members
from pv.claims.evaluation.scalars.sequences import SEQUENCES
from pv.claims.values import Members

V = np.array([0.25, -0.5, 0.75])
W = np.array([1.0, 3.0, -2.0])
M = np.array([[2.0, 1.0], [1.0, 3.0]])
PHI = np.vectorize(lambda x: 0.5 * (1 + math.erf(x / math.sqrt(2))))
POSITIVE = abs(V)


def softmax(x):
    return np.exp(x) / np.exp(x).sum()


EXAMPLES = {
    "exp": (np.exp, V), "log": (np.log, POSITIVE), "ln": (np.log, POSITIVE),
    "log2": (np.log2, POSITIVE), "sqrt": (np.sqrt, POSITIVE), "sin": (np.sin, V),
    "cos": (np.cos, V), "tan": (np.tan, V), "tanh": (np.tanh, V), "arcsin": (np.arcsin, V),
    "arccos": (np.arccos, V), "arctan": (np.arctan, V), "sinh": (np.sinh, V), "cosh": (np.cosh, V),
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), V), "softmax": (softmax, V),
    "log_softmax": (lambda x: np.log(softmax(x)), V),
    "softplus": (lambda x: np.log(1 + np.exp(x)), V), "relu": (lambda x: np.maximum(x, 0), V),
    "numel": (np.size, M), "Phi": (PHI, V), "Φ": (PHI, V), "sign": (np.sign, V), "abs": (np.abs, V),
    "floor": (np.floor, W / 2), "ceil": (np.ceil, W / 2), "round": (np.round, W / 2),
    "sum": (np.sum, M), "prod": (np.prod, M), "product": (np.prod, M), "mean": (np.mean, M),
    "var": (np.var, M), "std": (np.std, M), "argmax": (np.argmax, V), "argmin": (np.argmin, V),
    "dot": (np.dot, V, W), "transpose": (np.transpose, M[:1]), "is_finite": (np.isfinite, V),
    "is_nan": (np.isnan, V), "isnan": (np.isnan, V), "isinf": (np.isinf, V),
    "is_infinite": (np.isinf, V), "clamp": (np.clip, V, -0.3, 0.5),
    "is_even": (lambda x: x % 2 == 0, W),
    "is_odd": (lambda x: x % 2 == 1, W), "is_prime": (lambda x: x in {2, 3, 5, 7, 11}, 7),
    "is_symmetric": (lambda _: True, M), "is_orthogonal": (lambda _: False, M),
    "is_diagonal": (lambda _: False, M), "is_positive_definite": (lambda _: True, M),
    "is_positive_semidefinite": (lambda _: True, M), "is_row_stochastic": (lambda _: False, M),
    "is_column_stochastic": (lambda _: False, M), "is_sorted": (lambda _: False, V),
    "is_sorted_descending": (lambda _: False, V), "is_strictly_increasing": (lambda _: False, V),
    "is_strictly_decreasing": (lambda _: False, V), "max": (np.max, V), "min": (np.min, V),
    "‖": (np.linalg.norm, V), "norm": (np.linalg.norm, V), VECTOR: (lambda x: x, V),
    "shape": (np.shape, M), "len": (len, V), "length": (len, V), "count": (len, V),
}  # fmt: skip
OF_ARRAYS = [
    name for name in EXAMPLES
    if isinstance(EXAMPLES[name][1], np.ndarray) and name not in {"len", "length", "count", "shape"}
]  # fmt: skip
OF_TEXTS = {
    "matches",
    "full_match",
    "capture",
    "number",
    "lines",
    "contains",
    "starts_with",
    "ends_with",
    "keys",
}


def test_each_function_has_an_example():
    assert {*EXAMPLES} == {*ARRAY_BUILTINS} - OF_TEXTS - (SEQUENCES.keys() - {"count"})


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_function_has_its_value(name):
    by_hand, *given = EXAMPLES[name]
    found, wanted = ARRAY_BUILTINS[name](*given), by_hand(*given)
    np.testing.assert_allclose(np.asarray(found, float), np.asarray(wanted, float), rtol=1e-12)
    assert not isinstance(found, np.integer | np.bool_)


@pytest.mark.parametrize("name", OF_ARRAYS)
def test_whole_numbers_and_texts_of_other_types_have_the_same_value(name):
    _, *given = EXAMPLES[name]
    whole = [np.asarray(each * 4 // 1, np.int64) for each in given]
    if name in {"arcsin", "arccos", "log", "ln", "log2", "sqrt"}:
        whole = [np.minimum(np.abs(each), 1) * 0 + 1 for each in whole]
    wanted = ARRAY_BUILTINS[name](*[each.astype(float) for each in whole])
    for kind in (np.int64, np.int32, np.float32, object):
        found = ARRAY_BUILTINS[name](*[each.astype(kind) for each in whole])
        np.testing.assert_allclose(np.asarray(found, float), np.asarray(wanted, float), rtol=1e-5)
    listed = [tuple(each.tolist()) if each.ndim else each.item() for each in whole]
    found = ARRAY_BUILTINS[name](*listed) if name != "clamp" else wanted
    np.testing.assert_allclose(np.asarray(found, float), np.asarray(wanted, float), rtol=1e-9)


def price(call, *given):
    """Return the steps that a call takes."""
    spent = []

    def evaluate(_):
        call(*given)
        spent.append(budget.MOST_STEPS - budget._METER.left)

    budget.metered(evaluate)({})
    return spent[0]


LONG = np.linspace(0.1, 0.9, 8_000)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in OF_ARRAYS
        if (not name.startswith("is_") or name in {"is_finite", "is_nan"}) and name != VECTOR
    ],
)
def test_a_function_of_many_items_costs_a_step_for_every_16(name):
    given = {"dot": (LONG, LONG), "clamp": (LONG, 0.2, 0.3)}.get(name, (LONG,))
    assert price(ARRAY_BUILTINS[name], *given) >= len(LONG) // 16
    listed = [tuple(each.tolist()) if each is LONG else each for each in given]
    assert price(ARRAY_BUILTINS[name], *listed) >= len(LONG) // 16


@pytest.mark.parametrize(
    "word", ["+", "-", "*", "/", "//", "%", "^", "@", "·", "<", "<=", ">", ">="]
)
def test_an_operator_over_many_items_costs_a_step_for_every_16(word):
    operation = {**ARRAYS.binary, **ARRAYS.order}[word]
    right = 0.5 if word not in {"@", "·"} else LONG
    assert price(operation, LONG, right) >= len(LONG) // 16
    assert price(operation, POSITIVE, 0.5 if word not in {"@", "·"} else V) <= 4


def test_a_product_of_matrices_costs_its_multiplications():
    a, b = np.ones((40, 50)), np.ones((50, 60))
    assert 40 * 50 * 60 // 16 <= price(ARRAYS.binary["@"], a, b) < 40 * 50 * 60 // 8
    assert price(ARRAYS.binary["@T"], np.ones(400), np.ones(400)) >= 400 * 400 // 16
    for word, left, right in [
        ("@", np.ones((2000, 1)), np.ones((1, 2000))), ("@T", np.ones(2000), np.ones(2000)),
        ("@", np.ones((1, 999_999)), np.ones((999_999, 2))),
    ]:  # fmt: skip
        limit = "at most" if left.shape[-1] < 9999 else ""
        if limit:
            with pytest.raises(budget.TooMuch, match=limit):
                price(ARRAYS.binary[word], left, right)
        else:
            assert price(ARRAYS.binary[word], left, right) >= 2 * 999_999 // 16


@pytest.mark.parametrize("items", [budget.MOST_ITEMS, budget.MOST_ITEMS + 1])
def test_nothing_has_more_than_a_million_items(items):
    allowed = items == budget.MOST_ITEMS
    try:
        assert price(budget.spend_on, items) == items // 16
    except budget.TooMuch:
        assert not allowed
    else:
        assert allowed


def test_the_last_step_may_be_spent_and_no_more():
    assert price(budget.spend, budget.MOST_STEPS) == budget.MOST_STEPS
    with pytest.raises(budget.TooMuch):
        price(budget.spend, budget.MOST_STEPS + 1)
    assert price(budget.spend, 1) == 1  # each evaluation has its own


def test_an_evaluation_inside_another_has_no_steps_of_its_own():
    def outer(scope):
        budget.spend(5)
        budget.metered(lambda _: budget.spend(7))(scope)
        return budget.MOST_STEPS - budget._METER.left

    assert budget.metered(outer)({}) == 12


def test_each_evaluation_has_its_own_steps_whatever_was_spent_before():
    lists = {"xs": (1,) * 300_000, "ys": (1,) * 300_000}
    alike = compile_expression(parse("xs = ys"))
    assert [alike(lists) for _ in range(5)] == [True] * 5
    with pytest.raises(Unclear, match="more than 1,000,000 steps"):
        compile_expression(parse("forall a in 0..999999: a >= 0"))({})
    assert alike(lists) is True


@pytest.mark.parametrize(
    "claim",
    [
        "|{a in 0..999999 : a % 2 = f(n)}| >= 0", "forall a in 0..999999: f(n) = 0",
        "forall a in 0..999999: 0 = f(f(n))",
    ],
)  # fmt: skip
def test_a_call_of_code_costs_steps(claim):
    calls = []
    evaluate = compile_expression(parse(claim), {"f": lambda _: len(calls.append(1) or ())})
    with pytest.raises(Unclear, match="takes more than 1,000,000 steps"):
        evaluate({"n": 1})
    assert 1_000 < len(calls) <= budget.MOST_STEPS // (budget.CALL + 2)


HUGE = 10**400


@pytest.mark.parametrize(
    ("value", "kind", "items"),
    [
        ((1, 2), "i", [1, 2]), ((1, 2.5), "f", [1.0, 2.5]), ((2**53 - 1, 0.5),
        "f", [2.0**53 - 1, 0.5]),
        ((2**53 + 1, 0.5), "O", [2**53 + 1, 0.5]), ((2**54, 0.5), "f", [2.0**54, 0.5]),
        ((2**63 - 1, 1), "i", [2**63 - 1, 1]), ((2**63, 1), "O", [2**63, 1]),
        ((-(2**63), 1), "O", [-(2**63), 1]),
        ((2**64 - 1,), "O", [2**64 - 1]), ((HUGE, 0.5), "O", [HUGE, 0.5]), ((HUGE,), "O", [HUGE]),
        ((Fraction(1, 2), 1), "O", [Fraction(1, 2), 1]),
        ((Fraction(1, 2), 0.5), "f", [0.5, 0.5]), ((), "f", []),
        ((Fraction(1, 2), 0.5, 1, np.float64(2)), "f", [0.5, 0.5, 1.0, 2.0]),
    ],
)  # fmt: skip
def test_a_collection_becomes_an_array_in_which_no_integer_is_rounded(value, kind, items):
    made = array_of(value)
    assert (made.dtype.kind, made.tolist()) == (kind, items)
    assert [type(each) for each in made.tolist()] == [type(each) for each in items]


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (1, True), (1.0, False), (Fraction(1, 2), True), (True, False), (np.array([1]), True),
        (np.array([1.0]), False), (np.array([1, HUGE], object), True), (np.array([True]), False),
        (np.array([1, 0.5], object), False), (np.uint8(3), True), (np.float32(3), False),
    ],
)  # fmt: skip
def test_integers_and_fractions_are_exact(value, exact):
    assert is_exact(value) is exact


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (HUGE, math.inf), (-HUGE, -math.inf), (Fraction(1, 4), 0.25), (3, 3.0), (0.5, 0.5),
        (np.array([HUGE, 1], object), [math.inf, 1.0]), (np.array([1, 2]), [1, 2]),
    ],
)  # fmt: skip
def test_what_is_exact_has_a_nearest_float(value, found):
    assert np.asarray(floats(value)).tolist() == found


@pytest.mark.parametrize(
    "value", [None, True, np.True_, "a", {}, (True, False), (1, True), [2.5, False]]
)
def test_what_is_no_number_is_refused(value):
    with pytest.raises(TypeError, match="no number"):
        number(value)


@pytest.mark.parametrize(
    ("word", "left", "right", "found"),
    [
        ("+", np.array([2**62, 1]), np.array([2**62, 1]), [2**63, 2]),
        ("-", np.array([-(2**62), 1]), np.array([2**62 + 1, 1]), [-(2**63) - 1, 0]),
        ("*", np.array([2**40]), np.array([2**40]), [2**80]),
        ("*", np.array([3]), np.array([4]), [12]), ("^", np.array([2, 3]), 100, [2**100, 3**100]),
        ("^", np.array([2, 4]), -1, [0.5, 0.25]), ("^", np.array([2.0]), np.array([3]), [8.0]),
        ("/", np.array([1, 3]), 2, [0.5, 1.5]), ("/", 7, 2, 3.5), ("/", HUGE, HUGE * 2, 0.5),
        ("/", Fraction(1, 2), 3, Fraction(1, 6)),
        ("/", np.array([1.0, 0.0]), 0.0, [math.inf, None]),
        ("//", np.array([7, -7]), 2, [3, -4]), ("%", np.array([7, -7]), 3, [1, 2]),
        ("%", 7.5, 2, 1.5), ("//", HUGE, 0.5, math.inf), ("%", Fraction(7, 2), 2, Fraction(3, 2)),
        ("+", HUGE, 0.5, math.inf), ("+", Fraction(1, 2), 0.25, 0.75),
        ("+", 0.25, Fraction(1, 2), 0.75),
        ("+", "a", "b", "ab"), ("<", "a", "b", True),
        ("<", np.array([2**53 + 1]), 2.0**53, [False]),
        (">", np.array([2**53 + 1]), 2.0**53, [True]),
        (">=", 2.0**53, np.array([2**53 + 1]), [False]),
        ("<", np.array([1]), 1.5, [True]), ("@", np.array([[1, 2]]), np.array([3, 4]), [11]),
        ("@", np.array([2**40]), np.array([2**40]), 2**80), ("@", 2, np.array([1, 2]), [2, 4]),
        ("@T", np.array([1, 2]), np.array([3, 4]), [[3, 4], [6, 8]]),
        ("@T", np.array([[1, 2]]), np.array([[3, 4]]), [[11]]),
        ("*", np.array([[1, 2]]), 2, [[2, 4]]),
        ("*", np.array([[1, 2]]), np.array([[3, 4]]), [[3, 8]]),
    ],
)  # fmt: skip
def test_an_operator_is_exact_of_integers_and_as_ieee_of_reals(word, left, right, found):
    with np.errstate(all="ignore"):
        made = {**ARRAYS.binary, **ARRAYS.order}[word](left, right)
    items = np.asarray(made, object).tolist()
    wanted = np.asarray(found, object).tolist()
    assert str(items).replace("nan", "None") == str(wanted)


@pytest.mark.parametrize(
    ("word", "left", "right", "said"),
    [
        ("*", np.ones((2, 2)), np.ones(2), "write `@`, or each item"),
        ("+", np.ones((2, 3)), np.ones(2), "the sizes 2×3 and 2 do not fit"),
        ("/", np.array([1]), 0, "zero"), ("/", 1, 0, "zero"), ("^", np.array([0, 1]), -1, "zero"),
        ("//", np.array([1.0]), 0.0, "zero"), ("%", 1.5, 0, "zero"),
        ("^", np.array([10]), 400, "at most"), pytest.param("*", 2**99_999, 4, "bits", id="long"),
        pytest.param("*", Fraction(2**99_999, 3), 4, "bits", id="long fraction"),
        ("/", Fraction(1, 2), 0, "zero"),
        ("+", Members((1,)), 1, "a set is no number"), ("<", 1, Members((1,)),
        "a set is no number"),
        ("+", "a", 1, "no number"),
    ],
)  # fmt: skip
def test_what_an_operator_has_no_value_for_it_says(word, left, right, said):
    with np.errstate(all="ignore"), pytest.raises(Exception, match=said):
        {**ARRAYS.binary, **ARRAYS.order}[word](left, right)


@pytest.mark.parametrize(
    ("name", "given", "found"),
    [
        ("floor", (HUGE,), HUGE), ("ceil", (Fraction(7, 2),), 4), ("floor", (Fraction(7, 2),), 3),
        ("round", (2.5,), 2), ("floor", (math.inf,), math.inf), ("floor", (2.5,), 2),
        ("floor", (np.array([Fraction(5, 2), HUGE], object),), [2, HUGE]),
        ("log2", (2**2000,), 2000.0), ("sqrt", (4**600,), float(2**600)), ("sqrt", (4,), 2.0),
        ("exp", (HUGE,), math.inf), ("sum", ((2**63, 1),), 2**63 + 1), ("sum", ((0.5, 1),), 1.5),
        ("sum", ((),), 0), ("prod", ((2**63, 2),), 2**64), ("prod", ((0.5, 4),), 2.0),
        ("mean", ((HUGE, HUGE),), math.inf), ("mean", ((1, 2),), 1.5),
        ("is_finite", (np.array([HUGE, 1], object),), [True, True]), ("is_finite", (HUGE,), True),
        ("is_finite", (np.array([HUGE, math.inf], object),), [True, False]),
        ("isinf", (np.array([HUGE, math.inf], object),), [False, True]),
        ("max", (np.array([HUGE, 0.5], object),), HUGE), ("max", (1, 2, 3), 3),
        ("min", (1, 2.5), 1),
        ("min", (3, 2, 1), 1), ("max", (np.array([1, 5]), 3), [3, 5]),
        ("max", (np.array([HUGE, 1], object), 3), [HUGE, 3]),
        ("min", ((2**53 + 1, 2.0**53),), 2.0**53),
        ("norm", (np.array([3.0, -4.0]), 1), 7.0), ("norm", (np.array([3.0, -4.0]), "inf"), 4.0),
        ("norm", (np.array([3.0, -4.0]), "∞"), 4.0), ("norm", (np.eye(4), "F"), 2.0),
        ("norm", (np.eye(4), "fro"), 2.0), ("norm", (-2.5,), 2.5), ("sigmoid", (-800.0,), 0.0),
        ("sigmoid", (800.0,), 1.0), ("clamp", (5, 1, 3), 3), ("clamp", (0, 1, 3), 1),
        ("dot", (np.array([2**40]), np.array([2**40])), 2**80), ("relu", (-2,), 0),
        ("relu", (3,), 3),
        ("is_prime", (1,), False), ("is_prime", (2,), True), ("is_prime", (9,), False),
        ("is_prime", (4,), False), ("is_prime", (97,), True), ("is_prime", (0,), False),
        ("shape", ((1, 2, 3),), [3]), ("shape", (5,), []),
        ("shape", (((True,), (False,)),), [2, 1]),
    ],
)  # fmt: skip
def test_a_function_is_exact_of_what_is_exact(name, given, found):
    with np.errstate(all="ignore"):
        made = ARRAY_BUILTINS[name](*given)
    assert np.asarray(made, object).tolist() == np.asarray(found, object).tolist()
    if not isinstance(found, list):
        assert isinstance(made, type(found))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("mean", np.array([]), "of nothing"), ("var", np.array([]), "of nothing"),
        ("argmax", np.array([]), "of nothing"), ("softmax", np.ones((2, 2)), "of a vector"),
        ("softmax", np.array([]), "not empty"), ("is_symmetric", np.ones((2, 3)), "square"),
        ("is_diagonal", np.ones(3), "square"), ("max", True, "no number"), ("len", 3, "len"),
    ],
)  # fmt: skip
def test_what_a_function_has_no_value_for_it_says(name, value, said):
    with pytest.raises((TypeError, ValueError), match=said):
        ARRAY_BUILTINS[name](value)


def test_an_index_runs_over_vectors_only():
    with pytest.raises(NotAVector):
        ARRAY_BUILTINS[VECTOR](M)


I2 = np.eye(2)
DEFINITE = "symmetric positive_definite positive_semidefinite"
ALL = f"{DEFINITE} orthogonal diagonal row_stochastic column_stochastic"
MATRICES = {
    "identity": (I2, ALL),
    "turned": (np.array([[0.6, -0.8], [0.8, 0.6]]), "orthogonal"),
    "nearly": (I2 + 1e-9, ALL),
    "not quite": (I2 + np.array([[0, 1e-7], [2e-7, 0]]), "positive"),
    "flat": (np.ones((2, 2)), "symmetric positive_semidefinite"),
    "shares": (np.array([[0.25, 0.75], [0.5, 0.5]]), "row_stochastic"),
    "columns": (np.array([[0.25, 0.5], [0.75, 0.5]]), "column_stochastic"),
    "negative": (np.array([[1.5, -0.5], [-0.5, 1.5]]), DEFINITE),
    "indefinite": (np.array([[1.0, 2.0], [2.0, 1.0]]), "symmetric"),
    "large": (1e9 * np.array([[2.0, 1.0], [1.0 + 1e-9, 3.0]]), DEFINITE),
}  # fmt: skip


@pytest.mark.parametrize("name", MATRICES)
def test_a_matrix_has_the_properties_that_are_said_of_it(name):
    matrix, said = MATRICES[name]
    found = {
        each.removeprefix("is_")
        for each in ARRAY_BUILTINS
        if each.startswith("is_") and each.split("_")[1] in f"{ALL} positive row column".split()
        and ARRAY_BUILTINS[each](matrix)
    }  # fmt: skip
    assert found == {*said.split()} - {"positive"}


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([1, 2, 3], "sorted strictly_increasing"), ([1, 1, 2], "sorted"), ([1, 3, 2], ""),
        ([3, 2, 1], "sorted_descending strictly_decreasing"), ([2, 2, 1], "sorted_descending"),
        ([1], "sorted sorted_descending strictly_increasing strictly_decreasing"),
        ([2, 2], "sorted sorted_descending"),
    ],
)  # fmt: skip
def test_a_sequence_has_the_order_that_is_said_of_it(items, said):
    found = {
        each.removeprefix("is_")
        for each in ARRAY_BUILTINS
        if each.startswith(("is_sorted", "is_strictly"))
        and ARRAY_BUILTINS[each](np.array(items))
    }  # fmt: skip
    assert found == {*said.split()}


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (np.array([1, 2]), (1, 2), True), (np.array([1, 2]), (1, 3), False),
        (np.array([1, 2]), (1, 2, 3), False), (np.array([1, 1]), 1, True),
        (1, np.array([1, 2]), False),
        (np.array([True]), (True,), True), (np.array([True]), (1,), False),
        (np.array([1]), "1", False), (np.array(["a"]), (1,), False), (np.array([1]), None, False),
        (np.array([1]), Members((1,)), False), (np.array([1]), {}, False),
        (np.array([2**53]), 2.0**53, True),
        (np.array([HUGE], object), HUGE, True), (np.array([HUGE], object), 1.0, False),
        (np.array([1, 2]), ((1, 2), (3,)), False), (np.float64(0.5), 0.5, True),
        ((1, 2), [1, 2], True),
        (members([1, 2]), members([2, 1]), True), (members([1, 2]), members([1]), False),
        (members([1]), members([1, 2]), False), (members([1]), (1,), False), ((1,), (1, 1), False),
        (np.array([[1, 2]]), np.array([1, 2]), False), (math.nan, math.nan, False),
    ],
)  # fmt: skip
def test_arrays_are_equal_where_all_of_them_is(left, right, same):
    for tolerance in (Tolerance(), Tolerance(absolute=1e-9)):
        assert bool(np.all(close(left, right, tolerance))) is same
        assert bool(np.all(close(right, left, tolerance))) is same


def test_without_a_tolerance_an_integer_equals_no_float_that_is_only_near():
    assert not close(np.array([2**53 + 1]), np.array([2.0**53]), Tolerance()).any()
