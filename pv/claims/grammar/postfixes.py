"""Read what stands behind a value: members, indices, subscripts and superscripts."""

import re

from pv.claims import tree as t
from pv.claims.grammar.notation.calls import arguments
from pv.claims.grammar.notation.implicit_products import ends_with_star
from pv.claims.grammar.values import numeral
from pv.claims.text.classify import NORM, NUMBER_SETS, looks_like_indices, separate
from pv.claims.text.cursor import Reader


def behind(read: Reader, node: t.Node) -> t.Node | None:
    """Read one more thing that stands behind a value; None if nothing does."""
    token = read.token
    if token.start != read.before.end:
        return None
    if token.kind == "super":
        return superscript(read, node)
    if token.kind != "operator":
        return None
    if token.text == "." and read.ahead().kind == "name":
        return member_of(read, node)
    if token.text == "[":
        return indexed(read, node)
    if token.text == "_":
        return subscript(read, node)
    if token.text == "(" and isinstance(node, t.Index) and isinstance(node.collection, t.Name):
        message = "this may be a call, an item of one, or a product"
        read.fault(node, message, "write `f(x, m)`, `f(x)_m` or `y_i * (…)`")
    if not ends_with_star(read, token.text):
        return None
    if isinstance(node, t.Name):
        return t.Name(f"{node.name}{token.text}", t.Span(node.span.start, read.next().end))
    if isinstance(node, t.String):  # all texts of these letters
        pattern = t.String(f"[{re.escape(node.value)}]*" if node.value else "", node.span)
        return t.Call("texts", (pattern,), t.Span(node.span.start, read.next().end))
    return None


def superscript(read: Reader, node: t.Node) -> t.Node:
    """Read `x²`, `Aᵀ`, `ℝ⁺`."""
    token = read.next()
    span = t.Span(node.span.start, token.end)
    if token.text == "T":
        return t.Unary("transpose", node, span)
    if token.text == "+" and isinstance(node, t.Name):
        return t.Name(f"{NUMBER_SETS.get(node.name, node.name)}_>0", span)
    number = token.text.lstrip("+-").isdigit()
    place = t.Span(token.start, token.end)
    exponent: t.Node = t.Number(int(token.text), place) if number else t.Name(token.text, place)
    return t.Binary("^", node, exponent, span)


def member_of(read: Reader, node: t.Node) -> t.Node:
    """Read `record.key`, and `x.f(y)` as `f(x, y)`."""
    read.next()
    key = read.next()
    if read.at("(") and read.touches():
        opening = read.next()
        given = arguments(read, ")")
        closing = read.close(")", opening)
        return t.Call(key.text, (node, *given), t.Span(node.span.start, closing.end))
    return t.Member(node, key.text, t.Span(node.span.start, key.end))


def indexed(read: Reader, node: t.Node) -> t.Node:
    """Read `x[i, j]`; `E[x]` is an expectation."""
    opening = read.next()
    if read.at("]"):
        read.stop("an index is missing", "write `collection[index]`")
    indices = [index_or_slice(read)]
    while read.take(","):
        indices.append(index_or_slice(read))
    closing = read.close("]", opening)
    span = t.Span(node.span.start, closing.end)
    if isinstance(node, t.Name) and node.name == "E" and not looks_like_indices(indices):
        return t.Call("expectation", tuple(indices), span)
    return t.Index(node, tuple(indices), span)


def index_or_slice(read: Reader) -> t.Node:
    """Read `i`, `low:high` or `:`."""
    start = read.token.start
    low = None if read.at(":") else read.condition()
    if not read.take(":"):
        if low is None:
            read.stop("an index is missing", "write `collection[index]`")
        return low
    high = None if read.at("]", ",") else read.condition()
    return t.Slice(low, high, t.Span(start, read.before.end))


def subscript(read: Reader, node: t.Node) -> t.Node:
    """Read `_i`, `_{i+1}`; behind a norm, its order."""
    read.next()
    if isinstance(node, t.Set):
        read.fault(node, "a set has no subscripts", "write its items out, or `{x_i : i in 1..n}`")
    if isinstance(node, t.Unary) and node.operator == "abs":
        read.stop("a subscript behind `|…|` names a norm", "write `‖x‖_inf` or `max|x|`")
    if read.at("{"):
        opening = read.next()
        _require_one_number(read)
        indices = [read.condition()]
        while read.take(","):
            indices.append(read.condition())
        closing = read.close("}", opening)
        span = t.Span(node.span.start, closing.end)
        if any(isinstance(index, t.Comparison) for index in indices):
            read.fault(indices[0], "this subscript is no index", "write a set, such as 1..n")
    else:
        token = read.token
        if token.kind == "name":
            indices = [t.Name(read.next().text, t.Span(token.start, token.end))]
        elif token.kind == "number":
            _require_one_number(read)
            indices = [t.Number(numeral(read), t.Span(token.start, token.end))]
        else:
            read.stop("a subscript is missing", "write `x_i` or `x_{i + 1}`")
        span = t.Span(node.span.start, token.end)
    if isinstance(node, t.Call) and node.function == NORM:
        return t.Call(NORM, (*node.arguments, *indices), span)
    return t.Index(node, tuple(separate(indices)), span, subscript=True)


def _require_one_number(read: Reader) -> None:
    """Stop at `C_{12}`, which may be an item in row 1 and column 2."""
    digits = read.token.text
    if len(digits) > 1 and digits.isdigit():
        remedy = f"write `[{int(digits)}]` for one, a comma between two"
        read.stop(f"`{digits}` may be one index or two", remedy)
