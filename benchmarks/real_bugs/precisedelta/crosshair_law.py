"""The law of precisedelta as a condition for CrossHair."""

from humanize import precisedelta


def law(seconds: int) -> bool:
    """
    pre: 0 <= seconds <= 1_000_000
    post: _
    """
    return "60 minutes" not in precisedelta(seconds, minimum_unit="minutes", format="%0.0f")
