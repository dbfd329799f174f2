"""The law of ordered-set as a Hypothesis test."""

from helpers import ordered_sets
from hypothesis import given


@given(ordered_sets)
def test_law(items):
    assert all(items.index(x) == i for i, x in enumerate(items))
