"""Constants of a claim among drawn objects: where it says something else, it may be false."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from pv.binding.drawn_kinds import KINDS
from pv.checks.reading.conventions import with_units
from pv.claims import read_field
from pv.claims.domains.read_space import space_of
from pv.engines.spaces.hypothesis_search import examples
from pv.engines.spaces.membership import Members


def drawn(domain, constants):
    space = with_units(space_of(read_field("domain", domain)), {"day"})
    draws = {name: KINDS[kind] for name, kind in space.objects.items()}
    found = examples(Members(space, draws=draws, constants=constants), 100, 0).cases
    return [getattr(case["x"], "original", case["x"]) for case in found]


@pytest.mark.parametrize(
    ("domain", "constants", "value"),
    [
        ("x ∈ decimal", (0.1, 19.99), Decimal("19.99")),
        ("x ∈ cents, x >= 19", (0.001, 0.5, 19.99), Decimal("19.99")),
        ("x ∈ fraction", (19.99,), Fraction(1999, 100)),
        ("x ∈ date", (3, "2021-03-14"), date(2021, 3, 14)),
        ("x ∈ duration, 0 <= x <= 1 day", (4021, 86401), timedelta(seconds=4021)),
        ("x ∈ string, length(x) <= 9", ("wanted", "longer than it may be"), "wanted"),
    ],
)
def test_constants_of_a_claim_are_drawn(domain, constants, value):
    found = drawn(domain, constants)
    assert value in found
    assert len({*found}) > 30


def test_constants_outside_of_a_domain_leave_all_its_values_known():
    space = space_of(read_field("domain", "x ∈ 2020-01-01..2020-01-03"))
    members = Members(
        space, draws={"x": KINDS["date"]}, constants=("2021-01-01", "2020-01-02", "a")
    )
    found = examples(members, 300, 0)
    assert {case["x"].original.day for case in found.cases} == {1, 2, 3}
    assert found.all_there_are
