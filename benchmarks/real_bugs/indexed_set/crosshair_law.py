"""The law of IndexedSet as a condition for CrossHair."""

from helpers import after


def law(added: list[str], popped: list[int]) -> bool:
    """
    pre: all(place >= 0 for place in popped)
    post: _
    """
    items = after(added, popped)
    return all(items.index(x) == i for i, x in enumerate(items))
