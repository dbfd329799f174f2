"""Compute with what a domain agrees on: `0 * ln(0) := 0`, and how long an hour is."""

from collections.abc import Collection

from pv.claims import tree as t
from pv.claims.domains.space import Space
from pv.claims.rendering import render
from pv.claims.text.classify import SECONDS

_PRODUCTS = frozenset({"*", "·"})
_NOWHERE = t.Span(0, 0)


def agreed(node: t.Node, conventions: Collection[t.Node]) -> t.Node:
    """Return a formula in which `x * f(x)` is at 0 what a convention says it is there."""
    values = dict(filter(None, map(_at_zero, conventions)))
    if not values:
        return node

    def change(part: t.Node) -> t.Node:
        match part:
            case t.Binary(word, first, t.Call(function, (second,)), span) if (
                word in _PRODUCTS and function in values and render(first) == render(second)
            ):
                zero = t.Comparison((first, t.Number(0, span)), ("=",), span)
                return t.Conditional(zero, values[function], part, span)
        return t.rebuild(part, change)

    return change(node)


def _at_zero(convention: t.Node) -> tuple[str, t.Node] | None:
    """Return the function and the value of `0 * f(0) = value`."""
    match convention:
        case t.Comparison(
            (t.Binary(word, t.Number(0), t.Call(function, (t.Number(0),))), value), ("=",)
        ):
            return (function, value) if word in _PRODUCTS else None
    return None


def with_units(space: Space, used: Collection[str]) -> Space:
    """Return a space in which units that are used have lengths, unless it says what they are.

    One that is said in one form, `hour = 60`, has that length in the other; beside a duration the
    others are in seconds.
    """
    derived = dict(space.derived)
    declared = {*space.variables, *space.derived, *space.objects}
    for unit in sorted(SECONDS.keys() & {*used} - declared):
        other = unit.removesuffix("s") if unit.endswith("s") else f"{unit}s"
        if other in space.derived:
            derived[unit] = space.derived[other]
        elif "duration" in space.objects.values():
            derived[unit] = t.Number(SECONDS[unit], _NOWHERE)
    return space._replace(derived=derived)
