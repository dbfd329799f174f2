import numpy as np
import pytest

from pv.claims import parse
from pv.claims.domains.read_space import space_of
from pv.claims.grammar.contract_fields import read_field
from pv.engines.spaces.membership import Members
from pv.engines.spaces.shrink import smallest


def space(domain):
    return space_of(read_field("domain", domain))


@pytest.mark.parametrize(
    ("domain", "case", "fails", "least"),
    [
        ("n in ℤ", {"n": 977}, lambda c: c["n"] > 8, {"n": 9}),
        ("n in ℤ", {"n": -977}, lambda c: c["n"] < -5, {"n": -6}),
        ("n in 10..1000", {"n": 977}, lambda c: c["n"] > 3, {"n": 10}),
        ("x in R", {"x": 123.456}, lambda c: c["x"] > 0.25, {"x": 1.0}),
        ("x in R", {"x": 7.123}, lambda c: c["x"] > 7, {"x": 7.1}),
    ],
)
def test_a_number_becomes_as_simple_as_it_may(domain, case, fails, least):
    assert smallest(case, Members(space(domain)), fails) == least


def test_an_array_becomes_short_and_its_items_simple():
    case = {"n": 4, "x": np.array([0.3, 5.5, -2.0, 7.7])}
    least = smallest(case, Members(space("x in R^n")), lambda c: bool(np.any(c["x"] < 0)))
    assert least["n"] == 1
    assert least["x"].tolist() == [-1.0]


def test_what_does_not_meet_the_conditions_is_no_smaller_case():
    even = space("n in ℤ")._replace(conditions=(parse("n % 2 = 0"),))
    assert smallest({"n": 90}, Members(even), lambda c: c["n"] > 6) == {"n": 8}


@pytest.mark.parametrize(
    ("domain", "value", "within"),
    [
        ("x in [0, 1]", 1.0, True),
        ("x in [0, 1)", 1.0, False),
        ("x in (0, 1]", 0.0, False),
        ("x in [0, 1]", 1.5, False),
        ("n in 1..3", 3, True),
        ("n in 1..3", 4, False),
        ("x in R", -1e300, True),
    ],
)
def test_a_value_lies_between_its_ends(domain, value, within):
    assert Members(space(domain)).contains({domain[0]: value}) is within
