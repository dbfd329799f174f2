"""Turn a set of numbers into the values that can be drawn from it."""

from math import isfinite

from pv.claims import tree as t
from pv.claims.domains.domain import Finite, domain_of
from pv.claims.domains.space import Values
from pv.claims.evaluation.scalars.builtins import CONSTANTS
from pv.claims.machine_types import Numbers, Stored, array_of, numbers
from pv.claims.values import Value

_LISTED = t.Number | t.String | t.Constant
_MOST_MEMBERS = 1_000
"""Larger sets are drawn from only where they are ranges or intervals, or all variables finite."""


def values_of(node: t.Node) -> Values | None:
    """Return the values of a set, or None if it is no set of numbers that can be drawn from."""
    match node:
        case t.Name(name) if (kind := numbers(name)) is not None:
            return _of_kind(node, kind)
        case t.Name(name) if (stored := array_of(name)) is not None:
            return values_of(_power(node, stored))
        case t.Name("Δ"):
            size = (t.Name("Δ's size", node.span),)
            return Values(low=_zero(node), high=t.Number(1, node.span), sizes=size, simplex=True)
        case t.Interval(low, high, open_low, open_high):
            least = _end(low, -1, is_open=open_low)
            greatest = _end(high, 1, is_open=open_high)
            return Values(is_of_indices(node), least, greatest, open_low, open_high)
        case t.Range(low, high):
            return Values(whole=True, low=_end(low, -1), high=_end(high, 1))
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
        case t.Binary(operator="∪" | "∩" | "\\") | t.Binder(kind="set") | t.Tuple():
            return _members(node)
    return None


def _of_kind(node: t.Name, kind: Numbers) -> Values:
    low, high = (None if end is None else t.Number(end, node.span) for end in (kind.low, kind.high))
    return Values(kind.whole, low, high, kind.open_low)


def _power(node: t.Name, stored: Stored) -> t.Node:
    """Return `f64^n` for `[f64; n]`; slices whose size is not named have one size in common."""
    size = t.Name(stored.size or "a slice's size", node.span)
    length = t.Number(int(size.name), node.span) if size.name.isdigit() else size
    return t.Binary("^", t.Name(stored.element, node.span), length, node.span)


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


def _end(node: t.Node, sign: int, *, is_open: bool = True) -> t.Node | None:
    """Return an end of a set; an infinite one is none, unless it belongs to the set."""
    return None if is_open and infinity(node) == sign else node


def infinity(node: t.Node | None) -> int:
    """Return 1 for ∞, -1 for −∞, and 0 for what is neither."""
    match node:
        case t.Name("inf" | "∞"):
            return 1
        case t.Unary(word, operand):
            return -infinity(operand) if word == "-" else infinity(operand)
    return 0


def _members(node: t.Node) -> Values | None:
    """Return the members of a set that is not written out, if they are few."""
    found = domain_of(node)
    if not isinstance(found, Finite) or found.size > _MOST_MEMBERS:
        return None
    nodes = [_written(each, node.span) for each in found.values]
    listed = tuple(each for each in nodes if each is not None)
    if len(listed) < len(nodes):
        return None
    return Values(listed=listed) if listed else values_of(t.Set((), node.span))


def _written(value: Value, span: t.Span) -> t.Node | None:
    if isinstance(value, bool):
        return t.Constant(value, span)
    if isinstance(value, int | float) and isfinite(value):
        return t.Number(value, span)
    return t.String(value, span) if isinstance(value, str) else None
