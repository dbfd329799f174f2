"""The law of naturalsize as a Hypothesis test."""

from humanize import naturalsize
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(0, 2**64))
def test_law(size):
    assert float(naturalsize(size).split()[0]) < 1000
