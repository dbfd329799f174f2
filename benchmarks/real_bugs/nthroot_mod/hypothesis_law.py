"""The law of nthroot_mod as a Hypothesis test."""

from hypothesis import given
from hypothesis import strategies as st
from sympy.ntheory import nthroot_mod


@given(st.data(), st.integers(2, 12), st.integers(2, 100))
def test_law(data, n, p):
    a = data.draw(st.integers(0, p - 1)) ** n % p
    assert {int(y) for y in nthroot_mod(a, n, p, all_roots=True)} == {
        y for y in range(p) if y**n % p == a
    }
