"""One object, driven by the actions of a machine and compared with the machine's model."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from pv.checks.model import Action, StateMachine
from pv.checks.steps import Step
from pv.claims import EXACT, EvaluationError, ImplementationError, names, render
from pv.claims.evaluation.errors import text_of
from pv.claims.evaluation.scalars.builtins import regular_expression
from pv.claims.evaluation.scalars.equality import equal
from pv.claims.tree import Node
from pv.claims.values import Assignment, Value
from pv.contract.machine_claims import RESULT, SELF
from pv.engines.calling.drawn_objects import alive
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.calling.object_members import method_of
from pv.engines.calling.plain_values import shown
from pv.engines.calling.results import RESULTS
from pv.engines.stateful.claims import Claims, asks
from pv.engines.stateful.silent_parts import INVARIANT, SilentParts

Make = Callable[[Assignment], Value]
"""Makes an object of what is given."""


class Broken(Exception):  # noqa: N818 - what is looked for
    """Raised where the object departs from the model, with the steps and its state."""

    def __init__(self, reason: str, steps: Sequence[Step], seen: tuple[str, ...]) -> None:
        super().__init__(reason)
        self.reason, self.seen = reason, seen
        self.steps = (*steps,)


class Driver:
    """One object, its model, and the steps so far."""

    def __init__(
        self,
        plan: StateMachine,
        make: Make,
        found: list["Broken"],
        claims: Claims,
        silent: SilentParts,
    ) -> None:
        RESULTS.forget()
        self.plan, self.make = plan, make
        self.found, self.claims, self.silent = found, claims, silent
        self.taken: list[Step] = []
        self.given: Assignment = {}
        self.model: dict[str, Value] = {}
        self.made: Value = None

    def start(self, step: Step) -> None:
        """Make the object; raises Unusable, and Broken where it cannot be made."""
        self.taken.append(step)
        self.given = _live(step.values)
        for name, tree in self.plan.start.items():
            self.model[name] = self.value(tree, {})
        try:
            given = {name: RESULTS.original(each) for name, each in self.given.items()}
            self.made = self.make(given)
        except Unusable:
            raise
        except Exception as fault:
            raise self.broken(f"making it raised {_said(fault)}") from fault
        self.claims.objects = {SELF: self.made}

    def value(self, tree: Node, more: Assignment, place: str = "") -> Value:
        """Evaluate over the model; raises Broken where code is why there is no value.

        Raises Unusable where the model is: it then says nothing about the object.
        """
        told = f"{render(tree)} has no value"
        try:
            return self.claims.value(tree, self.scope(more))
        except ImplementationError as fault:
            raise self.broken(f"{told}: {fault}") from fault
        except EvaluationError as fault:
            if _is_of_code(tree):
                raise self.broken(f"{told}: {fault}") from fault
            raise Unusable(_placed(f"{told}: {fault}", place)) from fault

    def truth(self, claim: Node, more: Assignment, place: str = "") -> bool:
        """Evaluate a claim; raises Broken, and Unusable where it is none."""
        found = self.value(claim, more, place)
        if not isinstance(found, bool) and not _is_of_code(claim):
            told = f"{render(claim)} is {shown(found)}, and neither true nor false"
            raise Unusable(_placed(told, place))
        return found is True

    def scope(self, more: Assignment) -> Assignment:
        """Return what was given, the model, and more."""
        return {**self.given, **self.model, **more}

    def holds(self, name: str, claim: Node, more: Assignment, place: str = "") -> bool:
        """Return whether an action's claim holds, and note the parts of it that say something."""
        before = self.state() if asks(claim) else {}
        holds = self.truth(claim, more, place)
        if holds:
            self.silent.note(name, self.scope(more))
        after = self.state() if before else {}
        for changed in (each for each in before if not equal(before[each], after[each], EXACT)):
            was, now = shown(before[changed]), shown(after[changed])
            raise Unusable(
                f"to evaluate `{render(claim)}` changes `{changed}` from {was} to {now}; "
                "ask the object what leaves it as it is"
            )
        return holds

    def take(self, step: Step) -> bool:
        """Take an action if it is allowed, else expect a refusal; return whether it was taken."""
        action = step.action
        assert action is not None  # noqa: S101 - only `start` makes objects
        values = _live(step.values)
        allowed = action.when is None or self.truth(action.when, values, action.place)
        if not allowed and action.refuses is None:
            return False
        self.taken.append(replace(step, refused=not allowed))
        method = self._method(action)
        try:
            result = method(*values.values())
        except Unusable:
            raise
        except Exception as fault:
            if allowed:
                raise self.broken(f"{action.name} raised {_said(fault)}") from fault
            if not regular_expression(action.refuses or "").search(text_of(fault, str)):
                told = f"{action.name} was refused without saying `{action.refuses}`"
                raise self.broken(f"{told}: {_said(fault)}") from fault
            return False
        if not allowed:
            raise self.broken(f"{action.name} was not refused, though it may not be done then")
        inside = {**values, RESULT: result}
        claim = action.returns
        if claim is not None and not self.holds(action.name, claim, inside, action.place):
            raise self.broken(f"{action.name} returned {shown(result)}: {render(claim)}")
        after = {n: self.value(tree, inside, action.place) for n, tree in action.next.items()}
        self.model |= after
        return True

    def hold(self) -> None:
        """Compare the object with the model, and evaluate the invariant."""
        for name, found in self.state().items():
            if not equal(found, self.model[name], self.plan.tolerance):
                raise self.broken(f"`{name}` should be {shown(self.model[name])}")
        claim = self.plan.invariant
        if claim is not None and not self.holds(INVARIANT, claim, {}):
            raise self.broken(f"false: {render(claim)}")

    def state(self) -> dict[str, Value]:
        """Return what the object has for each variable; raises Broken where that fails."""
        found = {}
        for name, wanted in self._shown():
            try:
                found[name] = self.claims.state(self.made, name, wanted)
            except Unusable:
                raise
            except Exception as fault:
                raise self.broken(f"`{name}` raised {_said(fault)}") from fault
        return found

    def broken(self, reason: str) -> Broken:
        """Return the exception for an object that departs from the model."""
        seen = []
        for name, wanted in self._shown() if self.made is not None else ():
            with suppress(Exception):  # what has no value is not shown
                seen.append(f"{name}  is  {shown(self.claims.state(self.made, name, wanted))}")
        broken = Broken(reason, self.taken, tuple(seen))
        self.found.append(broken)
        return broken

    def _shown(self) -> list[tuple[str, Value]]:
        """Return the variables that the object has too, with their values in the model."""
        return [each for each in self.model.items() if each[0] not in self.plan.hidden]

    def _method(self, action: Action) -> Callable[..., Value]:
        try:
            return method_of(self.made, action.name, tuple(action.given))
        except Unusable as fault:
            raise Unusable(f"{action.place}: {fault}") from fault


def _live(values: Assignment) -> Assignment:
    """Return values of the language in the place of drawn objects, which code gets copies of."""
    return alive({**values}, values)


def _is_of_code(tree: Node) -> bool:
    """Return whether a claim's value depends on what code returned."""
    return asks(tree) or RESULT in names(tree)


def _placed(told: str, place: str) -> str:
    return f"{place}: {told}" if place else told


def _said(fault: Exception) -> str:
    return f"{type(fault).__name__}: {text_of(fault, str)}"
