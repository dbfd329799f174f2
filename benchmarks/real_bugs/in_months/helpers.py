"""Days, and days that are months later."""

from datetime import date

import pendulum
from hypothesis import strategies as st

days = st.dates(date(2000, 1, 1), date(2030, 12, 31)).map(
    lambda day: pendulum.date(day.year, day.month, day.day)
)


def later(day: pendulum.Date, months: int) -> pendulum.Date:
    """Return the day that is some months later."""
    return day.add(months=months)
