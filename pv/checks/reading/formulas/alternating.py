"""Formulas for items in pairs: `R_{2k} = …, R_{2k + 1} = …` defines every item of R."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from pv.claims import Node, names
from pv.claims import tree as t
from pv.claims.rendering import render

_FRESH = "ijnqrstu"


def joined_pairs(statements: Sequence[Node], derived: Mapping[str, Node]) -> tuple[Node, ...]:
    """Join two formulas, one for even and one for odd items, into one for the i-th item.

    `derived` are values of the domain, of which `θ_k = …` is told for every k.
    """
    for even, odd in pairwise(statements):
        if (whole := _joined(even, odd, derived)) is not None:
            place = list(statements).index(even)
            return (*statements[:place], whole, *statements[place + 2 :])
    return tuple(statements)


def _joined(even: Node, odd: Node, derived: Mapping[str, Node]) -> Node | None:
    match even, odd:
        case (
            t.Comparison((t.Index(head, (twice,)), first), ("=",)),
            t.Comparison((t.Index(same, (next_one,)), second), ("=",)),
        ) if render(head) == render(same) and render(next_one) == f"{render(twice)} + 1":
            pass
        case _:
            return None
    match twice:
        case t.Binary("*", t.Number(2), t.Name(k)):
            if any(_binds(body, k) for body in (first, second)):
                return None
            first, second = (_with_derived(body, k, derived) for body in (first, second))
        case _:
            return None
    taken = names(first) | names(second) | names(head)
    free = next((each for each in _FRESH if each not in taken), None)
    if free is None:
        return None
    i = t.Name(free, twice.span)
    one, two, span = t.Number(1, i.span), t.Number(2, i.span), even.span
    half = t.Binary("//", i, two, span)
    after, before = t.Binary("+", i, one, span), t.Binary("-", i, one, span)
    first = _replaced(first, {render(next_one): after, render(twice): i, k: half})
    second = _replaced(second, {render(next_one): i, render(twice): before, k: half})
    is_even = t.Comparison((t.Binary("%", i, two, span), t.Number(0, span)), ("=",), span)
    body = t.Conditional(is_even, first, second, span)
    return t.Comparison((t.Index(head, (i,), span, subscript=True), body), ("=",), span)


def _binds(body: Node, letter: str) -> bool:
    """Return whether a sum in a body has an index of the same name."""
    bound = (each for part in t.walk(body) if isinstance(part, t.Binder) for each in part.variables)
    return any(each.name == letter for each in bound)


def _with_derived(body: Node, letter: str, derived: Mapping[str, Node]) -> Node:
    told = {name: value for name, value in derived.items() if name.endswith(f"_{letter}")}
    return _replaced(body, told)


def _replaced(whole: Node, written: Mapping[str, Node]) -> Node:
    """Replace the parts of a tree that are written as given."""

    def change(node: Node) -> Node:
        return written.get(render(node)) or t.rebuild(node, change)

    return change(whole)
