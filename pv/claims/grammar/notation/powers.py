"""Read what stands behind `^`: exponents, transposes, steps and sizes."""

from pv.claims import tree as t
from pv.claims.machine_types import MACHINE
from pv.claims.precedence import BINARY
from pv.claims.text.classify import NUMBER_SETS, between
from pv.claims.text.cursor import Reader

_LAYERS = frozenset({"l", "ℓ", "layer"})
"""Names of layers: `W^{l+1}` is the next layer's W, and no power."""


def is_set(node: t.Node) -> bool:
    """Return whether a node is a set, whose power is a set of tuples."""
    match node:
        case t.Set() | t.Range() | t.Interval():
            return True
        case t.Name(name):
            plain = name.partition("_")[0]
            return plain in {*NUMBER_SETS.values(), "Δ"} or name in MACHINE
    return False


def power(read: Reader, base: t.Node) -> t.Node:
    """Read `x^2`, `A^T`, `x^{(k+1)}`, `ℝ^{n×d}`; the `^` has been taken."""
    letter = isinstance(base, t.Name) and base.name in NUMBER_SETS
    sizes = bracketed_sizes(read) if read.at("(") and (letter or is_set(base)) else None
    if sizes is not None or is_set(base):
        exponent = sizes or (braces(read) if read.at("{") else tight(read))
        return read.postfix(t.Binary("^", base, exponent, between(base, exponent)))
    if read.at_name("T") and read.ahead().text != "_":
        marker = read.next()
        return read.postfix(t.Unary("transpose", base, t.Span(base.span.start, marker.end)))
    if read.at("{") and _is_step(read):
        read.next()
        step = read.primary()
        closing = read.close("}", read.before)
        span = t.Span(base.span.start, closing.end)
        return read.postfix(t.Index(base, (step,), span, subscript=True))
    in_braces = read.at("{")
    exponent = braces(read) if in_braces else tight(read)
    if in_braces and isinstance(exponent, t.Name) and exponent.name == "T":
        return read.postfix(t.Unary("transpose", base, between(base, exponent)))
    if not isinstance(base, t.Number) and t.names(exponent) & _LAYERS:
        message = "this may be a power or the number of a layer"
        read.fault(exponent, message, "write a layer as a subscript, `W_{l + 1}`")
    return read.postfix(t.Binary("^", base, exponent, between(base, exponent)))


def bracketed_sizes(read: Reader) -> t.Node | None:
    """Read `(m × k)` behind a set: two sizes, and no product; None where no sizes are."""
    opening, at = read.next(), read.position - 1
    sizes = _sizes(read)
    if len(sizes) == 1:
        read.position = at
        return None
    return t.Tuple(sizes, t.Span(opening.start, read.close(")", opening).end))


def tight(read: Reader) -> t.Node:
    """Read what binds as tightly as a power: the exponent itself, or what stands below a root."""
    read.deeper()
    found = read.operations(read.unary(), BINARY["^"][0])
    read.depth -= 1
    return found


def braces(read: Reader) -> t.Node:
    """Read `{n×d}` or `{k+1}` behind `^`."""
    opening, sizes = read.next(), _sizes(read)
    closing = read.close("}", opening)
    return sizes[0] if len(sizes) == 1 else t.Tuple(sizes, t.Span(opening.start, closing.end))


def _sizes(read: Reader) -> tuple[t.Node, ...]:
    """Read `n×d`, or a single exponent."""
    outer, read.dimensions = read.dimensions, True
    sizes = [read.condition()]
    while read.at("×") or read.at_name("x"):
        read.next()
        sizes.append(read.condition())
    read.dimensions = outer
    return tuple(sizes)


def _is_step(read: Reader) -> bool:
    """Return whether `{(k+1)}` is ahead: brackets in the braces mean a step, and no power."""
    behind = read.tokens[read.closing(read.position + 1) + 1]
    return read.ahead().text == "(" and behind.text == "}"
