"""The law of busday_count as a Hypothesis test."""

import numpy as np
from helpers import days, working_days
from hypothesis import given


@given(days, days)
def test_law(begin, end):
    sign = 1 if begin <= end else -1
    assert np.busday_count(begin, end) == sign * working_days(begin, end)
