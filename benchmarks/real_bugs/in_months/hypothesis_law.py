"""The law of in_months as a Hypothesis test."""

import pendulum
from helpers import days, later
from hypothesis import assume, given


@given(days, days)
def test_law(a, b):
    assume(a <= b)
    months = pendulum.interval(a, b).in_months()
    assert later(a, months) <= b < later(a, months + 1)
