"""Read what stands behind `^`: exponents, transposes, steps and sizes."""

from pv.claims.cursor import Reader
from pv.claims.precedence import BINARY
from pv.claims.shapes import between
from pv.claims.tree import Binary, Index, Name, Node, Span, Tuple, Unary


def power(read: Reader, base: Node) -> Node:
    """Read `x^2`, `A^T`, `x^{(k+1)}`, `ℝ^{n×d}`; the `^` has been taken."""
    if read.at_name("T") and read.ahead().text != "_":
        marker = read.next()
        return read.postfix(Unary("transpose", base, Span(base.span.start, marker.end)))
    if read.at("{") and _is_step(read):
        read.next()
        step = read.primary()
        closing = read.close("}", read.before)
        span = Span(base.span.start, closing.end)
        return read.postfix(Index(base, (step,), span, subscript=True))
    in_braces = read.at("{")
    exponent = braces(read) if in_braces else tight(read)
    if in_braces and isinstance(exponent, Name) and exponent.name == "T":
        return read.postfix(Unary("transpose", base, between(base, exponent)))
    return read.postfix(Binary("^", base, exponent, between(base, exponent)))


def tight(read: Reader) -> Node:
    """Read what binds as tightly as a power: the exponent itself, or what stands below a root."""
    read.deeper()
    found = read.operations(read.unary(), BINARY["^"][0])
    read.depth -= 1
    return found


def braces(read: Reader) -> Node:
    """Read `{n×d}` or `{k+1}` behind `^`."""
    opening = read.next()
    outer, read.dimensions = read.dimensions, True
    sizes = [read.condition()]
    while read.at("×") or read.at_name("x"):
        read.next()
        sizes.append(read.condition())
    read.dimensions = outer
    closing = read.close("}", opening)
    if len(sizes) == 1:
        return sizes[0]
    return Tuple(tuple(sizes), Span(opening.start, closing.end))


def _is_step(read: Reader) -> bool:
    """Whether `{(k+1)}` is ahead: brackets in the braces mean a step, and no power."""
    if read.ahead().text != "(":
        return False
    inside, at = 1, read.position + 2
    while inside and read.tokens[at].kind != "end":
        inside += {"(": 1, ")": -1}.get(read.tokens[at].text, 0)
        at += 1
    return read.tokens[at].text == "}"
