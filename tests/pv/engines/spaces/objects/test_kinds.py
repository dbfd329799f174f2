"""Kinds of values within what a domain says: what is drawn meets it, and its ends are among it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from pv.binding.drawn_kinds import KINDS
from pv.checks.reading.conventions import with_units
from pv.claims import EvaluationError, read_field
from pv.claims.domains.read_space import space_of
from pv.claims.text.classify import SECONDS
from pv.engines.calling.drawn_objects import Object
from pv.engines.spaces.hypothesis_search import examples
from pv.engines.spaces.membership import Members


def drawn(domain, count=300):
    space = with_units(space_of(read_field("domain", domain)), SECONDS)
    draws = {name: KINDS[kind] for name, kind in space.objects.items()}
    found = examples(Members(space, draws=draws), count, 0).cases
    return [_plain(case["x"]) for case in found]


def _plain(value):
    return value.original if isinstance(value, Object) else value


WITHIN = {
    "x ∈ 2018-11-01..2027-01-18": (date(2018, 11, 1), date(2027, 1, 18)),
    "x ∈ date, x >= 9998-12-30": (date(9998, 12, 30), date(9998, 12, 31)),
    "x ∈ date, 0001-01-01 <= x < 0001-01-03": (date(1, 1, 1), date(1, 1, 2)),
    "x ∈ 2024-01-01T10:00..2024-01-01T10:30": (
        datetime.fromisoformat("2024-01-01T10:00"), datetime.fromisoformat("2024-01-01T10:30"),
    ),
    "x ∈ duration, 0 <= x <= 3600": (timedelta(0), timedelta(hours=1)),
    "x ∈ duration, |y| = 1, y ∈ string, -2 <= x <= 2": (
        timedelta(seconds=-2), timedelta(seconds=2),
    ),
    "x ∈ duration, 1 minute <= x <= 2 days": (timedelta(minutes=1), timedelta(days=2)),
    "x ∈ duration, 0 <= x <= 2 hours, hour = 5, hours = 3": (timedelta(0), timedelta(seconds=6)),
    "x ∈ duration, 0 <= x <= 2 hours, hour = 5": (timedelta(0), timedelta(seconds=10)),
    "x ∈ cents, 0 <= x <= 100/3": (Decimal("0.00"), Decimal("33.33")),
    "x ∈ decimal, 0 <= x <= 100": (Decimal(0), Decimal(100)),
    "x ∈ decimal, 0.001 <= x <= 0.002": (Decimal("0.001"), Decimal("0.002")),
    "x ∈ fraction, 1/3 <= x <= 1/2": (Fraction(1, 3), Fraction(1, 2)),
    "x ∈ fraction, 3 >= x, x >= 2": (Fraction(2), Fraction(3)),
}  # fmt: skip


@pytest.mark.parametrize("domain", WITHIN)
def test_what_is_drawn_lies_between_its_ends_which_are_drawn(domain):
    low, high = WITHIN[domain]
    found = drawn(domain)
    assert len(found) > 250 or low.__class__ is date
    assert all(low <= each <= high for each in found)
    assert (min(found), max(found)) == (low, high)


@pytest.mark.parametrize(
    ("domain", "holds"),
    [
        ('x matches "[a-c]{2,3}-[0-9]+"', lambda x: x[0] in "abc" and x[-1].isdigit()),
        ('x in "ab"*', lambda x: {*x} <= {*"ab"}),
        ('x in "ab]-"*, length(x) >= 3', lambda x: {*x} <= {*"ab]-"} and len(x) >= 3),
        ("x ∈ string, length(x) = 40", lambda x: len(x) == 40),
        ("x ∈ string, 30 < |x| <= 33", lambda x: 31 <= len(x) <= 33),
        ("x ∈ bytes, 30 <= length(x)", lambda x: len(x) >= 30),
    ],
)
def test_texts_are_drawn_so_that_they_match_or_have_a_length(domain, holds):
    found = drawn(domain)
    assert len(found) > 250
    assert len({*found}) > 50
    assert all(map(holds, found))


@pytest.mark.parametrize(
    "domain",
    [
        "x ∈ 2020-01-02..2020-01-01", "x ∈ decimal, 2 <= x <= 1", "x ∈ duration, 2 <= x <= 1",
        "x ∈ cents, 0.001 <= x <= 0.009",
        "x ∈ string, 3 <= length(x) <= 2", "x ∈ fraction, 2 <= x <= 1",
    ],
)  # fmt: skip
def test_nothing_is_drawn_where_nothing_lies_between_the_ends(domain):
    assert drawn(domain) == []


def test_bytes_begin_with_zeros_in_a_share_of_cases():
    found = drawn("x ∈ bytes, length(x) >= 2")
    assert sum(each.startswith(b"\x00\x00") for each in found) > 5
    assert len({*found}) > 100


def test_cents_have_two_places():
    assert {each.as_tuple().exponent for each in drawn("x ∈ cents")} == {-2}


def test_a_pattern_that_is_none_is_told():
    with pytest.raises(EvaluationError, match=r"is not a regular expression"):
        drawn('x matches "(a"')


def test_next_days_are_drawn_together():
    space = space_of(read_field("domain", "x ∈ date, y ∈ date"))
    draws = dict.fromkeys("xy", KINDS["date"])
    found = examples(Members(space, draws=draws), 400, 0).cases
    apart = [abs((case["x"].original - case["y"].original).days) for case in found]
    assert apart.count(1) > 8


@pytest.mark.parametrize(
    "domain",
    [
        "x ∈ date, x > 2020-01-01, x > 2019-01-01, x < 2020-01-05, x <= 2021-01-01",
        "x ∈ date, x > 2019-01-01, x > 2020-01-01, x <= 2021-01-01, x < 2020-01-05",
    ],
)
def test_of_two_ends_the_narrower_counts(domain):
    assert {*drawn(domain)} == {date(2020, 1, day) for day in (2, 3, 4)}
