"""Which numbers a set has, as far as values can be drawn from it."""

from pv.claims.shapes import MACHINE
from pv.claims.spaces import Values
from pv.claims.tree import (
    Binary,
    Interval,
    Name,
    Node,
    Number,
    Range,
    Set,
    String,
    Tuple,
    Unary,
)


def values_of(node: Node) -> Values | None:
    """Return the values of a set, or None if it is no set of numbers that can be drawn from."""
    match node:
        case Name("ℝ"):
            return Values()
        case Name("ℝ_>0"):
            return Values(low=_zero(node), open_low=True)
        case Name("ℝ_>=0"):
            return Values(low=_zero(node))
        case Name("ℤ"):
            return Values(whole=True)
        case Name("ℤ_>0" | "ℕ_>0"):
            return Values(whole=True, low=Number(1, node.span))
        case Name("ℕ" | "ℤ_>=0"):
            return Values(whole=True, low=_zero(node))
        case Name(name) if name in MACHINE:
            return _machine(node)
        case Name("Δ"):
            size = (Name("Δ's size", node.span),)
            return Values(low=_zero(node), high=Number(1, node.span), sizes=size, simplex=True)
        case Interval(Number(0) as low, high, False, True) if not isinstance(high, Number):
            return Values(whole=True, low=low, high=high, open_high=True)  # `[0, V)`: indices
        case Interval(low, high, open_low, open_high):
            return Values(False, _end(low), _end(high), open_low, open_high)  # noqa: FBT003 - a record
        case Range(low, high):
            return Values(whole=True, low=low, high=high)
        case Set(items) if items and all(isinstance(_positive(i), Number | String) for i in items):
            return Values(listed=items)
        case Binary(operator="^", left=base, right=sizes):
            inner = values_of(base)
            if inner is None:
                return None
            return inner._replace(sizes=sizes.items if isinstance(sizes, Tuple) else (sizes,))
    return None


def _machine(node: Name) -> Values:
    """Return the values of `u8` or `f32`: what a machine stores, as integers or reals."""
    kind = node.name.lower()
    if kind.startswith(("f", "bf", "tf")):
        return Values()
    digits = "".join(filter(str.isdigit, kind))
    bits = int(digits) if digits else None
    if kind.startswith("u"):
        high = None if bits is None else Number(2**bits - 1, node.span)
        return Values(whole=True, low=_zero(node), high=high)
    if bits is None:
        return Values(whole=True)
    half = 2 ** (bits - 1)
    return Values(whole=True, low=Number(-half, node.span), high=Number(half - 1, node.span))


def _zero(node: Node) -> Number:
    return Number(0, node.span)


def _positive(node: Node) -> Node:
    return node.operand if isinstance(node, Unary) else node


def _end(node: Node) -> Node | None:
    """Return an end of an interval; an infinite one is none."""
    inner = _positive(node)
    return None if isinstance(inner, Name) and inner.name == "inf" else node
