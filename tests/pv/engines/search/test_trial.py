"""Whether a claim holds at one case, and when two values are the same."""

import math
from fractions import Fraction

import numpy as np
import pytest

from pv.binding.model import Bound
from pv.checks.model import Formulas
from pv.claims import EXACT, Definition, Tolerance, definition_of, parse
from pv.claims.domains.space import Space
from pv.claims.evaluation import budget
from pv.claims.evaluation.errors import Unclear
from pv.claims.tree import Constant, Span
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.search.applied_tolerance import tolerance_of
from pv.engines.search.constants import MOST, constants_of
from pv.engines.search.interpreter import Interpreter
from pv.engines.search.trial import Impure, Trial, same
from pv.engines.spaces.exact_fractions import FRACTIONS


def trial(claim, function=None, definitions=(), tolerance=EXACT, **more):
    functions = {"f": function} if function else {}
    bound = {"f": Bound("code:f")} if function else {}
    plan = Formulas(
        claim, parse(claim), tuple(definitions), Space({}, {}, ()), tolerance, bound, **more
    )
    return Trial(plan, functions)


def double(n):
    return 2 * n


@pytest.mark.parametrize(
    ("claim", "holds", "met"),
    [
        ("f(n) = 6", True, True), ("f(n) = 7", False, False),
        ("n > 3 implies f(n) = 7", True, False),
        ("n > 2 implies f(n) = 6", True, True), ("n > 2 implies f(n) = 7", False, False),
        ("n > 2 and n > 3 implies f(n) = 7", True, False),
        ("n > 2 implies (n > 3 implies f(n) = 7)", True, False),
        ("n > 1 implies (n > 2 implies f(n) = 6)", True, True), ("f(n) = 6 or n > 9", True, True),
    ],
)  # fmt: skip
def test_a_claim_holds_where_it_is_true_or_says_nothing(claim, holds, met):
    found = trial(claim, double).judge({"n": 3})
    assert (found.holds, found.met, found.false) == (holds, met, None if holds else "false")


@pytest.mark.parametrize(
    ("claim", "met"), [("x = 1 implies f(x) > 0", True), ("x >= 1 implies f(x) > 0", False)]
)
def test_an_equality_is_presupposed_up_to_the_tolerance_and_an_order_exactly(claim, met):
    found = trial(claim, double, tolerance=Tolerance(absolute=0.1)).judge({"x": 0.95})
    assert (found.holds, found.met) == (True, met)


@pytest.mark.parametrize("claim", ["f(x) != 2", "not f(x) = 2"])
def test_slack_alone_makes_no_claim_false(claim):
    assert trial(claim, double, tolerance=Tolerance(absolute=0.1)).judge({"x": 1.01}).holds
    assert not trial(claim, double, tolerance=Tolerance(absolute=0.1)).judge({"x": 1.0}).holds
    assert trial("f(x) = 2", double, tolerance=Tolerance(absolute=0.1)).judge({"x": 1.01}).holds


def test_what_is_true_only_at_the_second_look_is_impure():
    calls = []

    def other(n):
        calls.append(n)
        return n + (len(calls) < 2)

    with pytest.raises(Impure, match="false, then true"):
        trial("f(x) = x", other, tolerance=Tolerance(absolute=0.1)).judge({"x": 1.0})


def raising(fault):
    def call(_):
        raise fault

    return call


def test_code_that_raises_contradicts_a_claim_unless_pv_could_not_call_it():
    found = trial("f(n) = 1", raising(ValueError("no"))).judge({"n": 1})
    assert (found.holds, found.raised, "ValueError" in found.false) == (False, True, True)
    assert trial("f(n) = 1", raising(ValueError("no"))).reason(found, {"n": 1}) == found.false
    with pytest.raises(Unusable):
        trial("f(n) = 1", raising(Unusable("no"))).judge({"n": 1})


LINE = [definition_of(parse("f(x) = 2 * x"))]
NAMED = [Definition("f", ("x",), Constant(None, Span(0, 0)))]


def off(n):
    return 2 * n + 1e-9


@pytest.mark.parametrize(
    ("claim", "function", "definitions", "case", "told"),
    [
        ("f(x) = 2 * x", off, LINE, {"x": 0.5}, "false in float64, true of the formula"),
        ("f(n) = 2 * n", off, LINE, {"n": 3}, "false, true of the formula"),
        ("f(x) = 3 * x", off, LINE, {"x": 0.5}, "false"),
        ("f(x) = 2 * x", off, NAMED, {"x": 0.5}, "false"),
        ("f(x) = 2 * x", off, [], {"x": 0.5}, "false"),
        (
            "f(x) = 2 * x", off, LINE, {"x": np.array([0.5])},
            "false in float64, true of the formula",
        ),
        ("x + 0.1 > x + 0.2", None, [], {"x": 2.0}, "false"),
        ("x + 1e-18 > x", None, [], {"x": 1.0}, "false in float64, true with more digits"),
    ],
)  # fmt: skip
def test_a_claim_that_only_the_code_or_its_digits_make_false_says_so(
    claim, function, definitions, case, told
):
    made = trial(claim, function, definitions)
    found = made.judge(case)
    if np.finfo(np.longdouble).nmant > 60 or "more digits" not in told:
        assert made.reason(found, case) == f"{told}: {claim}"
        assert made.is_rounding(case) is ("true" in told)


@pytest.mark.parametrize(
    ("claim", "case", "reals"),
    [
        ("f(n) = 2", {"n": 1}, False), ("f(x) = 2", {"x": 0.5}, True),
        ("f(x) = 2", {"x": np.array([0.5])}, True), ("f(x) = 2", {"x": np.array([1])}, False),
        ("f(n) = (1, 2.5)", {"n": 1}, True), ("f(n) = (1, 2)", {"n": 1}, False),
        ("forall i in 1..2: f(i) > 0", {"n": 1}, True),
    ],
)  # fmt: skip
def test_a_claim_compares_reals_where_one_of_its_sides_is_one(claim, case, reals):
    assert trial(claim, double).compares_reals(case) is reals


def test_code_that_returns_something_else_each_time_is_named():
    calls = []

    def counting(n):
        calls.append(n)
        return n + len(calls)

    case, how = trial("f(n) > 0", counting).unstable([{"n": 1}])
    assert (case, how) == (
        {"n": 1},
        "the implementation is not a function of its arguments: f(n) is 2, then 3",
    )
    assert trial("f(n) > 0", double).unstable([{"n": 1}, {"n": 2}]) is None
    late = trial("f(n) > 0", lambda n: n + (calls.append(n) or len(calls)) * (n == 2))
    assert late.unstable([{"n": 1}, {"n": 2}])[0] == {"n": 2}
    assert trial("f(n) > 0", raising(ValueError("no"))).unstable([{"n": 1}]) is None


@pytest.mark.parametrize(
    ("first", "second", "equal"),
    [
        (1, 1, True), (1, 2, False), (math.nan, math.nan, True), (math.nan, 1.0, False),
        (np.array([1.0, math.nan]), np.array([1.0, math.nan]), True),
        (np.array([1.0, math.nan]), np.array([1.0, 2.0]), False),
        (np.array([1, 2]), np.array([1, 2]), True), (np.array([1, 2]), np.array([1, 3]), False),
        (np.array([1, 2]), np.array([1, 2, 3]), False), (np.array(["a"]), np.array(["a"]), True),
        ("a", "a", True), (None, None, True), (None, 0, False), ((1, math.nan),
        (1, math.nan), True),
        (np.array([1]), np.array([1.0]), True), (np.array([1.0, 1.0]), 1.0, True),
    ],
)  # fmt: skip
def test_two_results_are_the_same_if_they_are_equal_or_no_number_in_the_same_places(
    first, second, equal
):
    assert same(first, second) is equal
    assert same(second, first) is equal


@pytest.mark.parametrize(
    ("claim", "bodies", "tolerance", "told"),
    [
        ("f(n) = 2", [], Tolerance(absolute=0.1), "reals are equal within "),
        ("f(n) < 2", [], Tolerance(absolute=0.1), None), ("f(n) = 2", [], EXACT, None),
        ("f(n) < 2", ["f(x) = 1 if x <= 1 else 2"], Tolerance(absolute=0.1),
        "reals are equal within "),
        ("f(n) in {1, 2}", [], Tolerance(ulp=1), "reals are equal within "),
    ],
)  # fmt: skip
def test_a_tolerance_is_told_where_it_has_a_say(claim, bodies, tolerance, told):
    definitions = tuple(definition_of(parse(text)) for text in bodies)
    plan = Formulas(claim, parse(claim), definitions, Space({}, {}, ()), tolerance)
    found = tolerance_of(plan)
    assert (found is None) is (told is None)
    assert (found or "").startswith(told or "")


def test_constants_are_those_of_the_claim_first_then_of_formulas_and_conditions():
    definition = definition_of(parse("f(x) = x + 30 + 7"))
    plan = Formulas("", parse("f(7) < 20"), (definition,), Space({}, {}, (parse("x > 5"),)), EXACT)
    first, second, *others = constants_of(plan)
    assert ({first, second}, {*others}, others[-1]) == ({7, 20}, {30, 5}, 5)
    many = parse(" + ".join(map(str, range(100))) + " = 1")
    found = constants_of(Formulas("", many, (), Space({}, {}, ()), EXACT))
    assert len(found) == len({*found}) == MOST
    assert {*found} <= {*range(100)}


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        (1, 3, Fraction(1, 3)), (Fraction(1, 2), 2, Fraction(1, 4)), (1, Fraction(1, 2), 2),
        (1.0, 4, 0.25), (1, 4.0, 0.25),
    ],
)  # fmt: skip
def test_among_fractions_a_quotient_of_what_is_exact_is_exact(left, right, found):
    made = FRACTIONS.binary["/"](left, right)
    assert (made, isinstance(made, Fraction)) == (found, not isinstance(found, float))


def test_among_fractions_a_literal_is_what_is_written():
    assert FRACTIONS.literal(0.1) == Fraction(1, 10)
    assert (FRACTIONS.literal(3), FRACTIONS.literal(math.inf)) == (3, math.inf)
    with pytest.raises(ZeroDivisionError):
        FRACTIONS.binary["/"](1, 0)


def test_code_that_gives_the_value_of_a_name_costs_steps():
    calls = []
    given = Interpreter((), {"m": lambda _: len(calls.append(1) or "1")}, {"m": ("n",)})
    holds = given.compile_claim(parse("forall a in 0..999999: m = 1"), EXACT)
    with pytest.raises(Unclear, match="takes more than 1,000,000 steps"):
        holds(given.scope({"n": 1}))
    assert 1_000 < len(calls) <= budget.MOST_STEPS // (budget.CALL + 2)
