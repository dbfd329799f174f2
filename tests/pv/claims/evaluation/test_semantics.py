"""What claims mean at the edges: the same by items, over whole arrays, in Python and in NumPy."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pv.claims import EXACT, EvaluationError, Fault, Tolerance, compile_expression, parse
from pv.claims import tree as t
from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.evaluation.arrays.equality import close
from pv.claims.evaluation.scalars.arithmetic import PLAIN
from pv.claims.evaluation.scalars.equality import equal
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve
from tests.pv.claims.trees import EXPRESSIONS, HERE, SCOPE, outcome

I = t.Name("i", HERE)  # noqa: E741 - the index
LEAVES = st.one_of(
    st.sampled_from("xy").map(lambda n: t.Index(t.Name(n, HERE), (I,), HERE)),
    st.sampled_from("xy").map(lambda n: t.Call("max", (t.Name(n, HERE),), HERE)),
    st.integers(0, 4).map(lambda n: t.Number(n, HERE)),
    st.just(t.Name("c", HERE)),
)
ITEMS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(t.Binary, st.sampled_from("+-*·"), inner, inner, st.just(HERE)),
        st.builds(t.Unary, st.just("abs"), inner, st.just(HERE)),
        st.builds(lambda x, y: t.Call("min", (x, y), HERE), inner, inner),
        st.builds(lambda x: t.Binary("^", x, t.Number(2, HERE), HERE), inner),
        st.builds(
            lambda x, y, z: t.Conditional(t.Comparison((x, y), (">",), HERE), x, z, HERE),
            inner, inner, inner,
        ),
    ),
    max_leaves=6,
)  # fmt: skip
SETS = st.one_of(
    st.builds(
        lambda a, b, o, p: t.Interval(t.Number(a, HERE), t.Number(b, HERE), o, p, HERE),
        st.integers(0, 2), st.integers(2, 6), st.booleans(), st.booleans(),
    ),
    st.just(t.Set((t.Number(1, HERE), t.Number(3, HERE)), HERE)),
    st.just(t.Range(t.Number(0, HERE), t.Number(3, HERE), HERE)),
    st.just(t.Name("ℕ", HERE)),
    st.builds(
        t.Interval, st.just(t.Number(0, HERE)), st.just(t.Call("max", (t.Name("y", HERE),), HERE)),
        st.booleans(), st.booleans(), st.just(HERE),
    ),
)  # fmt: skip
CLAIMS = st.recursive(
    st.one_of(
        st.builds(
            lambda x, y, w: t.Comparison((x, y), (w,), HERE),
            ITEMS, ITEMS, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
        ),
        st.builds(lambda x, y, z: t.Comparison((x, y, z), ("<", "<="), HERE), ITEMS, ITEMS, ITEMS),
        st.builds(
            lambda x, s, w: t.Comparison((x, s), (w,), HERE),
            ITEMS, SETS, st.sampled_from(["in", "not in"]),
        ),
    ),
    lambda inner: st.one_of(
        st.builds(
            t.Binary, st.sampled_from(["and", "or", "implies", "iff", "xor"]), inner, inner,
            st.just(HERE),
        ),
        st.builds(t.Unary, st.just("not"), inner, st.just(HERE)),
    ),
    max_leaves=3,
)  # fmt: skip
BINDERS = st.one_of(
    st.tuples(st.sampled_from(["forall", "exists"]), CLAIMS),
    st.tuples(st.sampled_from(["sum", "prod", "max", "min", "mean"]), ITEMS),
).filter(lambda pair: any(part in repr(pair[1]) for part in ("name='i'",)))
VECTORS = st.lists(st.integers(-4, 4), min_size=1, max_size=4)


@settings(max_examples=300, deadline=None)
@given(BINDERS, VECTORS, st.data())
def test_over_whole_arrays_a_claim_says_what_it_says_of_every_item(of, x, data):
    kind, body = of
    y = data.draw(st.lists(st.integers(-4, 4), min_size=len(x), max_size=len(x)))
    every = t.Range(t.Number(0, HERE), t.Number(len(x) - 1, HERE), HERE)
    by_items = t.Binder(kind, (t.Variable("i", every, HERE),), None, body, HERE)
    at_once = t.Binder(kind, (t.Variable("i", None, HERE),), None, body, HERE)
    arrays = {"x": np.array(x), "y": np.array(y), "c": 2}
    lists = {"x": tuple(x), "y": tuple(y), "c": 2}
    wanted = outcome(lambda: compile_expression(by_items)(lists))
    for tree in (by_items, at_once):
        found = outcome(lambda tree=tree: compile_expression(tree, {}, EXACT, ARRAYS)(arrays))
        assert found == wanted
    assert outcome(lambda: compile_expression(at_once)(lists)) == wanted


@settings(max_examples=200, deadline=None)
@given(EXPRESSIONS)
def test_numbers_are_the_same_among_arrays(tree):
    by_python = outcome(lambda: compile_expression(tree)(SCOPE))
    assert outcome(lambda: compile_expression(tree, {}, EXACT, ARRAYS)(SCOPE)) == by_python


def evaluated(text, arithmetic, scope):
    tree = parse(text)
    assert not isinstance(tree, Fault), tree
    tree = resolve(tree, {*scope, *FUNCTIONS}, FUNCTIONS)
    return compile_expression(tree, {}, EXACT, arithmetic)(scope)


NUMBERS = {
    "nan": math.nan, "big": 2**53 + 1, "huge": 10**400, "z": 0.0, "one": 1.0, "t": True, "n": 7,
}  # fmt: skip


@pytest.mark.parametrize("arithmetic", [PLAIN, ARRAYS], ids=["plain", "arrays"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nan = nan", False), ("nan != nan", True), ("nan < 1 or nan >= 1", False),
        ("1 < nan < 2", False), ("nan in [0, 1]", False), ("nan in ℝ", False), ("inf in ℝ", False),
        ("inf in 0..3", False), ("inf <= inf", True), ("-inf < inf", True),
        ("is_finite(max(1, nan))", False), ("is_finite(max(nan, 1))", False),
        ("is_finite(min(1, nan))", False), ("max(1, 2.5)", 2.5), ("0^0", 1), ("z^0", 1.0),
        ("2^-1", 0.5), ("-7 % 3", 2), ("7 % -3", -2), ("-7 // 2", -4), ("7 // -2", -4),
        ("-7.5 % 2", 0.5), ("5 − 3", 2), ("big = 2.0^53", False), ("big > 2^53", True),
        ("huge > 1.0", True), ("huge = huge + 1", False), ("huge % 7", 10**400 % 7),
        ("floor(huge / 10)", 10**399), ("ceil(7 / 2)", 4), ("ceil(-7 / 2)", -3),
        ("floor(-3.5)", -4), ("round(2.5) + round(3.5)", 6), ("t = 1", False), ("t = t", True),
        ("1 = 1.0", True), ('n = "7"', False), ("n in {7.0, 8}", True), ("true in ℤ", False),
        ("1 < 2 < 3 > 2", True), ("3 > 2 > 2", False), ("one / z = inf", True),
        ("-one / z = -inf", True), ("z / z = z / z", False), ("n in {1} ∪ [5, 9]", True),
        ("n in ℝ \\ {7}", False), ("n in {1, 7} ∩ ℕ", True), ("not (n in 1..3)", True),
        ("sum(1..0) = 0 and count(1..0) = 0", True), ("∀ i in 1..0: i > 9", True),
        ("∃ i in 1..0: i < 9", False),
        ("max(2^53 + 1, 0.5) = 2^53 + 1", True), ("max({2^53 + 1, 0.5}) % 2", 1),
        ("z^-1 = inf", True), ("10.0^400 = inf", True), ("-(10.0^401) = -inf", True),
        ("one * 2.5", 2.5), ("2 * one * 2.5 = 5", True), ("big * big % 2", 1),
        ("2 in 3..7 // 0", False), ("n = 7 if t else t", True),
        ("(n = 8) if t else (not t)", False),
        ("Π_{i=1}^{0} i = 1", True), ("|-3| = 3", True), ("-(10.0^200)^3", -math.inf),
        ("(-(10.0^200))^3", -math.inf), ("(-(10.0^200))^4", math.inf),
        ("(2^50000) * (2^49999) > 0", True),
        ("(1, 2, 3)[0:2] = (1, 2)", True), ("((1, 2), (3, 4))[1, 0]", 3),
    ],
    ids=str,
)  # fmt: skip
def test_an_edge_has_its_value(text, expected, arithmetic):
    found = evaluated(text, arithmetic, NUMBERS)
    assert found == expected
    assert isinstance(found, bool) is isinstance(expected, bool)


@pytest.mark.parametrize("arithmetic", [PLAIN, ARRAYS], ids=["plain", "arrays"])
@pytest.mark.parametrize(
    "text",
    [
        "7 // 0 = 0", "7 % 0 = 0", "max_{i in 1..0}(i) > 0", "mean_{i in 1..0}(i) > 0",
        "max(1..0) > 0", 't + "a" = 1', '"a" < 1', "unheard = 1", "1..2.5 = 1", "2^-huge = 0",
        "t + 1 = 2", "-t < 0", "|t| = 1", "t < 2", "max(t, 0) = 1", "min({t, 0}) = 0", "t // 1 = 1",
        "1 in 0..t", "1 in [t, 2]", "(1, 2)[t] > 0", "Σ_{i=1}^{2} (i > 1) = 1", "sum((t, 1)) = 2",
        "abs(t) = 1", "is_finite(t)",
        "max_{i in 1..2}(i > 1) = 1", "0^-1 > 0", "2.5 // 0 > 0", "2.5 % 0 > 0", "2.5 in 1..7 // 0",
        "null < 1", "argmax_{i in 1..0}(i) = 0", "a ∘ b = 1",
        "huge^huge > 0", "(2^99999) * (2^99999) > 0", "(2^50000) * (2^50000) > 0",
    ],
)  # fmt: skip
def test_an_edge_without_a_value_says_so(text, arithmetic):
    with pytest.raises(EvaluationError):
        evaluated(text, arithmetic, NUMBERS)


V = {
    "v": np.array([1.0, 2.0, 4.0]), "one": np.array([3.0]), "two": np.array([1.0, 2.0]),
    "none": np.array([]), "A": np.array([[1.0, 2.0], [3.0, 4.0]]), "row": np.array([[1.0, 2.0]]),
    "k": np.array([1, 2, 3]), "large": np.array([2**40, 3]), "b": np.array([True, False]),
    "nan": np.array([1.0, math.nan]), "half": np.array([0.5, 1.5], dtype=np.float32),
    "huge": np.array([2**70 + 1, 3], dtype=object),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nan_i <= 1 for all i", False), ("max(nan) = max(nan)", False), ("nan = nan", False),
        ("∃ i: v_i in [2, 3]", True), ("∀ i: not v_i in [2, 3]", False),
        ("v_i in {2} implies v_i = 2", True), ("∃ i: v_i in {2}", True), ("v in [1, 4]", True),
        ("Σ_i ‖v_i‖ = 7", True), ("Σ_i ‖A_i‖ > 7.2", True), ("v_i · v_i = v_i² for all i", True),
        ("sum(none) = 0", True), ("none_i > 0 for all i", True), ("∃ i: none_i > 0", False),
        ("two @ two^T = A", False), ("shape(two @ two^T) = (2, 2)", True),
        ("two^T @ two = 5", True), ("A @ two = (5, 11)", True), ("A + two = A + two", True),
        ("A = two", False), ("v = one", False), ("v = 1", False), ("k_0 * k_2 = 3", True),
        ("sum(k) = 6", True), ("large_0 * large_0 = 2^80", True), ("k // 2 = (0, 1, 1)", True),
        ("huge^2 = huge * huge", True), ("huge_0^2 = 2^140 + 2^71 + 1", True),
        ("large · large = 2^80 + 9", True), ("large * large = large^2", True),
        ("sum(large * large * large) = 2^120 + 27", True), ("large^20 / large^20 = 1", True),
        ("-k % 2 = (1, 0, 1)", True), ("b = true", False), ("b = 1", False), ('v = "a"', False),
        ("v = null", False), ("k^2 = (1, 4, 9)", True), ("2^k = (2, 4, 8)", True),
        ("floor(v_1 + 0.5) = 2", True), ("half_0 = 0.5", True), ("v / 0 = inf", True),
        ("|v| = v", True), ("v[0:2] = two", True), ("argmax(v) = 2.0", True),
        ("(argmax(v), 1) = (2.0, 1)", True), ("mean(k) = 2", True), ("0 * v + 1 = 1", True),
        ("(v_i if v_i > 1 else 0) >= 0 for all i", True), ("v_i > 0 xor v_i < 0", True),
    ],
    ids=str,
)  # fmt: skip
def test_a_claim_of_arrays_has_its_value(text, expected):
    assert evaluated(text, ARRAYS, V) is expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("v + two = 0", "the sizes 3 and 2 do not fit"), ("v + one = 0", "3 and 1 do not fit"),
        ("v_i > one_i for all i", "3 and 1 do not fit"), ("A + row = 0", "2×2 and 1×2 do not fit"),
        ("A @ v = 0", "size"), ("max(none) > 0", "zero-size"), ("mean(none) > 0", "of nothing"),
        ("k // 0 = 0", "zero"),
        ("k % 0 = 0", "zero"), ("v[3] > 0", "no item 3"), ("v[-1] > 0", "no item -1"),
        ("v < true", "no number"), ("v + true = 0", "no number"), ("two^T^T @ v = 0", "size"),
    ],
    ids=str,
)  # fmt: skip
def test_arrays_that_do_not_fit_say_so(text, said):
    with pytest.raises(EvaluationError, match=said):
        evaluated(text, ARRAYS, V)


DTYPES = {"float64": np.float64, "float32": np.float32, "float16": np.float16}


def place(value, dtype):
    """Return where a number stands among all numbers of its type, with 0 at zero."""
    bits = np.asarray(value, DTYPES[dtype])
    signed = int(bits.view(f"i{bits.itemsize}"))
    return signed if signed >= 0 else -(signed & (2 ** (8 * bits.itemsize - 1) - 1))


@pytest.mark.parametrize("dtype", DTYPES)
@given(data=st.data())
def test_a_tolerance_in_ulp_is_the_distance_among_the_numbers_of_a_type(dtype, data):
    width = {"float64": 64, "float32": 32, "float16": 16}[dtype]
    some = st.floats(width=width, allow_nan=False, allow_infinity=False)
    left = data.draw(some)
    steps = data.draw(st.integers(0, 9))
    right = DTYPES[dtype](left)
    for _ in range(steps):
        with np.errstate(all="ignore"):
            right = np.nextafter(right, DTYPES[dtype](math.inf))
    if not np.isfinite(right):
        return
    right = float(right)
    assert place(right, dtype) - place(left, dtype) == steps
    assert equal(left, right, Tolerance(ulp=max(1, steps), dtype=dtype))
    assert close(np.array([left]), right, Tolerance(ulp=max(1, steps), dtype=dtype)).all()
    same_binade = math.frexp(left)[1] == math.frexp(right)[1] and left * right > 0
    if same_binade and steps > 1:  # across a power of two the larger unit counts
        assert not equal(left, right, Tolerance(ulp=steps - 1, dtype=dtype))
        assert not close(np.array([left]), right, Tolerance(ulp=steps - 1, dtype=dtype)).any()


@pytest.mark.parametrize(
    ("dtype", "least"),
    [("float64", -1074), ("float32", -149), ("float16", -24), ("bfloat16", -133)],
)
def test_units_reach_over_zero_and_stop_at_infinity(dtype, least):
    two, tiny = Tolerance(ulp=2, dtype=dtype), 2.0**least
    for one, other, holds in [
        (-tiny, tiny, True), (-tiny, 2 * tiny, False), (0.0, -0.0, True),
        (math.inf, math.inf, True), (math.inf, -math.inf, False), (math.inf, 1.7e308, False),
        (math.nan, math.nan, False), (math.nan, 0.0, False), (0.0, 2 * tiny, True),
        (-2 * tiny, 0.0, True),
    ]:  # fmt: skip
        assert equal(one, other, two) is holds, (one, other)
        assert bool(close(np.array([one]), np.array([other]), two)[0]) is holds, (one, other)
        assert equal(other, one, two) is holds


def test_an_integer_beyond_every_float_is_near_none():
    assert not equal(10**400, 1e308, Tolerance(absolute=1.0, relative=0.5, ulp=9))
    assert equal(10**400, 10**400, Tolerance(absolute=1.0))


@pytest.mark.parametrize("kind", ["max", "min"])
@pytest.mark.parametrize("arithmetic", [PLAIN, ARRAYS], ids=["numbers", "arrays"])
def test_an_extreme_of_what_is_not_a_number_is_not_a_number(kind, arithmetic):
    for items in ([1.0, math.nan, 2.0], [math.nan, 1.0], [1.0, math.nan]):
        given = np.array(items) if arithmetic is ARRAYS else tuple(items)
        assert math.isnan(evaluated(f"{kind}_{{i}}(x_i)", arithmetic, {"x": given}))
        assert math.isnan(evaluated(f"{kind}_{{i in x}} i", arithmetic, {"x": given}))


@pytest.mark.parametrize(
    ("apart", "same"), [(0.9e-6, True), (1.1e-6, False), (1e-3, False), (0.9e-9, True)]
)
def test_arrays_are_equal_within_the_tolerance_and_no_farther(apart, same):
    for tolerance in (Tolerance(1e-6), Tolerance(0.0, 1e-6)):
        for left, right in (
            (np.ones(3), np.array([1, 1, 1 + apart])),
            (1.0, np.array([1 + apart])),
        ):
            assert bool(np.all(close(left, right, tolerance))) is same
            assert bool(np.all(close(right, left, tolerance))) is same
