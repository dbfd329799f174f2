from pathlib import Path

import pytest

from pv.binding.model import Bound
from pv.checks.model import Enumeration
from pv.claims import EXACT, render
from pv.engines.search.enumerated import as_formulas, points, some_points


def plan(conditions=(), functions=None, **domains):
    return Enumeration("a < b", domains, functions or {}, EXACT, Path("here"), 9, conditions)


def test_every_point_is_there_once_the_last_variable_changing_fastest():
    found = [tuple(each.items()) for each in points(plan(a="1..2", b='{"x", "y"}'))]
    assert found == [
        (("a", 1), ("b", "x")), (("a", 1), ("b", "y")), (("a", 2), ("b", "x")),
        (("a", 2), ("b", "y")),
    ]  # fmt: skip


@pytest.mark.parametrize("conditions", [("a < b",), ("a < b", "b < 3"), ("a > 9",)])
def test_points_meet_every_precondition(conditions):
    given = plan(conditions, a="1..3", b="1..3")
    wanted = [
        {"a": a, "b": b}
        for a in range(1, 4)
        for b in range(1, 4)
        if all(eval(each, {"a": a, "b": b}) for each in conditions)
    ]
    assert [*points(given)] == wanted
    drawn = [*some_points(given, 200, 0)]
    assert {tuple(each.values()) for each in drawn} == {tuple(each.values()) for each in wanted}


def test_points_are_drawn_by_the_seed_as_many_as_are_wanted():
    wide = plan(a="1..1000000", b="1..1000000")
    one = [*some_points(wide, 50, 1)]
    assert len(one) == 50
    assert one == [*some_points(wide, 50, 1)] != [*some_points(wide, 50, 2)]
    assert min(each["a"] for each in one) < 200_000
    assert max(each["a"] for each in one) > 800_000


def test_an_empty_domain_has_no_points():
    assert [*some_points(plan(a="1..3", b="3..1"), 9, 0)] == []
    assert [*points(plan(a="1..3", b="3..1"))] == []


def test_it_is_the_same_claim_as_one_of_formulas():
    found = as_formulas(plan(functions={"f": Bound("m:f", dtype="float32")}, a="1..2", b="1..2"))
    assert (found.claim, render(found.tree), found.dtype) == ("a < b", "a < b", "float32")
    assert (found.space.variables, found.root, found.tolerance) == ({}, Path("here"), EXACT)
    assert as_formulas(plan(a="1..2")).dtype == "float64"
