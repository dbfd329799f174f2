"""Read what stands in brackets: tuples, lists, intervals, sets, absolute values and norms."""

from collections.abc import Callable, Mapping

from pv.claims.calls import arguments
from pv.claims.cursor import Reader
from pv.claims.lexer import Token
from pv.claims.lists import elided, items_until
from pv.claims.shapes import BEFORE_GROUP, NORM, is_unbounded
from pv.claims.sums import bound_variables
from pv.claims.tree import (
    Binder,
    Call,
    Comparison,
    Interval,
    Name,
    Node,
    Number,
    Range,
    Set,
    Span,
    Tuple,
    Unary,
    Variable,
)


def parenthesis(read: Reader, opening: Token) -> Node:
    """Read `(a)`, `(a, b)`, and intervals that begin with a round bracket."""
    outer, read.bars = read.bars, []
    first = read.condition()
    rest: tuple[Node, ...] = ()
    comma = read.take(",")
    if comma:
        rest = arguments(read, ")")
    read.bars = outer
    if len(rest) == 1 and read.at("]"):
        return bounds(read, opening, first, rest[0])
    closing = read.close(")", opening)
    if not comma:
        return first
    if len(rest) == 1 and is_unbounded(first, rest[0]):
        return Interval(
            first, rest[0], open_low=True, open_high=True, span=Span(opening.start, closing.end)
        )
    return Tuple((first, *rest), Span(opening.start, closing.end))


def square(read: Reader, opening: Token) -> Node:
    """Read `[a, b]`: a list, an interval, or brackets like any other."""
    groups = read.position > 1 and read.tokens[read.position - 2].text in BEFORE_GROUP
    outer, read.bars = read.bars, []
    items = [*items_until(read, "]", ")")]
    read.bars = outer
    if groups and len(items) == 1:
        read.close("]", opening)
        return items[0]
    if len(items) == 2:  # noqa: PLR2004 - the ends of an interval, or a list of two
        return bounds(read, opening, *items)
    closing = read.close("]", opening)
    match items:
        case [Range(Number(low), Number(high) as every)] if low == high:
            return every  # `[1, 1, ..., 1]`: however many there are, each is this number
    return Tuple(tuple(items), Span(opening.start, closing.end))


def bounds(read: Reader, opening: Token, low: Node, high: Node) -> Node:
    """Read the end of an interval."""
    if not read.at("]", ")"):
        read.close("]", opening)
    closing = read.next()
    span = Span(opening.start, closing.end)
    return Interval(low, high, opening.text == "(", closing.text == ")", span)


def braced(read: Reader, opening: Token) -> Node:
    """Read `{a, b}`, `{0, ..., n}` and `{i : condition}`."""
    if read.at("}"):
        return Set((), Span(opening.start, read.next().end))
    if (things := named_things(read, opening)) is not None:
        return things
    outer, read.bars = read.bars, []
    first = elided(read, [])
    if read.at(":", "|"):
        read.next()
        found: Node = builder(read, first, opening)
    else:
        items = [first]
        while read.take(",") or read.take(";"):
            items.append(elided(read, items))
        span = Span(opening.start, read.token.end)
        found = (
            items[0] if len(items) == 1 and isinstance(items[0], Range) else Set(tuple(items), span)
        )
    read.bars = outer
    read.close("}", opening)
    return found


def named_things(read: Reader, opening: Token) -> Node | None:
    """Read `{labels seen in training}`: a set that words name."""
    at = read.position
    while read.tokens[at].kind == "name" or read.tokens[at].text in {"in", "for"}:
        at += 1
    words = read.tokens[read.position : at]
    if len(words) < 2 or read.tokens[at].text != "}":  # noqa: PLR2004 - words, and no symbol
        return None
    read.position = at + 1
    name = "_".join(word.text for word in words)
    return Name(name, Span(opening.start, read.before.end))


def builder(read: Reader, element: Node, opening: Token) -> Node:
    """Read `{x : condition}`, `{x in S : condition}` or `{f(i) : i in S}`."""
    if not isinstance(element, Name | Comparison):
        variables, condition = bound_variables(read, end="}")
        return Binder("set", variables, condition, element, Span(opening.start, read.token.end))
    condition = read.condition()
    match element:
        case Name(name, span):
            variable = Variable(name, None, span)
        case Comparison(operands=(Name(name), domain), operators=("in",), span=span):
            variable = Variable(name, domain, span)
            element = element.operands[0]
        case _:
            return read.stop("a set names its element by one name", "write `{i : condition}`")
    return Binder("set", (variable,), condition, element, Span(opening.start, read.token.end))


def empty_set(_: Reader, opening: Token) -> Node:
    """Read `∅`."""
    return Set((), Span(opening.start, opening.end))


def absolute(read: Reader, opening: Token) -> Node:
    """Read `|x|`."""
    read.bars.append("|")
    inner = read.condition()
    read.bars.pop()
    closing = read.close("|", opening)
    return Unary("abs", inner, Span(opening.start, closing.end))


def norm_of(read: Reader, opening: Token) -> Node:
    """Read `‖x‖`."""
    read.bars.append("||")
    inner = read.condition()
    read.bars.pop()
    closing = read.close("||", opening)
    return Call(NORM, (inner,), Span(opening.start, closing.end))


def inner_product(read: Reader, opening: Token) -> Node:
    """Read `⟨u, v⟩`."""
    inside = arguments(read, "⟩")
    closing = read.close("⟩", opening)
    return Call("dot", inside, Span(opening.start, closing.end))


def rounded(read: Reader, opening: Token) -> Node:
    """Read `⌊x⌋` and `⌈x⌉`."""
    inner = read.condition()
    closing = read.close("⌋" if opening.text == "⌊" else "⌉", opening)
    function = "floor" if opening.text == "⌊" else "ceil"
    return Call(function, (inner,), Span(opening.start, closing.end))


OPENERS: Mapping[str, Callable[[Reader, Token], Node]] = {
    "(": parenthesis, "{": braced, "|": absolute, "[": square, "||": norm_of, "⟨": inner_product,
    "⌊": rounded, "⌈": rounded, "∅": empty_set,
}  # fmt: skip
"""What opens a bracket -> how it is read."""
