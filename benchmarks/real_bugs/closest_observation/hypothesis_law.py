"""The law of the method closest_observation as a Hypothesis test."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

reals = st.floats(-1e6, 1e6)


@given(st.lists(reals, min_size=1), st.floats(0, 1))
def test_law(items, share):
    nearest = max(1, min(len(items), round(len(items) * share)))
    found = np.quantile(items, share, method="closest_observation")
    assert found == sorted(items)[nearest - 1]
