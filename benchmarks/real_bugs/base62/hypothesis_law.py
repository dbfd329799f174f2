"""The law of base62 as a Hypothesis test."""

import base62
from hypothesis import given
from hypothesis import strategies as st


@given(st.binary())
def test_law(data):
    assert base62.decodebytes(base62.encodebytes(data)) == data
