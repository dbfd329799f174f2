"""Which numbers are drawn between two ends: those at which code often fails, and others."""

import math

import numpy as np
import pytest

from pv.engines.ends import ends_of
from pv.engines.spaces.numbers import (
    IN_ARRAY,
    Wanted,
    integers,
    notable,
    reals,
    whole_array,
    with_more_digits,
)

LEAST, NORMAL = 5e-324, 2.2250738585072014e-308
TOP = 1.7976931348623157e308
USUAL = {0.0, 1.0, -1.0, 0.5, -2.0, 30.0, -30.0, 1000.0, -1000.0, 1e-8, 1e6}


def between(low=None, high=None, **open_):
    return ends_of(low, high, **open_)


@pytest.mark.parametrize(
    ("ends", "constants", "few", "found"),
    [
        (between(3, 100), (), False, {3, 4, 99, 100, 10}),
        (between(3, 100), (), True, {3, 4, 99, 100}),
        (between(3, 100), (50, 2.5, 3.5, 101, math.inf, math.nan, 1e9), False,
         {3, 4, 99, 100, 10, 49, 50, 51}),
        (between(-5, 5), (), False, {-5, -4, 4, 5, 0, 1, -1, 2}),
        (between(0.5, 1.5), (), False, {1}),
        (between(), (), False, {0, 1, -1, 2, 10}),
        (between(), (), True, set()),
        (between(7), (10_000, 10_001), False, {7, 8, 10, 9_999, 10_000, 10_001}),
        (between(None, 7), (-10_000,), False, {7, 6, 0, 1, -1, 2, -10_001, -10_000, -9_999}),
        (between(0, 10**9), (10**8,), False,
         {0, 1, 2, 10, 10**9, 10**9 - 1, 10**8 - 1, 10**8, 10**8 + 1}),
        (between(2**70, 2**70 + 9), (), False, {2**70, 2**70 + 1, 2**70 + 8, 2**70 + 9}),
    ],
)  # fmt: skip
def test_notable_integers_are_the_ends_their_neighbours_small_ones_and_constants(
    ends, constants, few, found
):
    drawn = notable(ends, Wanted(constants), whole=True, few=few)
    assert sorted(drawn) == sorted(found)


@pytest.mark.parametrize(
    ("ends", "found"),
    [
        (between(0, 50), set()),
        (between(0, 300), {99, 100, 127, 128, 255, 256}),
        (between(-128, 0), {-99, -100, -127, -128}),
        (between(900, 9_999), {999, 1000, 9_999}),
        (between(), set()),
        (between(0), set()),
        (between(None, 0), set()),
    ],
)
def test_between_two_ends_digits_are_added_at_powers_of_ten_and_of_the_sizes_of_types(ends, found):
    assert sorted(with_more_digits(ends)) == sorted(found)


@pytest.mark.parametrize("power", [10**18, 2**53, 2**63, 2**64, 10**30])
def test_digits_are_added_at_large_numbers_too(power):
    every = with_more_digits(between(-(10**40), 10**40))
    assert {power - 1, power, -power, 1 - power} <= {*every}
    assert len(every) == len({*every}) < 160


def above(number):
    return math.nextafter(number, math.inf)


def below(number):
    return math.nextafter(number, -math.inf)


@pytest.mark.parametrize(
    ("ends", "wanted", "found"),
    [
        (between(2, 40), Wanted(), {2.0, above(2.0), 30.0, below(40.0), 40.0}),
        (between(2, 40, open_low=True, open_high=True), Wanted(),
         {above(2.0), above(above(2.0)), 30.0, below(40.0), below(below(40.0))}),
        (between(0, 40), Wanted(), {0.0, LEAST, NORMAL, 1e-8, 0.5, 1.0, 30.0, below(40.0), 40.0}),
        (between(-40, 0), Wanted(), {0.0, -LEAST, -NORMAL, -1.0, -2.0, -30.0, above(-40.0), -40.0}),
        (between(0, 40), Wanted(tiny=False), {0.0, 1e-8, 0.5, 1.0, 30.0, below(40.0), 40.0}),
        (between(0, 1e-140), Wanted(tiny=False), {0.0, below(1e-140), 1e-140}),
        (between(), Wanted(), USUAL),
        (between(2), Wanted(), {2.0, above(2.0), 30.0, 1000.0, 1e6}),
        (between(2, math.inf), Wanted(), {2.0, above(2.0), 30.0, 1000.0, 1e6, TOP, math.inf}),
        (between(2, 9), Wanted((3, 10**400)),
         {2.0, above(2.0), below(3.0), 3.0, above(3.0), below(9.0), 9.0}),
        (between(3, 2), Wanted((3,)), set()),
    ],
)  # fmt: skip
def test_notable_reals_are_the_ends_their_neighbours_usual_ones_and_constants(ends, wanted, found):
    drawn = notable(ends, wanted, whole=False)
    assert {*drawn} == found
    assert all(type(each) is float for each in drawn)
    zeros = {"0.0", "-0.0"} if 0.0 in found else set()
    assert {repr(each) for each in drawn if each == 0} == zeros


SHAPES = [(), (5,), (2, 3)]


def many(draw_some, count=300):
    draw = np.random.default_rng(1)
    found = [draw_some(draw) for _ in range(count)]
    return np.concatenate([np.ravel(np.asarray(each, dtype=object)) for each in found])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("ends", [(3, 12), (-4, 5), (2**70, 2**70 + 9), (2**63 - 5, 2**63 + 4)])
def test_each_integer_between_two_ends_is_drawn(ends, shape):
    items = many(lambda draw: integers(between(*ends), shape, draw))
    assert {*items} == {*range(ends[0], ends[1] + 1)}


@pytest.mark.parametrize("shape", SHAPES)
def test_an_integer_of_a_wide_range_is_as_likely_in_each_part_of_it(shape):
    items = many(lambda draw: integers(between(0, 2**80), shape, draw))
    quarters = [sum(at * 2**78 <= each < (at + 1) * 2**78 for each in items) for at in range(4)]
    assert min(quarters) > len(items) / 6


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("ends", "low", "high", "near"),
    [
        (between(), -100, 100, {-1, 0, 1}),
        (between(7), 7, 107, {7, 8, 9}),
        (between(None, 7), -93, 7, {5, 6, 7}),
    ],
)
def test_an_integer_without_an_end_is_up_to_100_away_and_mostly_nearer(
    ends, low, high, near, shape
):
    items = many(lambda draw: integers(ends, shape, draw), 1000)
    assert low <= min(items) < low + 20
    assert high - 20 < max(items) <= high
    assert near <= {*items}
    middle = sorted(near)[1]
    assert np.mean([abs(each - middle) <= 12 for each in items]) > 1 / 2


def test_a_size_without_an_end_is_small():
    items = many(lambda draw: integers(between(1), (), draw, few=True))
    assert {*items} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("items", "kind"),
    [
        ([1, 2], "i"), ([IN_ARRAY - 1, -IN_ARRAY], "i"), ([IN_ARRAY], "O"), ([-IN_ARRAY - 1], "O"),
        ([1, 2**80], "O"),
    ],
)  # fmt: skip
def test_an_array_of_integers_keeps_each_of_them(items, kind):
    made = whole_array(items)
    assert made.dtype.kind == kind
    assert made.tolist() == items


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("ends", [(-3, 5), (0, 1), (10, 1000)])
def test_reals_are_all_over_an_interval_and_more_often_near_its_low_end(ends, shape):
    low, high = ends
    items = many(lambda draw: reals(between(*ends), shape, draw), 600).astype(float)
    share = (items - low) / (high - low)
    assert share.min() >= 0
    assert share.max() <= 1
    tenths = np.histogram(share, 10, (0, 1))[0] / len(items)
    assert tenths[1:].min() > 0.04
    assert 0.15 < tenths[0] < 0.45
    assert 0.05 < np.mean(share < 1e-3) < 0.25


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("low", "high", "start", "both"),
    [
        (None, None, 0, True), (-math.inf, math.inf, 0, True), (-1e9, None, 0, True),
        (None, 1e9, 0, True), (3, None, 3, False), (3, math.inf, 3, False), (None, 3, 0, False),
        (-math.inf, 3, 0, False),
    ],
)  # fmt: skip
def test_reals_without_an_end_are_of_several_magnitudes(low, high, start, both, shape):
    items = many(lambda draw: reals(between(low, high), shape, draw), 600).astype(float)
    assert all(each in between(low, high) for each in items)
    assert np.isfinite(items).all()
    away = np.abs(items - start)
    for least, most in ((0, 0.3), (0.3, 3), (3, 30), (100, 1e4)):
        assert np.mean((least <= away) & (away < most)) > 0.05, (least, most)
    assert not both or 0.4 < np.mean(items > 0) < 0.6


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("end", [math.inf, -math.inf])
def test_between_an_infinite_end_and_itself_there_is_only_it(end, shape):
    found = reals(between(end, end), shape, np.random.default_rng(0))
    assert np.shape(found) == shape
    assert np.all(np.asarray(found) == end)


@pytest.mark.parametrize("ends", [between(2, 1), between(1, 1, open_low=True)])
def test_where_no_real_lies_none_is_drawn(ends):
    with pytest.raises(ValueError, match="no number lies in"):
        reals(ends, (), np.random.default_rng(0))


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_drawn_has_the_shape_and_the_type_that_is_asked_for(shape):
    draw = np.random.default_rng(0)
    for ends in (between(0, 9), between(), between(0, 2**80)):
        for found, kind in ((integers(ends, shape, draw), int), (reals(ends, shape, draw), float)):
            assert np.shape(found) == shape
            items = found.ravel().tolist() if shape else [found]
            assert all(type(each) is kind for each in items)
