"""The law of to_gregorian as a Hypothesis test."""

from calendar import monthrange

import juliandate
from hypothesis import given
from hypothesis import strategies as st


@given(st.floats(2_400_000, 2_500_000))
def test_law(julian):
    year, month, day, *_ = juliandate.to_gregorian(julian)
    assert 1 <= day <= monthrange(year, month)[1]
