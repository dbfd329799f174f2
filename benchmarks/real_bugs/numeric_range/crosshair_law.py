"""The law of numeric_range as a condition for CrossHair."""

from more_itertools import numeric_range


def law(begin: float, end: float, step: float) -> bool:
    """
    pre: -100 <= begin <= 100 and -100 <= end <= 100 and 0.1 <= abs(step) <= 10
    post: _
    """
    found = numeric_range(begin, end, step)
    return list(reversed(found)) == list(found)[::-1]
