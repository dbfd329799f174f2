"""The law of slices as a Hypothesis test."""

from helpers import positions
from hypothesis import given
from hypothesis import strategies as st
from more_itertools import numeric_range


@given(
    st.integers(-20, 20), st.integers(-20, 20), st.integers(-5, 5).filter(bool),
    positions, positions, st.integers(-3, 3).filter(bool),
)  # fmt: skip
def test_law(begin, end, step, p, q, k):
    found = numeric_range(begin, end, step)
    assert list(found[p:q:k]) == list(found)[p:q:k]
