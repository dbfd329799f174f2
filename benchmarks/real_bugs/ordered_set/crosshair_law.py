"""The law of ordered-set as a condition for CrossHair."""

from helpers import after


def law(steps: list[tuple[bool, int]]) -> bool:
    """
    pre: len(steps) < 5 and all(0 <= value < 5 for _, value in steps)
    post: _
    """
    items = after([("append" if append else "pop", value) for append, value in steps])
    return all(items.index(x) == i for i, x in enumerate(items))
