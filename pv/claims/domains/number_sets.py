"""Turn a set of numbers into the values that can be drawn from it."""

from pv.claims import tree as t
from pv.claims.domains.space import Values
from pv.claims.evaluation.scalars.builtins import CONSTANTS
from pv.claims.machine_types import MACHINE, Stored, array_of, integer_range, is_floating

_LISTED = t.Number | t.String | t.Constant


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
            return _machine(node, name)
        case t.Name(name) if (stored := array_of(name)) is not None:
            return _array(node, stored)
        case t.Name("Δ"):
            size = (t.Name("Δ's size", node.span),)
            return Values(low=_zero(node), high=t.Number(1, node.span), sizes=size, simplex=True)
        case t.Interval(low, high, open_low, open_high):
            return Values(is_of_indices(node), _end(low), _end(high), open_low, open_high)
        case t.Range(low, high):
            return Values(whole=True, low=_end(low), high=_end(high))
        case t.Name("bool"):
            return Values(listed=tuple(t.Constant(each, node.span) for each in (False, True)))
        case t.Set(()):
            return Values(low=t.Number(1, node.span), high=_zero(node))  # nothing lies between
        case t.Set(items) if all(isinstance(_positive(each), _LISTED) for each in items):
            return Values(listed=items)
        case t.Binary(operator="^", left=base, right=sizes):
            inner = values_of(base)
            if inner is None:
                return None
            return inner._replace(sizes=sizes.items if isinstance(sizes, t.Tuple) else (sizes,))
    return None


def _machine(node: t.Name, name: str) -> Values:
    """Return the values of `u8` or `f32`, as integers or reals."""
    if is_floating(name):
        return Values()
    low, high = (None if end is None else t.Number(end, node.span) for end in integer_range(name))
    return Values(whole=True, low=low, high=high)


def _array(node: t.Name, stored: Stored) -> Values:
    """Return the values of `&[f64]`; slices whose size is not named have one size in common."""
    size = t.Name(stored.size or "a slice's size", node.span)
    length = t.Number(int(size.name), node.span) if size.name.isdigit() else size
    return _machine(node, stored.element)._replace(sizes=(length,))


def _zero(node: t.Node) -> t.Number:
    return t.Number(0, node.span)


def _positive(node: t.Node) -> t.Node:
    return node.operand if isinstance(node, t.Unary) else node


def is_of_indices(node: t.Node) -> bool:
    """Return whether a set is written as indices are, `[0, V)`; `[0, 2π)` and `[0, ∞)` are not."""
    match node:
        case t.Interval(t.Number(0), high, False, True):
            named = t.names(high)
            return bool(named) and not named & CONSTANTS.keys() and not t.called(high)
    return False


def _end(node: t.Node) -> t.Node | None:
    """Return an end of an interval; an infinite one is none."""
    inner = _positive(node)
    return None if isinstance(inner, t.Name) and inner.name in {"inf", "∞"} else node
