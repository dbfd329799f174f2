"""The law of IndexedSet as a Hypothesis test."""

from helpers import indexed_sets
from hypothesis import given


@given(indexed_sets)
def test_law(items):
    assert all(items.index(x) == i for i, x in enumerate(items))
