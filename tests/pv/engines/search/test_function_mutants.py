import math

import numpy as np
import pytest

from pv.claims import compile_expression, parse
from pv.engines.search.function_mutants import MUTATIONS, Mutants, forgetful, kill_mutants


def mutants(claim, function, *cases, mutations=None):
    tree = parse(claim)
    return kill_mutants(
        {"f": function}, lambda others: compile_expression(tree, others), cases, mutations
    )


def test_an_exact_claim_kills_each_mutant_that_changes_the_value():
    assert mutants("f(x) = x + 1", lambda x: x + 1, {"x": 3}) == Mutants(5, 7)


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
        ("a", ["a?", "a?", "a?"]),
        ((1, 2), [(2, 3), (0, 0), (-2, -3)]),
        (None, [0, 0, 0]),
    ],
)
def test_values_are_off_by_one_constant_and_of_the_wrong_sign(value, changed):
    assert [mutation(lambda: value)() for mutation in MUTATIONS[:3]] == changed


def test_further_mutants_are_no_number_short_forgetful_and_silent():
    nan, shorter, _, silent = MUTATIONS[3:]
    assert math.isnan(nan(lambda: 1.0)())
    assert shorter(lambda: (1, 2))() == (1,)
    assert shorter(lambda: np.ones(3))().shape == (2,)
    assert shorter(lambda: 5)() == 5
    assert silent(lambda: 1 // 0)() == 0
    counting = forgetful(lambda: 10)
    assert [counting(), counting()] == [11, 12]
