import math
from fractions import Fraction

import numpy as np
import pytest

from pv.claims import compile_expression, parse
from pv.claims.values import Members
from pv.engines.search.function_mutants import (
    MUTATIONS,
    Mutants,
    for_claim,
    forgetful,
    kill_mutants,
)
from pv.engines.search.trial import Impure


def mutants(claim, function, *cases, mutations=None):
    tree = parse(claim)
    return kill_mutants(
        {"f": function}, lambda others: compile_expression(tree, others), cases, mutations
    )


def test_an_exact_claim_kills_each_mutant_that_changes_the_value():
    assert mutants("f(x) = x + 1", lambda x: x + 1, {"x": 3}) == Mutants(6, 9)


def test_a_claim_that_holds_of_anything_kills_none():
    assert mutants("f(x) = 4 or f(x) != 4", lambda x: x + 1, {"x": 3}, mutations=MUTATIONS[:3]) == (
        Mutants(0, 3)
    )


def test_a_mutant_is_killed_where_a_single_case_shows_it():
    found = mutants("f(x) = x", lambda x: x, {"x": 0}, {"x": 2}, mutations=[MUTATIONS[1]])
    assert found == Mutants(1, 1)
    assert mutants("f(x) = x", lambda x: x, {"x": 0}, mutations=[MUTATIONS[1]]) == Mutants(0, 1)


def test_a_mutant_without_a_value_is_killed():
    assert mutants(
        "f(x) < 3", lambda x: (x, x)[0], {"x": 1}, mutations=[lambda _: lambda _x: None]
    ) == (Mutants(1, 1))


def test_counts_are_told_in_the_words_of_the_field():
    assert str(Mutants(5, 7)) == "5 of 7 mutants killed"


@pytest.mark.parametrize(
    ("value", "changed"),
    [
        (3, [4, 0, -4]),
        (True, [False, False, False]),
        ("ab", ["-b", "", "a-"]),
        ("-", ["x", "", "x"]),
        ("", ["-", "", "-"]),
        (Fraction(1, 2), [Fraction(3, 2), 0, Fraction(-3, 2)]),
        (Members((1, 2)), [Members((2, 3)), Members((0,)), Members((-3, -2))]),
        ({"a": 1}, [{"a": 2}, {"a": 0}, {"a": -2}]),
        ((1, 2), [(2, 3), (0, 0), (-2, -3)]),
        (None, [0, 0, 0]),
    ],
)
def test_values_are_off_by_one_constant_and_of_the_wrong_sign(value, changed):
    assert [mutation(lambda: value)() for mutation in MUTATIONS[:3]] == changed


def test_further_mutants_are_no_number_short_long_an_echo_forgetful_and_silent():
    nan, shorter, longer, echo, _, silent = MUTATIONS[3:]
    assert math.isnan(nan(lambda: 1.0)())
    assert nan(lambda: "v19")() == "v20"
    assert shorter(lambda: (1, 2))() == (1,)
    assert shorter(lambda: np.ones(3))().shape == (2,)
    assert shorter(lambda: "abc")() == "ab"
    assert shorter(lambda: {"a": 1, "b": 2})() == {"a": 1}
    assert (shorter(lambda: {"a": 1})(), shorter(dict)()) == ({}, {})
    assert (shorter(lambda: Members((1, 2)))(), shorter(lambda: 5)()) == (Members((1,)), 5)
    assert longer(lambda: (1, 2))() == (1, 2, 1, 2)
    assert longer(lambda: Members((1,)))() == Members(("one more", 1))
    assert (longer(lambda: np.ones(3))().shape, longer(lambda: 5)()) == ((6,), 5)
    assert echo(lambda x: x + 1)(7) == 7
    assert silent(lambda: 1 // 0)() == 0
    counting = forgetful(lambda: 10)
    assert [counting(), counting()] == [11, 12]


def test_texts_of_a_claim_are_planted_before_behind_and_in_place_of_a_result():
    before, behind, whole = for_claim(parse('not contains(f(x), "%")'))[len(MUTATIONS) :]
    assert [each(lambda: "a")() for each in (before, behind, whole)] == ["%a", "a%", "%"]


@pytest.mark.parametrize(
    ("claim", "killed"),
    [('raises(f(x), "big") implies x > 5', 1), ('f(x) = f(x) and x > 0 or raises(f(x), "big")', 0)],
)
def test_errors_of_a_claim_are_planted_everywhere(claim, killed):
    raising = for_claim(parse(claim))[-1:]
    assert mutants(claim, abs, {"x": 1}, mutations=raising) == Mutants(killed, 1)


def test_a_mutant_that_makes_a_claim_impure_is_killed():
    def compile_with(_):
        def holds(_):
            raise Impure("false, then true")

        return holds

    assert kill_mutants({"f": abs}, compile_with, [{}], [forgetful]) == Mutants(1, 1)


@pytest.mark.parametrize("found", ["", "a", "abc" * 20])
def test_a_longer_text_passes_any_bound_that_people_state(found):
    longer = next(each for each in MUTATIONS if len(each(lambda: found)()) > 500)
    assert longer(lambda: found)().startswith(found)
