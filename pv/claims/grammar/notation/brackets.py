"""Read what stands in brackets: tuples, lists, intervals, sets, absolute values and norms."""

from collections.abc import Callable, Mapping

from pv.claims import tree as t
from pv.claims.grammar.notation.calls import arguments
from pv.claims.grammar.notation.lists import elided, items_until
from pv.claims.grammar.notation.reductions import bound_variables
from pv.claims.text.classify import BEFORE_GROUP, NORM, is_boolean, is_claim, is_unbounded
from pv.claims.text.cursor import Reader
from pv.claims.text.lexer import Token


def parenthesis(read: Reader, opening: Token) -> t.Node:
    """Read `(a)`, `(a, b)`, and intervals that begin with a round bracket."""
    outer, read.bars = read.bars, []
    first = read.condition()
    rest: tuple[t.Node, ...] = ()
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
        return t.Interval(
            first, rest[0], open_low=True, open_high=True, span=t.Span(opening.start, closing.end)
        )
    return t.Tuple((first, *rest), t.Span(opening.start, closing.end))


def square(read: Reader, opening: Token) -> t.Node:
    """Read `[a, b]`: a list, an interval, or brackets like any other."""
    groups = read.position > 1 and read.tokens[read.position - 2].text in BEFORE_GROUP
    outer, read.bars = read.bars, []
    items = [*items_until(read, "]", ")", "for")]
    if read.at("for") and len(items) == 1:
        read.next()
        variables, condition = bound_variables(read, end="]")
        closing = read.close("]", opening)
        read.bars = outer
        span = t.Span(opening.start, closing.end)
        return t.Binder("list", variables, condition, items[0], span)
    read.bars = outer
    if read.at(";"):
        read.stop("`;` in brackets may repeat an item or end a row", "write the items out")
    if groups and len(items) == 1:
        read.close("]", opening)
        return items[0]
    if len(items) == 2:  # noqa: PLR2004 - the ends of an interval, or a list of two
        return bounds(read, opening, *items)
    closing = read.close("]", opening)
    if len(items) == 1 and isinstance(items[0], t.Range):
        return items[0]  # `[0..13]` are the integers from 0 to 13
    return t.Tuple(tuple(items), t.Span(opening.start, closing.end))


def bounds(read: Reader, opening: Token, low: t.Node, high: t.Node) -> t.Node:
    """Read the end of an interval."""
    if not read.at("]", ")"):
        read.close("]", opening)
    closing = read.next()
    span = t.Span(opening.start, closing.end)
    return t.Interval(low, high, opening.text == "(", closing.text == ")", span)


def braced(read: Reader, opening: Token) -> t.Node:
    """Read `{a, b}`, `{0, ..., n}` and `{i : condition}`."""
    if read.at("}"):
        return t.Set((), t.Span(opening.start, read.next().end))
    outer, read.bars = read.bars, []
    first = elided(read, [])
    if read.at(":", "|"):
        read.next()
        found: t.Node = builder(read, first, opening)
    else:
        items = [first]
        while read.take(",") or read.take(";"):
            items.append(elided(read, items))
        for item in items:
            if is_claim(item):
                read.fault(item, "this may be an entry of a record", "write the claims one by one")
            if isinstance(item, t.Conditional):
                read.fault(item, "this set may be a list of cases", "write the cases without `{`")
        span = t.Span(opening.start, read.token.end)
        found = (
            items[0]
            if len(items) == 1 and isinstance(items[0], t.Range)
            else t.Set(tuple(items), span)
        )
    read.bars = outer
    read.close("}", opening)
    return found


def builder(read: Reader, element: t.Node, opening: Token) -> t.Node:
    """Read `{x : condition}`, `{x in S : condition}` or `{f(i) : i in S}`."""
    if not isinstance(element, t.Name | t.Comparison):
        variables, condition = bound_variables(read, end="}")
        return t.Binder("set", variables, condition, element, t.Span(opening.start, read.token.end))
    condition = read.condition()
    if not is_boolean(condition):
        read.fault(condition, "this may be an entry of a record", "write `{x : condition}`")
    match element:
        case t.Name(name, span):
            variable = t.Variable(name, None, span)
        case t.Comparison(operands=(t.Name(name), domain), operators=("in",), span=span):
            variable = t.Variable(name, domain, span)
            element = element.operands[0]
        case _:
            return read.stop("a set names its element by one name", "write `{i : condition}`")
    return t.Binder("set", (variable,), condition, element, t.Span(opening.start, read.token.end))


def empty_set(_: Reader, opening: Token) -> t.Node:
    """Read `∅`."""
    return t.Set((), t.Span(opening.start, opening.end))


def absolute(read: Reader, opening: Token) -> t.Node:
    """Read `|x|`."""
    return t.Unary("abs", *_between_bars(read, opening))


def norm_of(read: Reader, opening: Token) -> t.Node:
    """Read `‖x‖`."""
    inner, span = _between_bars(read, opening)
    return t.Call(NORM, (inner,), span)


def _between_bars(read: Reader, opening: Token) -> tuple[t.Node, t.Span]:
    read.bars.append(opening.text)
    inner = read.condition()
    read.bars.pop()
    return inner, t.Span(opening.start, read.close(opening.text, opening).end)


def inner_product(read: Reader, opening: Token) -> t.Node:
    """Read `⟨u, v⟩`."""
    inside = arguments(read, "⟩")
    closing = read.close("⟩", opening)
    return t.Call("dot", inside, t.Span(opening.start, closing.end))


def rounded(read: Reader, opening: Token) -> t.Node:
    """Read `⌊x⌋` and `⌈x⌉`."""
    inner = read.condition()
    closing = read.close("⌋" if opening.text == "⌊" else "⌉", opening)
    function = "floor" if opening.text == "⌊" else "ceil"
    return t.Call(function, (inner,), t.Span(opening.start, closing.end))


OPENERS: Mapping[str, Callable[[Reader, Token], t.Node]] = {
    "(": parenthesis, "{": braced, "|": absolute, "[": square, "||": norm_of, "⟨": inner_product,
    "⌊": rounded, "⌈": rounded, "∅": empty_set,
}  # fmt: skip
"""Opening bracket -> its reader."""
