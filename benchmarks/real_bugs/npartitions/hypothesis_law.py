"""The law of npartitions as a Hypothesis test."""

from hypothesis import given
from hypothesis import strategies as st
from sympy import npartitions


@given(st.integers(1, 2000))
def test_law(n):
    assert npartitions(n) == sum(
        (-1) ** (k + 1)
        * (npartitions(n - k * (3 * k - 1) // 2) + npartitions(n - k * (3 * k + 1) // 2))
        for k in range(1, 41)
    )
