"""The law of intword as a condition for CrossHair."""

from humanize import intword


def law(number: int) -> bool:
    """
    pre: 10**6 <= number <= 10**33
    post: _
    """
    return float(intword(number).split()[0]) < 1000
