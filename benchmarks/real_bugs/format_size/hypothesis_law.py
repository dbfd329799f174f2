"""The law of format_size as a Hypothesis test."""

from humanfriendly import format_size
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(0, 2**64))
def test_law(size):
    assert float(format_size(size).split()[0]) < 1000
