"""Read items between commas; `0, ..., n` is the range from 0 to n."""

from pv.claims.faults import Fault
from pv.claims.text.classify import between, is_plain
from pv.claims.text.cursor import Reader, Stop
from pv.claims.tree import Node, Number, Range


def items_until(read: Reader, *ends: str) -> tuple[Node, ...]:
    """Read items up to one of some closing brackets."""
    found: list[Node] = []
    while not read.at(*ends):
        found.append(elided(read, found))
        if not read.take(","):
            break
    return tuple(found)


def _values(items: list[Node]) -> list[int | float | None]:
    return [each.value if isinstance(each, Number) else None for each in items]


def elided(read: Reader, before: list[Node]) -> Node:
    """Read an item; `0, ..., n` is the range from 0 to n."""
    if not read.at("..."):
        return read.condition()
    dots = read.next()
    if not before or not (read.take(",") or read.take(";")):
        read.stop("`...` stands between two ends", "write `0, ..., n`")
    high = read.condition()
    low = before[0]
    if isinstance(low, Number) and isinstance(high, Number) and low.value == high.value:
        read.stop("how many items `...` leaves out is not said", "write the items out")
    first = low.value if isinstance(low, Number) else None
    counted = first is not None and [first + n for n in range(len(before))]
    if (len(before) > 1 and _values(before) != counted) or not is_plain(low):
        remedy = "write a range, `0..n`, or what the items are, `{2 k + 1 : k in 0..n}`"
        raise Stop(Fault(dots.start, dots.end, "what `...` leaves out is not plain", remedy))
    if counted and isinstance(high, Number) and high.value < counted[-1]:
        read.fault(high, "`...` counts upwards", "write the least first")
    before.clear()
    return Range(low, high, between(low, high))
