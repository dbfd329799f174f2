"""The law of numeric_range as a Hypothesis test."""

from hypothesis import given
from hypothesis import strategies as st
from more_itertools import numeric_range

ends = st.floats(-100, 100)
steps = st.floats(-10, -0.1) | st.floats(0.1, 10)


@given(ends, ends, steps)
def test_law(begin, end, step):
    found = numeric_range(begin, end, step)
    assert list(reversed(found)) == list(found)[::-1]
