"""The law of the union as a Hypothesis test."""

from helpers import intervals
from hypothesis import given
from hypothesis import strategies as st


@given(intervals, intervals, st.integers(-1, 11))
def test_law(a, b, x):
    assert (x in (a | b)) == (x in a or x in b)
