"""The law of naturalsize as a condition for CrossHair."""

from humanize import naturalsize


def law(size: int) -> bool:
    """
    pre: 0 <= size <= 2**64
    post: _
    """
    return float(naturalsize(size).split()[0]) < 1000
