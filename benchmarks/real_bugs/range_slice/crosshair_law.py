"""The law of slices as a condition for CrossHair."""

from more_itertools import numeric_range


def law(begin: int, end: int, step: int, p: int | None, q: int | None, k: int) -> bool:
    """
    pre: -20 <= begin <= 20 and -20 <= end <= 20 and 0 < abs(step) <= 5 and 0 < abs(k) <= 3
    post: _
    """
    found = numeric_range(begin, end, step)
    return list(found[p:q:k]) == list(found)[p:q:k]
