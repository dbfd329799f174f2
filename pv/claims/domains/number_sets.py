"""Which numbers a set has, as far as values can be drawn from it."""

from pv.claims import tree as t
from pv.claims.domains.space import Values
from pv.claims.text.classify import MACHINE


def values_of(node: t.Node) -> Values | None:
    """Return the values of a set, or None if it is no set of numbers that can be drawn from."""
    match node:
        case t.Name("ℝ"):
            return Values()
        case t.Name("ℝ_>0"):
            return Values(low=_zero(node), open_low=True)
        case t.Name("ℝ_>=0"):
            return Values(low=_zero(node))
        case t.Name("ℤ"):
            return Values(whole=True)
        case t.Name("ℤ_>0" | "ℕ_>0"):
            return Values(whole=True, low=t.Number(1, node.span))
        case t.Name("ℕ" | "ℤ_>=0"):
            return Values(whole=True, low=_zero(node))
        case t.Name(name) if name in MACHINE:
            return _machine(node)
        case t.Name("Δ"):
            size = (t.Name("Δ's size", node.span),)
            return Values(low=_zero(node), high=t.Number(1, node.span), sizes=size, simplex=True)
        case t.Interval(t.Number(0) as low, high, False, True) if not isinstance(high, t.Number):
            return Values(whole=True, low=low, high=high, open_high=True)  # `[0, V)`: indices
        case t.Interval(low, high, open_low, open_high):
            return Values(False, _end(low), _end(high), open_low, open_high)  # noqa: FBT003 - a record
        case t.Range(low, high):
            return Values(whole=True, low=low, high=high)
        case t.Set(items) if items and all(
            isinstance(_positive(i), t.Number | t.String) for i in items
        ):
            return Values(listed=items)
        case t.Binary(operator="^", left=base, right=sizes):
            inner = values_of(base)
            if inner is None:
                return None
            return inner._replace(sizes=sizes.items if isinstance(sizes, t.Tuple) else (sizes,))
    return None


def _machine(node: t.Name) -> Values:
    """Return the values of `u8` or `f32`: what a machine stores, as integers or reals."""
    kind = node.name.lower()
    if kind.startswith(("f", "bf", "tf")):
        return Values()
    digits = "".join(filter(str.isdigit, kind))
    bits = int(digits) if digits else None
    if kind.startswith("u"):
        high = None if bits is None else t.Number(2**bits - 1, node.span)
        return Values(whole=True, low=_zero(node), high=high)
    if bits is None:
        return Values(whole=True)
    half = 2 ** (bits - 1)
    return Values(whole=True, low=t.Number(-half, node.span), high=t.Number(half - 1, node.span))


def _zero(node: t.Node) -> t.Number:
    return t.Number(0, node.span)


def _positive(node: t.Node) -> t.Node:
    return node.operand if isinstance(node, t.Unary) else node


def _end(node: t.Node) -> t.Node | None:
    """Return an end of an interval; an infinite one is none."""
    inner = _positive(node)
    return None if isinstance(inner, t.Name) and inner.name == "inf" else node
