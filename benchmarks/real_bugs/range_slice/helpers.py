"""Slices, whose ends may be left out."""

from collections.abc import Sequence

from hypothesis import strategies as st

positions = st.none() | st.integers(-12, 12)


def part(items: Sequence[int], begin: int | None, end: int | None, step: int) -> Sequence[int]:
    """Return a slice."""
    return items[begin:end:step]
