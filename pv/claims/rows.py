"""Read comparisons in a row with `...` among them: `λ_1 ≥ λ_2 ≥ ... ≥ λ_d ≥ 0`."""

from pv.claims.cursor import Reader
from pv.claims.precedence import COMPARISON
from pv.claims.shapes import between
from pv.claims.tree import (
    Binary,
    Binder,
    Comparison,
    Index,
    Name,
    Node,
    Number,
    Range,
    Span,
    Variable,
)

_INDICES = "ijklmn"


def all_in_a_row(read: Reader, before: list[Node], words: list[str]) -> Node:
    """Read from the dots on: each item is compared with the next, up to the last one."""
    dots = read.next()
    first, word = before[0], words[-1]
    same = len({*words}) == 1 and read.take(word)
    last = read.binary(COMPARISON + 1) if same else None
    start, end = _item(first), None if last is None else _item(last)
    follows = [_item(each) for each in before[1:]]
    if (
        start is None
        or end is None
        or last is None
        or any(each is None or each[0] != start[0] for each in [end, *follows])
    ):
        read.stop("what `...` leaves out is not plain", "write `∀ i in 1..n - 1: x_i <= x_{i + 1}`")
    name = next(each for each in _INDICES if each not in {start[0], str(end[1])})
    span = Span(first.span.start, last.span.end)
    place = Span(dots.start, dots.end)
    index, one = Name(name, place), Number(1, place)
    base = Name(start[0], place)
    pair = Comparison(
        (
            Index(base, (index,), place, subscript=True),
            Index(base, (Binary("+", index, one, place),), place, subscript=True),
        ),
        (word,),
        span,
    )
    domain = Range(_size(start[1], place), Binary("-", _size(end[1], place), one, place), place)
    row: Node = Binder("forall", (Variable(name, domain, place),), None, pair, span)
    if not read.at(word, "=", "<", "<=", ">", ">="):
        return row
    rest = read.comparison(last)
    return Binary("and", row, rest, between(row, rest))


def _item(node: Node) -> tuple[str, int | str] | None:
    """Return array and subscript of `λ_1` or `λ_d`."""
    match node:
        case Name(name):
            base, mark, subscript = name.partition("_")
            if mark and base:
                return base, int(subscript) if subscript.isdigit() else subscript
        case Index(Name(base), (Number(int() as value),)):
            return base, value
        case Index(Name(base), (Name(name),)):
            return base, name
    return None


def _size(value: int | str, place: Span) -> Node:
    return Number(value, place) if isinstance(value, int) else Name(value, place)
