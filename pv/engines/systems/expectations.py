"""Evaluate expectations over an observation, and tell where one does not hold, and why."""

from contextlib import suppress
from dataclasses import dataclass

from pv.checks.model import Expectation, Experiment
from pv.claims import EXACT, Definition, EvaluationError, Node, names, operands, render
from pv.claims.evaluation.scalars.arithmetic import PLAIN
from pv.claims.evaluation.scopes import LazyScope
from pv.claims.values import Value
from pv.engines.search.claim_parts import Parts
from pv.engines.search.diagnosis import Diagnosis
from pv.engines.search.interpreter import Interpreter
from pv.engines.systems.changed_observations import Recorded

_LONGEST_VALUE = 240  # characters of a value shown


@dataclass(frozen=True, slots=True)
class Shortfall:
    """An expectation that does not hold."""

    expectation: Expectation
    lines: tuple[str, ...]
    """Where it stands, and the value of each side or why it has none."""
    without: str = ""
    """Why it has no value, whatever is observed: then nothing contradicts it."""

    @property
    def contradicts(self) -> bool:
        """Return whether what was observed is not as expected."""
        return not self.without


class Expectations:
    """The expectations of an experiment over one observation."""

    def __init__(self, plan: Experiment, seen: Recorded) -> None:
        self._case = seen.scope()
        self._definitions = [Definition(name, (), body) for name, body in plan.define.items()]
        self._observed = seen.observed
        self._interpreter = Interpreter(self._definitions, arithmetic=PLAIN)
        self._scope = self._interpreter.scope(self._case)

    def value(self, tree: Node) -> Value:
        """Evaluate a part of an expectation; raises EvaluationError."""
        return self._interpreter.compile(tree, EXACT)(self._around(tree))

    def found(self, expectation: Expectation) -> Shortfall | None:
        """Return None when an expectation holds, else how it does not."""
        place = f"at {expectation.location}"
        try:
            holds = self._interpreter.compile(expectation.tree, EXACT)
        except EvaluationError as fault:  # it says nothing that could be evaluated
            return Shortfall(expectation, (place,), fault.message)
        try:
            if holds(self._around(expectation.tree)) is True:
                return None
        except EvaluationError as fault:
            return self._without(expectation, fault, place)
        sides = (self._side(node) for node in operands(expectation.tree))
        return Shortfall(expectation, (place, *sides))

    def _around(self, tree: Node) -> LazyScope:
        """Return the values of names; a defined one is computed once, not in each quantifier."""
        lazy, known = dict(self._interpreter.lazy), self._case
        for name in names(tree) & lazy.keys():
            with suppress(EvaluationError):
                known = {**known, name: self._scope[name]}
                del lazy[name]
        return LazyScope(known, lazy)

    def _without(self, expectation: Expectation, fault: EvaluationError, place: str) -> Shortfall:
        parts = Parts(self._interpreter, EXACT, self._definitions, self._observed)
        diagnosis = Diagnosis(parts)
        gap = diagnosis.gap(diagnosis.place(expectation.tree, self._case), fault)
        if gap is None or gap.is_of_code:
            why = f"it could not be evaluated: {fault.message}"
            return Shortfall(expectation, (place, why))
        return Shortfall(expectation, (place,), gap.why)

    def _side(self, node: Node) -> str:
        try:
            value = repr(self.value(node))
        except EvaluationError as fault:
            value = f"({fault.message})"
        short = value if len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + " …"
        return f"{render(node)}  is  {short}"
