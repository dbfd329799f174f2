"""Values that Hypothesis draws for one case meet each other, whatever draws them."""

import math
import struct
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pv.engines.spaces import near_values

WIDE = {
    "integers": (st.integers(0, 10**12), lambda x, y: abs(x - y) <= 1),
    "opposite integers": (st.integers(-(10**12), 10**12).filter(abs), lambda x, y: x == -y),
    "floats": (st.floats(1, 2, exclude_max=True), lambda x, y: x == y),
    "opposite floats": (st.floats(-2, 2, exclude_max=True), lambda x, y: x == -y),
    "texts": (st.text(min_size=4), lambda x, y: x == y),
    "bytes": (st.binary(min_size=4), lambda x, y: x == y),
    "inside of lists": (st.lists(st.integers(0, 10**12), min_size=1), lambda x, y: {*x} & {*y}),
    "an integer of a list": (
        st.lists(st.integers(0, 10**12), min_size=1) | st.integers(0, 10**12),
        lambda x, y: isinstance(x, int) and isinstance(y, list) and x in y,
    ),
    "a day and the next": (
        st.integers(0, 700_000).map(lambda days: date.min + timedelta(days)),
        lambda x, y: abs(x - y) == timedelta(1),
    ),
}


@pytest.mark.parametrize("name", WIDE)
def test_two_values_are_near_in_a_fair_share(name):
    strategy, near = WIDE[name]
    met = []

    @settings(
        max_examples=400, database=None, derandomize=True, backend=near_values.BACKEND,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None,
    )  # fmt: skip
    @given(strategy, strategy)
    def draw(x, y):
        met.append(bool(near(x, y)))

    draw()
    assert sum(met) > 8


NARROW = {
    "integers": (st.integers(3, 9), lambda x: 3 <= x <= 9),
    "floats": (st.floats(0.5, 3), lambda x: 0.5 <= x <= 3),
    "floats of 32 bits": (
        st.floats(0, 1, width=32),
        lambda x: x == struct.unpack("f", struct.pack("f", x))[0],
    ),
    "no NaN": (st.floats(allow_nan=False), lambda x: not math.isnan(x)),
    "texts": (st.text("ab", max_size=3), lambda x: len(x) <= 3 and {*x} <= {*"ab"}),
    "bytes": (st.binary(max_size=2), lambda x: len(x) <= 2),
    "no zero below": (st.floats(0.0, 1), lambda x: math.copysign(1, x) == 1),
}


@pytest.mark.parametrize("name", NARROW)
def test_beside_values_of_any_kind_each_is_one_that_the_strategy_has(name):
    strategy, inside = NARROW[name]
    strategy.validate()
    outside = []

    @settings(
        max_examples=300, database=None, derandomize=True, backend=near_values.BACKEND,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None,
    )  # fmt: skip
    @given(st.integers(), st.floats(), st.text(), st.binary(), strategy, strategy)
    def draw(_integer, _float, _text, _bytes, x, y):
        outside.extend(each for each in (x, y) if not inside(each))

    draw()
    assert outside == []
