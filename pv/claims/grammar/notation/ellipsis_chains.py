"""Read comparisons in a row with `...` among them: `λ_1 ≥ λ_2 ≥ ... ≥ λ_d ≥ 0`."""

from pv.claims import tree as t
from pv.claims.precedence import COMPARISON
from pv.claims.text.classify import between
from pv.claims.text.cursor import Reader

_INDICES = "ijklmn"


def all_in_a_row(read: Reader, before: list[t.Node], words: list[str]) -> t.Node:
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
    span = t.Span(first.span.start, last.span.end)
    place = t.Span(dots.start, dots.end)
    index, one = t.Name(name, place), t.Number(1, place)
    base = t.Name(start[0], place)
    pair = t.Comparison(
        (
            t.Index(base, (index,), place, subscript=True),
            t.Index(base, (t.Binary("+", index, one, place),), place, subscript=True),
        ),
        (word,),
        span,
    )
    domain = t.Range(_size(start[1], place), t.Binary("-", _size(end[1], place), one, place), place)
    row: t.Node = t.Binder("forall", (t.Variable(name, domain, place),), None, pair, span)
    if not read.at(word, "=", "<", "<=", ">", ">="):
        return row
    rest = read.comparison(last)
    return t.Binary("and", row, rest, between(row, rest))


def _item(node: t.Node) -> tuple[str, int | str] | None:
    """Return array and subscript of `λ_1` or `λ_d`."""
    match node:
        case t.Name(name):
            base, mark, subscript = name.partition("_")
            if mark and base:
                return base, int(subscript) if subscript.isdigit() else subscript
        case t.Index(t.Name(base), (t.Number(int() as value),)):
            return base, value
        case t.Index(t.Name(base), (t.Name(name),)):
            return base, name
    return None


def _size(value: int | str, place: t.Span) -> t.Node:
    return t.Number(value, place) if isinstance(value, int) else t.Name(value, place)
