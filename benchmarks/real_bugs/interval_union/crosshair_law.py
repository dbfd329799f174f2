"""The law of the union as a condition for CrossHair."""

import intervals as I  # noqa: N812 - as its documentation imports it

KINDS = (I.open, I.closed, I.openclosed, I.closedopen)


def law(kinds: tuple[int, int], a: tuple[int, int], b: tuple[int, int], x: int) -> bool:
    """
    pre: all(0 <= kind < 4 for kind in kinds)
    post: _
    """
    first, second = KINDS[kinds[0]](*a), KINDS[kinds[1]](*b)
    return (x in (first | second)) == (x in first or x in second)
