"""Evaluate the claims of a machine, which are about its model and ask its objects."""

from collections.abc import Mapping
from functools import partial

from pv.checks.model import StateMachine
from pv.claims import called, compile_expression, names
from pv.claims.evaluation.evaluate import Evaluate
from pv.claims.evaluation.scalars.equality import members
from pv.claims.tree import Node
from pv.claims.values import Assignment, Functions, Members, Value
from pv.engines.calling.bound_calls import bound_call
from pv.engines.calling.object_members import asked, of_lists
from pv.engines.calling.results import RESULTS, value_of

_ELSEWHERE = (
    "name a function that reads it under `functions` of the binding, or say what the model alone "
    "has under `hidden`"
)


class Claims:
    """The claims of a machine, each compiled once, about the objects of one moment."""

    def __init__(self, plan: StateMachine) -> None:
        """Import what the claims call; raises Unusable."""
        self._helpers = {name: of_lists(bound_call(each)) for name, each in plan.helpers.items()}
        self._tolerance = plan.tolerance
        self._compiled: dict[int, tuple[Node, Evaluate, frozenset[str]]] = {}
        self._said: dict[int, tuple[Node, frozenset[str], bool]] = {}
        self.objects: Mapping[str, Value] = {}
        """Name in claims -> the object that has it now."""

    def value(self, tree: Node, scope: Assignment) -> Value:
        """Evaluate a claim; raises EvaluationError, ImplementationError and Unusable."""
        if id(tree) not in self._compiled:
            evaluate = compile_expression(tree, self._functions(tree), self._tolerance)
            self._compiled[id(tree)] = (tree, evaluate, names(tree) & self.objects.keys())
        _, evaluate, needed = self._compiled[id(tree)]
        objects = {name: self.objects[name] for name in needed}
        values = {n: RESULTS.value(made, type(made).__name__) for n, made in objects.items()}
        return evaluate({**scope, **values})

    def asks(self, tree: Node) -> bool:
        """Return whether a claim asks an object, which that may change."""
        if id(tree) not in self._said:
            of_object = any("." in each for each in called(tree))
            self._said[id(tree)] = (tree, names(tree), of_object)
        _, said, of_object = self._said[id(tree)]
        return of_object or not said.isdisjoint(self.objects)

    def state(self, made: Value, name: str, wanted: Value) -> Value:
        """Return what an object has for a variable; raises Unusable, and what its code raises.

        A mapping is the set of its pairs, or the list of them, where the model has that.
        """
        helper = self._helpers.get(name)
        found = asked(made, name, remedy=_ELSEWHERE) if helper is None else helper(made)
        return _pairs(found, wanted) if isinstance(found, Mapping) else found

    def _functions(self, tree: Node) -> Functions:
        asking = {name: partial(self._ask, name) for name in called(tree) if "." in name}
        return {**self._helpers, **asking}

    def _ask(self, name: str, *values: Value) -> Value:
        of, _, attribute = name.partition(".")
        return asked(self.objects[of], attribute, *values)


def _pairs(found: Mapping[Value, Value], wanted: Value) -> Value:
    pairs = ((value_of(key, ""), each) for key, each in found.items())
    if isinstance(wanted, Members):
        return members(pairs)
    return tuple(pairs) if isinstance(wanted, tuple) else found
