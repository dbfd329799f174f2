"""The parts of a claim, and what each of them depends on."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from pv.claims import Definition, Node, called, operands
from pv.claims import tree as t
from pv.claims.evaluation.constructs.membership import is_set
from pv.claims.values import Assignment, Value


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a claim, where the variables of the quantifiers around it have values."""

    node: Node
    scope: Assignment
    inside: Mapping[str, Value]
    """Variable of a quantifier -> its value here."""
    returned: frozenset[str]
    """Those of the variables that run over what code returned."""
    indices: frozenset[str]
    """Those of the variables that run over the indices of a list."""


def is_plain(index: Node) -> bool:
    """Return whether an index is a number or a name."""
    return isinstance(index, t.Name | t.Number)


def reaching(definitions: Iterable[Definition], functions: Iterable[str]) -> frozenset[str]:
    """Return what is bound to code, and the formulas that reach it."""
    found = {*functions}
    bodies = {each.name: called(each.body) | t.names(each.body) for each in definitions}
    while more := {name for name, used in bodies.items() if used & found} - found:
        found |= more
    return frozenset(found)


def domains(variables: Iterable[t.Variable]) -> Iterator[Node]:
    """Yield what variables run over, where it has a value of its own before they have any."""
    own = {each.name for each in variables}
    domains = [each.domain for each in variables if each.domain is not None]
    outer = [each for each in domains if not t.names(each) & own]
    yield from (each for each in outer if isinstance(each, t.Range))
    yield from _with_values(each for each in outer if not isinstance(each, t.Range))


def opened(definitions: Iterable[Definition]) -> dict[str, Definition]:
    """Map names to what they stand for; none that comes back to itself, which has no end."""
    bodies = {each.name: each for each in definitions if not each.indices}
    found: dict[str, Definition] = {}
    while more := {
        name: each
        for name, each in bodies.items()
        if name not in found
        and (t.names(each.body) - {*each.parameters} | called(each.body)) & bodies.keys()
        <= found.keys()
    }:
        found |= more
    return found


def sides_of(node: Node) -> Iterator[Node]:
    """Yield the sides of a comparison that have a value of their own."""
    while isinstance(node, t.Unary) and node.operator == "not":
        node = node.operand
    member = isinstance(node, t.Comparison) and {*node.operators} & {"in", "not in"}
    yield from _with_values(operands(node)) if member else operands(node)


def _with_values(parts: Iterable[Node]) -> Iterator[Node]:
    """Yield what has a value of its own: of an interval its ends, of a set of numbers nothing."""
    for part in parts:
        match part:
            case t.Interval() | t.Range():
                yield from t.children(part)
            case t.Binary(operator="^" | "∪" | "∩" | "\\"):
                continue
            case t.Name(name) if is_set(name):
                continue
            case _:
                yield part


def is_undefined(value: Value) -> bool:
    """Return whether a value is not a number, or has an item that is none."""
    if isinstance(value, float):
        return math.isnan(value)
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "f" and bool(np.isnan(value).any())
    return isinstance(value, tuple) and any(map(is_undefined, value))
