"""The law of to_gregorian as a condition for CrossHair."""

from calendar import monthrange

import juliandate


def law(julian: float) -> bool:
    """
    pre: 2_400_000 <= julian <= 2_500_000
    post: _
    """
    year, month, day, *_ = juliandate.to_gregorian(julian)
    return 1 <= day <= monthrange(year, month)[1]
