"""The law of format_size as a condition for CrossHair."""

from humanfriendly import format_size


def law(size: int) -> bool:
    """
    pre: 0 <= size <= 2**64
    post: _
    """
    return float(format_size(size).split()[0]) < 1000
