"""The law of intword as a Hypothesis test."""

from humanize import intword
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(10**6, 10**33))
def test_law(number):
    assert float(intword(number).split()[0]) < 1000
