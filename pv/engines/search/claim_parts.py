"""The parts of a claim, and what each of them depends on."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import compress, islice

import numpy as np

from pv.claims import (
    Definition,
    EvaluationError,
    ImplementationError,
    Node,
    Tolerance,
    called,
    operands,
)
from pv.claims import tree as t
from pv.claims.evaluation.constructs.membership import is_set
from pv.claims.evaluation.evaluate import Evaluate
from pv.claims.precedence import BOOLEAN
from pv.claims.values import Assignment, Value
from pv.engines.search.interpreter import Interpreter

FAULTS = (EvaluationError, ImplementationError)
_LOOKED_AT = 1_000
"""Values of a quantifier's variable that are looked at."""


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


class Parts:
    """The parts of claims, with their values at a case."""

    def __init__(
        self,
        interpreter: Interpreter,
        tolerance: Tolerance,
        definitions: Collection[Definition],
        functions: Collection[str],
    ) -> None:
        self._interpreter = interpreter
        self._tolerance = tolerance
        self._compiled: dict[int, tuple[Node, Evaluate | None]] = {}
        self._of_code = reaching(definitions, functions)
        self._opened = opened(each for each in definitions if each.name not in functions)
        """Names and functions that stand for an expression, and it."""

    def whole(self, node: Node, case: Assignment) -> Place:
        """Return the place of a whole claim."""
        return Place(node, self._interpreter.scope(case), {}, frozenset(), frozenset())

    def parts(self, place: Place) -> Iterator[Place]:
        """Yield the parts that a value is computed from, in the order of evaluation."""
        match place.node:
            case t.Binder(variables=variables):
                yield from (replace(place, node=part) for part in domains(variables))
                yield from self.bodies(place)
            case t.Binary("and" | "or" | "implies" as word, left, right):
                yield replace(place, node=left)
                if self.value_or_none(replace(place, node=left)) is not (word == "or"):
                    yield replace(place, node=right)
            case t.Conditional(condition, then, otherwise):
                yield replace(place, node=condition)
                chosen = self.value_or_none(replace(place, node=condition))
                yield replace(place, node=then if chosen is True else otherwise)
            case t.Comparison():
                yield from (replace(place, node=part) for part in sides_of(place.node))
            case t.Where() | t.Call(function="raises"):
                return
            case t.Name(name) if (found := self._opened.get(name)) and not found.parameters:
                yield replace(place, node=found.body)
            case node:
                yield from (replace(place, node=part) for part in t.children(node))
                if isinstance(node, t.Call) and node.function in self._opened:
                    yield from self._inside(place, self._opened[node.function], node.arguments)

    def _inside(
        self, place: Place, found: Definition, arguments: tuple[Node, ...]
    ) -> Iterator[Place]:
        """Yield the body of a formula where its parameters have the values of a call."""
        given = [replace(place, node=each) for each in arguments]
        if len(given) == len(found.parameters):
            of_code = [self.mentions(each) for each in given]
            scope = self._interpreter.inside(found, [self.value_or_none(each) for each in given])
            returned = frozenset(compress(found.parameters, of_code))
            yield Place(found.body, scope, {}, returned, frozenset())

    def bodies(self, place: Place) -> Iterator[Place]:
        """Yield the body of a quantifier for each value of its variables."""
        node = place.node
        if not isinstance(node, t.Binder):
            return
        returned = {
            each.name
            for each in node.variables
            if each.domain is not None and self.mentions(replace(place, node=each.domain))
        }
        indices = {each.name for each in node.variables if each.domain is None}
        try:
            for scope in islice(
                self._interpreter.scopes_of(node, self._tolerance)(place.scope), _LOOKED_AT
            ):
                inside = {each.name: scope[each.name] for each in node.variables}
                yield Place(
                    node.body,
                    scope,
                    {**place.inside, **inside},
                    place.returned | returned,
                    place.indices | indices,
                )
        except (*FAULTS, ArithmeticError):  # a variable runs over what has no value
            return

    def mentions(self, place: Place) -> bool:
        """Return whether a part depends on what code returned."""
        used = called(place.node) | t.names(place.node)
        return bool(used & (self._of_code | place.returned))

    def lacks(self, place: Place) -> bool:
        """Return whether a part has no value, or one that is no number."""
        try:
            return is_undefined(self.value(place))
        except FAULTS:
            return True

    def has_value(self, place: Place) -> bool:
        """Return whether a part has a value, if only one that is no number."""
        try:
            self.value(place)
        except FAULTS:
            return False
        return True

    def value_or_none(self, place: Place) -> Value:
        """Return the value of a part; None where it has none."""
        try:
            return self.value(place)
        except FAULTS:
            return None

    def value(self, place: Place) -> Value:
        """Return the value of a part; raises EvaluationError and ImplementationError."""
        evaluate = self._evaluate(place.node)
        return None if evaluate is None else evaluate(place.scope)

    def _evaluate(self, node: Node) -> Evaluate | None:
        """Compile a part; None for one without a value of its own, such as a set behind `in`."""
        if id(node) not in self._compiled:
            try:
                self._compiled[id(node)] = (node, self._interpreter.compile(node, self._tolerance))
            except EvaluationError:
                self._compiled[id(node)] = (node, None)
        return self._compiled[id(node)][1]

    def calls(self, place: Place) -> Iterator[Node]:
        """Yield the calls of code, and of what reaches it, in a part."""
        for part in t.walk(place.node):
            if isinstance(part, t.Call) and part.function in self._of_code:
                yield part


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
    """Yield the sides of comparisons that have a value of their own."""
    while isinstance(node, t.Unary) and node.operator == "not":
        node = node.operand
    if isinstance(node, t.Binary) and node.operator in BOOLEAN:
        yield from (*sides_of(node.left), *sides_of(node.right))
        return
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
