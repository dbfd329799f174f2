"""The law of is_nthpow_residue as a Hypothesis test."""

from hypothesis import given
from hypothesis import strategies as st
from sympy.ntheory import is_nthpow_residue


@given(st.integers(0, 200), st.integers(1, 12), st.integers(1, 200))
def test_law(a, n, m):
    assert is_nthpow_residue(a, n, m) == any(x**n % m == a % m for x in range(m))
