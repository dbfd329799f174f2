"""Evaluate the formulas of a contract, or the functions that are called in their place."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np

from pv.checks.reading.free_names import counted_by, uncounted
from pv.claims import (
    EXACT,
    Definition,
    ImplementationError,
    Node,
    Tolerance,
    compile_expression,
)
from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.evaluation.arrays.operators import array_of
from pv.claims.evaluation.budget import CALL, spend, spend_on
from pv.claims.evaluation.constructs.vectorize import NotAVector, without_index
from pv.claims.evaluation.errors import Unclear
from pv.claims.evaluation.evaluate import Evaluate, scopes_of
from pv.claims.evaluation.guards import truth_of
from pv.claims.evaluation.scalars.arithmetic import Arithmetic
from pv.claims.evaluation.scopes import LazyScope
from pv.claims.tree import Binder, walk
from pv.claims.values import Assignment, Functions, Implementation, Value
from pv.engines.calling.drawn_objects import alive
from pv.engines.calling.results import RESULTS
from pv.plural import number_of

Case = Assignment
MOST_CALLS = 50
"""Formulas call each other no deeper than this."""
_ARRAYS = ("numbers", "vectors", "matrices", *(f"arrays of {n} axes" for n in range(3, 65)))
_TOO_DEEP = f"the formulas call each other more than {MOST_CALLS} deep"


class Interpreter:
    """The functions and values that a contract's formulas define, or that implement them."""

    def __init__(
        self,
        definitions: Iterable[Definition],
        implementations: Functions | None = None,
        arguments: Mapping[str, tuple[str, ...]] | None = None,
        arithmetic: Arithmetic = ARRAYS,
        objects: Collection[str] = (),
    ) -> None:
        """Take formulas, and what is called in place of some of them.

        `arguments` names the variables that an implementation is given; empty: as the claim says.
        `objects` are those variables whose values are no numbers.
        """
        self._objects = objects
        self._arithmetic = arithmetic
        self.globals: Assignment = {}
        self.depth = 0
        self.functions: dict[str, Implementation] = {}
        self.lazy: dict[str, Callable[[LazyScope], Value]] = {}
        for found in definitions:
            if found.parameters:
                self.functions[found.name] = self._function(found)
            else:
                self.lazy[found.name] = self._constant(found)
        self._called: dict[tuple[Value, ...], tuple[Value, Value]] = {}
        """Calls of one evaluation -> what they were given, kept alive, and what they returned."""
        stated = {found.name: found.parameters for found in definitions}
        for name, implementation in (implementations or {}).items():
            given = arguments[name] if arguments else ()
            if not given:
                self.functions[name] = self._once(name, implementation)
            elif stated.get(name):
                self.functions[name] = self._filled(implementation, stated[name], given)
            else:
                self.lazy[name] = _applied(name, implementation, given)

    def compile_claim(self, node: Node, tolerance: Tolerance) -> Evaluate:
        """Return a closure that says whether a claim holds: of an array, whether of all items."""
        return truth_of(node, self.compile(node, tolerance))

    def compile(self, node: Node, tolerance: Tolerance) -> Evaluate:
        """Return a closure that evaluates a claim over these functions."""
        return compile_expression(node, self.functions, tolerance, self._arithmetic)

    def scopes_of(
        self, node: Binder, tolerance: Tolerance
    ) -> Callable[[Assignment], Iterator[Assignment]]:
        """Return a function to the scopes in which a quantifier's body is evaluated."""
        return scopes_of(node, self.functions, tolerance, self._arithmetic)

    def scope(self, case: Case) -> LazyScope:
        """Return the values of one case, and those that formulas derive from them."""
        self._called.clear()
        RESULTS.forget()
        self.globals = alive({**case}, self._objects) if self._objects else case
        return LazyScope(self.globals, self.lazy)

    def _once(self, name: str, implementation: Implementation) -> Implementation:
        """Call once for the same arrays: `∀ i, j: x_i > x_j ⟹ σ(x)_i > σ(x)_j` names σ(x) often."""

        def call(*values: Value) -> Value:
            if not any(isinstance(value, np.ndarray) for value in values):
                return implementation(*values)
            key = (name, *map(id, values))
            if key not in self._called:
                self._called[key] = (values, implementation(*values))
            return self._called[key][1]

        return call

    def _filled(
        self, implementation: Implementation, stated: tuple[str, ...], given: tuple[str, ...]
    ) -> Implementation:
        """Give an implementation also what a claim leaves out: `LN(x)` has weights too."""

        def call(*values: Value) -> Value:
            named = {**self.globals, **dict(zip(stated, values, strict=False))}
            return implementation(*(named[each] for each in given))

        return call

    def _constant(self, found: Definition) -> Callable[[LazyScope], Value]:
        compiled: list[Callable[[LazyScope], Value]] = []

        def value(scope: LazyScope) -> Value:
            if not compiled:
                compiled.append(self._body(found))
            with self._entered(found):
                return compiled[0](scope)

        return value

    def _function(self, found: Definition) -> Implementation:
        """Compile when it is first called: by then all functions are known."""
        compiled: list[Callable[[LazyScope], Value]] = []
        cost = len(walk(found.body))

        def call(*values: Value) -> Value:
            if len(values) != len(found.parameters):
                raise TypeError(
                    f"{found.name} takes {number_of(len(found.parameters), 'argument')}"
                )
            _require_axes(found, values)
            if not compiled:
                compiled.append(self._body(found))
            spend(cost)
            with self._entered(found):
                return compiled[0](self.inside(found, values))

        return call

    def inside(self, found: Definition, values: Sequence[Value]) -> LazyScope:
        """Return the scope in which the body of a function is evaluated."""
        given = dict(zip(found.parameters, values, strict=True))
        return LazyScope({**self.globals, **given}, self.lazy)

    @contextmanager
    def _entered(self, found: Definition) -> Iterator[None]:
        """Count how deep formulas call each other; raises Unclear where that is too deep."""
        self.depth += 1
        try:
            if self.depth > MOST_CALLS:
                raise Unclear(f"{found.name}: {_TOO_DEEP}", found.body.span)
            yield
        except RecursionError:
            raise Unclear(f"{found.name}: {_TOO_DEEP}", found.body.span) from None
        finally:
            self.depth -= 1

    def _body(self, found: Definition) -> Callable[[LazyScope], Value]:
        if not found.indices:
            return self.compile(found.body, EXACT)
        item_by_item = self._item_by_item(found)
        whole = without_index(found.body, found.indices[0]) if len(found.indices) == 1 else None
        if whole is None:
            return item_by_item
        at_once = self.compile(whole, EXACT)

        def items(scope: LazyScope) -> Value:
            try:
                return at_once(scope)
            except NotAVector:
                return item_by_item(scope)

        return items

    def _item_by_item(self, found: Definition) -> Callable[[LazyScope], Value]:
        body = self.compile(found.body, EXACT)
        indexed = [_counted(found, letter) for letter in found.indices]
        sizes = [(self.compile(node, EXACT), axis) for node, axis in indexed]
        cost = len(walk(found.body))

        def items(scope: LazyScope) -> Value:
            shape = [np.shape(value(scope))[axis] for value, axis in sizes]
            spend_on(math.prod(shape))
            made = []
            for at in np.ndindex(*shape):
                spend(cost)
                inner = dict(zip(found.indices, map(int, at), strict=True))
                made.append(body(LazyScope({**scope, **inner}, self.lazy)))
            stacked = array_of(made)
            return stacked.reshape(*shape, *stacked.shape[1:])

        return items


def _require_axes(found: Definition, values: Sequence[Value]) -> None:
    """Raise Unclear where a formula about vectors is given matrices.

    Its author did not say whether it is meant row by row. A formula about numbers may be given any
    array: it is meant of each item.
    """
    for stated, value in zip(found.axes, values, strict=False):
        if 0 < stated < np.ndim(value):
            message = (
                f"{found.name} is stated for {_ARRAYS[stated]}, not for {_ARRAYS[np.ndim(value)]}"
            )
            raise Unclear(message, found.body.span)


def _counted(found: Definition, letter: str) -> tuple[Node, int]:
    if (counted := counted_by(found.body, letter)) is None:
        raise Unclear(uncounted(found.name, letter), found.body.span)
    return counted


def _applied(
    name: str, implementation: Implementation, arguments: tuple[str, ...]
) -> Callable[[LazyScope], Value]:
    """Let an implementation give the value of a name that claims use without a call."""

    def value(scope: LazyScope) -> Value:
        given = [scope[each] for each in arguments]
        spend(CALL)
        try:
            return implementation(*given)
        except Exception as fault:
            raise ImplementationError(name, fault) from fault

    return value
