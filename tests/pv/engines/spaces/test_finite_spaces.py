import numpy as np
import pytest

from pv.checks.model import Formulas
from pv.claims import EXACT, parse
from pv.claims.domains.read_space import space_of
from pv.claims.grammar.contract_fields import read_field
from pv.engines.spaces.finite_spaces import points
from pv.engines.spaces.rounding import rounded


def space(domain, *conditions):
    found = space_of(read_field("domain", domain))
    return found._replace(conditions=(*found.conditions, *map(parse, conditions)))


def plan(domain, *conditions, dtype="float64"):
    return Formulas("x = x", parse("x = x"), (), space(domain, *conditions), EXACT, dtype=dtype)


def test_every_point_of_whole_and_listed_variables_that_meets_the_conditions():
    found = list(points(plan("n in 1..3, m in {0, 5}", "n > m")))
    assert found == [{"n": 1, "m": 0}, {"n": 2, "m": 0}, {"n": 3, "m": 0}]


@pytest.mark.parametrize(
    ("domain", "count"),
    [
        ("step in 0..total, total in 1..50", 1325),
        ("total in 1..50, step in 0..total", 1325),
        ("a in 0..3, c in b..a, b in 0..a", 20),
        ("n in 5..3", 0),
        ("n ∈ ℕ⁺, n ≤ 10", 10),
        ("a in 1..1000, b in 1..1000", 1_000_000),
        ("x ∈ bool, n in 2..4", 6),
        ("n in 2^64..2^64 + 2", 3),
    ],
)
def test_an_end_may_depend_on_another_variable(domain, count):
    assert sum(1 for _ in points(plan(domain))) == count


@pytest.mark.parametrize(
    "domain",
    ["x in R", "n in ℤ", "x in R^n", "a in 1..1001, b in 1..1000", "a in 1..1000, b in 1..a * 3"],
)
def test_a_space_that_is_not_finite_or_too_large_has_no_list(domain):
    assert points(plan(domain)) is None


@pytest.mark.parametrize(
    ("dtype", "count"),
    [("float16", 15_361), ("bfloat16", 16_257)],
)
def test_a_short_float_between_0_and_1_has_every_value(dtype, count):
    found = [case["x"] for case in points(plan("x in [0, 1]", dtype=dtype))]
    assert len({*found}) == count
    assert (min(found), max(found)) == (0.0, 1.0)


@pytest.mark.parametrize("domain", ["x in (0, 1)", "x in (0, 1]", "x in [0, 1)"])
def test_an_open_end_is_left_out(domain):
    found = {case["x"] for case in points(plan(domain, dtype="float16"))}
    assert (0.0 in found, 1.0 in found) == ("[0" in domain, "1]" in domain)


def test_rounding_to_a_type_leaves_whole_numbers_alone():
    case = {"x": 0.1, "n": 3, "a": np.array([0.1, 1.0]), "k": np.array([7])}
    found = rounded(case, "float32")
    assert found["x"] == float(np.float32(0.1))
    assert found["a"].tolist() == [float(np.float32(0.1)), 1.0]
    assert (found["n"], found["k"].tolist()) == (3, [7])
    assert rounded(case, "float64") is case


@pytest.mark.parametrize(
    ("value", "nearest"),
    [(1.00390625, 1.0), (1.01171875, 1.015625), (3.39e38, 3.3895314e38), (3.4e38, float("inf"))],
)
def test_bfloat16_rounds_to_nearest_and_ties_to_even(value, nearest):
    assert rounded({"x": value}, "bfloat16")["x"] == pytest.approx(nearest, rel=1e-7)
