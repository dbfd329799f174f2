"""The law of toml as a Hypothesis test."""

import toml
from helpers import tables
from hypothesis import given


@given(tables)
def test_law(table):
    assert toml.loads(toml.dumps(table)) == table
