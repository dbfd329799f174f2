"""What lies between two ends, exactly."""

import math
import sys

import pytest

from pv.claims import parse_domain
from pv.engines.ends import Ends, ends_of, is_empty

LARGEST = sys.float_info.max
BIG = 2**53


@pytest.mark.parametrize(
    ("ends", "least", "greatest"),
    [
        (Ends(0, 1), 0.0, 1.0),
        (Ends(0, 1, open_low=True, open_high=True), 5e-324, math.nextafter(1, 0)),
        (Ends(BIG + 1, BIG + 3), float(BIG + 2), float(BIG + 2)),
        (Ends(None, 10**400), -LARGEST, LARGEST),
        (Ends(-0.0, None), 0.0, LARGEST),
    ],
)
def test_the_floats_between_two_ends(ends, least, greatest):
    assert ends.floats() == (least, greatest)
    assert {least, greatest} <= {each for each in (least, greatest) if each in ends}


@pytest.mark.parametrize(
    ("ends", "least", "greatest"),
    [
        (Ends(0.5, 3.5), 1, 3),
        (Ends(0, 3, open_low=True, open_high=True), 1, 2),
        (Ends(BIG + 1, 2**64 - 1), BIG + 1, 2**64 - 1),
        (Ends(BIG + 0.0, BIG + 1, open_low=True), BIG + 1, BIG + 1),
        (Ends(None, None), None, None),
    ],
)
def test_the_integers_between_two_ends(ends, least, greatest):
    assert ends.whole() == (least, greatest)


@pytest.mark.parametrize(
    ("ends", "whole"),
    [
        (Ends(1, 1, open_low=True), False),
        (Ends(2, 1), False),
        (Ends(1, 2, open_low=True, open_high=True), True),
        (Ends(10**400, None), False),
        (Ends(math.inf, None), True),
        (Ends(BIG + 1, BIG + 1), False),
    ],
)
def test_between_some_ends_lies_nothing(ends, whole):
    assert ends.has_none(whole=whole)


def test_an_infinite_end_is_none_if_it_is_open_and_a_value_if_it_is_closed():
    opened = ends_of(-math.inf, math.inf, open_low=True, open_high=True)
    assert (opened.low, opened.high) == (None, None)
    closed = ends_of(-math.inf, math.inf)
    assert closed.floats() == (-math.inf, math.inf)
    assert closed.whole() == (None, None)
    assert [each in closed for each in (math.inf, math.nan)] == [True, False]
    assert math.inf not in ends_of(0, math.inf, open_high=True)
    assert ends_of(math.inf, math.inf, open_low=True).has_none(whole=False)
    assert ends_of(math.inf, math.inf).has_none(whole=True)
    assert ends_of(0, -math.inf).has_none(whole=False)


@pytest.mark.parametrize("end", ["a", True, math.nan, (1, 2)])
def test_an_end_is_a_number(end):
    with pytest.raises(TypeError, match="an end is a number"):
        ends_of(end, 1)


def test_an_integer_beyond_2_to_the_53_is_no_neighbour_of_itself():
    assert BIG + 1 in Ends(BIG + 1, BIG + 1)
    assert float(BIG) not in Ends(BIG + 1, BIG + 1)
    assert not any(each in Ends() for each in (math.nan, math.inf, True))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("5..3", "5..3"), ("{}", "{}"), ("(1, 1)", "(1, 1)"), ("[2, 1]", "[2, 1]")],
)
def test_a_domain_without_a_value_is_one(text, shown):
    found = parse_domain(text)
    assert is_empty(found)
    assert str(found) == shown


def test_true_is_no_1():
    assert parse_domain("{true, 1}").values == (True, 1)
