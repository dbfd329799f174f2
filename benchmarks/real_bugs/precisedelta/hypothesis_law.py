"""The law of precisedelta as a Hypothesis test."""

from humanize import precisedelta
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(0, 1_000_000))
def test_law(seconds):
    assert "60 minutes" not in precisedelta(seconds, minimum_unit="minutes", format="%0.0f")
