"""Compute with what a domain agrees on: `0 * ln(0) := 0`."""

from collections.abc import Collection

from pv.claims.render import render
from pv.claims.tree import (
    Binary,
    Call,
    Comparison,
    Conditional,
    Node,
    Number,
    rebuild,
)

_PRODUCTS = frozenset({"*", "·"})


def agreed(node: Node, conventions: Collection[Node]) -> Node:
    """Return a formula in which `x * f(x)` is at 0 what a convention says it is there."""
    values = dict(filter(None, map(_at_zero, conventions)))
    if not values:
        return node

    def change(part: Node) -> Node:
        match part:
            case Binary(word, first, Call(function, (second,)), span) if (
                word in _PRODUCTS and function in values and render(first) == render(second)
            ):
                zero = Comparison((first, Number(0, span)), ("=",), span)
                return Conditional(zero, values[function], part, span)
        return rebuild(part, change)

    return change(node)


def _at_zero(convention: Node) -> tuple[str, Node] | None:
    """Return the function and the value of `0 * f(0) = value`."""
    match convention:
        case Comparison((Binary(word, Number(0), Call(function, (Number(0),))), value), ("=",)):
            return (function, value) if word in _PRODUCTS else None
    return None
