"""What a refuted claim shows: the values of its bound variables, its sides, what was returned."""

import math

import numpy as np
import pytest

from pv.binding.model import Bound
from pv.checks.model import Formulas
from pv.claims import EXACT, definition_of, parse
from pv.claims.domains.space import Space
from pv.engines.search.trial import Trial


def rising(i):
    if i > 90:
        raise ValueError("too far")
    return i + (i == 6)


@pytest.mark.parametrize(
    ("claim", "shown"),
    [
        ("f(n) = 6", [("f(n)", "7")]),
        ("forall i in 0..9: f(i) = i", [("i", "6"), ("f(i)", "7")]),
        ("n > 2 implies forall i in 4..9: f(i) < 7", [("i", "6"), ("f(i)", "7")]),
        ("not exists i in 0..9: f(i) > i", [("i", "6"), ("f(i)", "7")]),
        ("forall i in 5..6: forall j in 1..3: f(i) + f(j) < 10",
         [("i", "6"), ("j", "3"), ("f(i) + f(j)", "10"), ("f(i)", "7"), ("f(j)", "3")]),
        ("forall i in 0..99: f(i) >= 0", [("i", "91")]),
        ("n > 2 and exists i in 0..3: f(i) > 5", [("exists i in 0..3: f(i) > 5", "False")]),
    ],
)  # fmt: skip
def test_a_false_claim_shows_where_it_is_false(claim, shown):
    plan = Formulas(claim, parse(claim), (), Space({}, {}, ()), EXACT, {"f": Bound("code:f")})
    found = Trial(plan, {"f": rising}).sides({"n": 6})
    assert [each for each in found if each in shown] == shown, found


def numbers(n):
    """Return what each number stands for in the claims below."""
    return {
        0: None, 1: math.nan, 2: [], 3: np.array([1.0, math.nan]), 4: np.array([2.0, 3.0]),
        5: "a", 6: (1, 2), 7: 7, 8: {"a": 1}, 9: -1.5, 10: (1, None), 11: "(",
    }[n]  # fmt: skip


def judged(claim, *definitions, case=None):
    made = tuple(definition_of(parse(text)) for text in definitions)
    plan = Formulas(claim, parse(claim), made, Space({}, {}, ()), EXACT, {"f": Bound("code:f")})
    return Trial(plan, {"f": numbers}).judge(case or {"n": 7, "zero": 0, "x": np.array([1.0, 2.0])})


OF_CODE = [
    ("f(0) > 1", "without a value: ", "as f(0) returned None"),
    ("n > 2 implies f(0) >= 0", "without a value: ", "as f(0) returned None"),
    ("f(0) > 0 and n = 7", "without a value: ", "as f(0) returned None"),
    ("n = 7 and f(0) > 0", "without a value: ", "as f(0) returned None"),
    ("not f(0) > 3", "without a value: ", "as f(0) returned None"),
    ("n = 6 or f(0) > 3", "without a value: ", "as f(0) returned None"),
    ("forall i in 0..1: f(i) > 0", "without a value: ", "as f(i) returned None"),
    ("sum(f(0)) = 1", "without a value: ", "as f(0) returned None"),
    ("f(7) / f(0) = 1", "without a value: ", "as f(7) returned 7 and f(0) returned None"),
    ("f(0) + f(0) = 1", "without a value: ", "number, as f(0) returned None"),
    ("1 / (f(7) - 7) = 1", "without a value: ", "as f(7) returned 7"),
    ("f(6)[n] = 1", "without a value: ", "as f(6) returned (1, 2)"),
    ("f(8).b = 1", "without a value: ", "there is no `b`"),
    ("f(6)[n - 4] = 1", "without a value: ", "as f(6) returned (1, 2)"),
    ("forall i in 0..n: f(6)[i + 1] > 0", "without a value: ", "as f(6) returned (1, 2)"),
    ("forall i in 0..1, j in 0..i: f(j - j) > 0", "without a value: ", "returned None"),
    ("f(6)[f(7) - 4] = 1", "without a value: ", "as f(6) returned (1, 2) and f(7) returned 7"),
    ("forall i in f(6): f(6)[i] > 0", "without a value: ", "as f(6) returned (1, 2)"),
    ('count(matches("a", f(11))) <= 1', "without a value: ", "as f(11) returned '('"),
    ('capture(f(5), "(b)") = "b"', "without a value: ", "as f(5) returned 'a'"),
    ("raises(1 + f(0), f(11))", "without a value: ", "as f(11) returned '('"),
    ("forall i in f(0): i > 0", "without a value: ", ""),
    ("forall i in f(10): i > 0", "without a value: ", ""),
    ("n = 7 if f(0) > 0 else n = 6", "without a value: ", "as f(0) returned None"),
    ("f(0) > 0 if n > 0 else n = 6", "without a value: ", "as f(0) returned None"),
    ("n = 7 if n < 0 else f(0) > 0", "without a value: ", "as f(0) returned None"),
    ("n / zero = 1 if n < 0 else f(0) > 0", "without a value: ", "as f(0) returned None"),
    ("f(1) = 1", "false", ""),
    ("f(3) >= 0", "false", ""),
    ("√f(9) >= 0", "false", ""),
    ("f(7) > 9", "false", ""),
    ("f(7) > 9 or f(1) > 9", "false", ""),
    ("f(5) = n", "false", ""),
]
OF_THE_CLAIM = [
    ("n / zero = f(7) if n > 0 else f(0) > 0", "zero"),
    ("n / zero = f(7)", "zero"), ("f(7) // zero = 1", "zero"), ("f(7) % zero = 1", "zero"),
    ("x[n] > f(9)", "no item 7"), ("√(0 - n) >= f(9)", "sqrt(0 - n) is not a number"),
    ("log(0.0 - n) <= f(7)", "is not a number"), ("f(7) > 1 / (n - 7)", "zero"),
    ("inf - inf <= f(7)", "inf - inf is not a number"),
    ("forall i in 0..9: x[i] > f(9)", "no item 2"),
    ("(inf - inf, 1) = (f(7), 1)", "inf - inf is not a number"),
    ("(1, (2, inf - inf)) = f(6)", "is not a number"),
    ("f(6)_{i + 1} > f(6)_i for all i", "`2` cannot be looked up"),
    ("forall i in 0..count(f(6)) - 1: f(6)[i + 1] > 0", "`2` cannot be looked up"),
    ("f(6)[count(f(6))] > 0", "`2` cannot be looked up"),
    ("f(6)[n - 8] > 0", "`-1` cannot be looked up"),
    ('count(matches(f(5), "(?=a)")) <= 1', "the pattern '(?=a)' is not a regular expression"),
    ('capture(f(5), "a") = "a"', "capture needs exactly one group"),
    ('raises(f(99), "(?=a)")', "the pattern '(?=a)' is not a regular expression"),
    ("forall i in 0..n / 2: f(7) > i - i", "a range runs from an integer to an integer"),
    ("forall i in 0..9999999: f(7) > i - i", "a range has at most 1,000,000 items"),
    ("forall i in 0..999999: f(7) > i - i", "takes more than 1,000,000 steps"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "false", "told"), OF_CODE)
def test_a_claim_has_no_value_for_what_code_returned(claim, false, told):
    found = judged(claim)
    assert (found.holds, found.without) == (False, "")
    assert found.false.startswith(false)
    assert told in found.false


@pytest.mark.parametrize(("claim", "why"), OF_THE_CLAIM)
def test_a_claim_has_no_value_for_what_it_says_itself(claim, why):
    found = judged(claim)
    assert (found.holds, found.false) == (False, None)
    assert why in found.without
    assert found.without


@pytest.mark.parametrize(
    ("claim", "met"),
    [
        ("f(7) = 7", True), ("n < 2 implies f(0) > 1", False), ("f(5) = 'a'", True),
        ("f(4) >= 0", True), ("n = 7 or f(0) > 0", True), ("f(7) = 7 or n / zero = 1", True),
        ("n = 7 if n > 0 else f(0) > 0", True), ("not f(7) > 9", True),
    ],
)  # fmt: skip
def test_what_is_not_needed_need_not_have_a_value(claim, met):
    found = judged(claim)
    assert (found.holds, found.met, found.false, found.without) == (True, met, None, "")


def test_a_formula_that_calls_code_is_code_and_another_is_the_claims():
    assert judged("g(0) > 0", "g(x) = f(x) + 1").false.startswith("without a value: ")
    assert judged("h(0) > f(7)", "g(x) = f(x) + 1", "h(x) = g(x) + 1").false is not None
    assert judged("k(zero) > f(7)", "k(x) = 1 / x").without == "division by zero"
    assert judged("m > 1", "m = f(7) / zero").without == "division by zero"
    assert "deep" in judged("m > f(7)", "m = k + 1", "k = m + 1").without


SIDES = [
    ("f(7) = 6", ["f(7) is 7"]),
    ("n = 7 and f(7) > 9", ["f(7) is 7"]),
    ("f(7) > 9 and n = 6", ["f(7) is 7"]),
    ("n = 6 and f(7) > 9", ["n is 7"]),
    ("n > 2 implies f(7) + 1 < n", ["f(7) + 1 is 8", "n is 7", "f(7) is 7"]),
    ("f(7) in 1..5", ["f(7) is 7"]),
    ("forall i in 7..8: f(7) < i", ["i is 7", "f(7) is 7"]),
    ("forall i in f(6): i < 2", ["i is 2"]),
    ("forall i in 1..2: forall j in 1..2: i + j < f(7) - 3", ["i is 2", "j is 2", "i + j is 4"]),
    ("not exists i in 5..9: f(7) = i", ["i is 7", "f(7) is 7"]),
    ("exists i in 1..3: f(7) = i", ["exists i in 1..3: f(7) = i is False"]),
    ("f(0) = 1", ["f(0) is None"]),
]


@pytest.mark.parametrize(("claim", "lines"), SIDES)
def test_the_sides_of_what_is_false_come_with_their_values(claim, lines):
    plan = Formulas(claim, parse(claim), (), Space({}, {}, ()), EXACT, {"f": Bound("code:f")})
    found = [f"{side} is {value}" for side, value in Trial(plan, {"f": numbers}).sides({"n": 7})]
    assert found[: len(lines)] == lines
    assert len({*found}) == len(found)


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        ("f(4) >= 0", True), ("0 <= f(4)", True), ("f(4) in [0, 9]", True), ("f(4) in 0..9", True),
        ("f(4) in ℝ", True), ("f(4) in {2, 3}", False), ("f(4) = f(4)", False),
        ("f(7) >= 0", False), ("x >= 0", False), ("n = 7 and f(4) >= 0", True),
        ("f(4) >= 0 and n = 7", True), ("not f(4) < 0", True), ("n > 2 implies f(4) > 0", True),
        ("n = 7 or f(4) > 0", False), ("f(6) > 0", True),
    ],
)  # fmt: skip
def test_a_claim_says_something_of_each_item_that_code_returned(claim, says):
    plan = Formulas(claim, parse(claim), (), Space({}, {}, ()), EXACT, {"f": Bound("code:f")})
    case = {"n": 7, "x": np.array([1.0, 2.0])}
    assert Trial(plan, {"f": numbers}).has_items(case) is says
