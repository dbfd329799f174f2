"""Intervals between whole numbers, open or closed at each end."""

import intervals as I  # noqa: N812 - as its documentation imports it
from hypothesis import strategies as st

ends = st.integers(0, 10)
kinds = st.sampled_from([I.open, I.closed, I.openclosed, I.closedopen])
intervals = st.builds(lambda kind, low, high: kind(low, high), kinds, ends, ends)
