"""One object, driven by the actions of a machine and compared with the machine's model."""

from collections.abc import Callable
from contextlib import suppress

from pv.checks.model import Action, StateMachine
from pv.checks.plans.machines import RESULT
from pv.claims import EXACT, EvaluationError, ImplementationError, compile_expression, render
from pv.claims.evaluation.errors import text_of
from pv.claims.evaluation.scalars.builtins import regular_expression
from pv.claims.evaluation.scalars.equality import equal
from pv.claims.tree import Node
from pv.claims.values import Assignment, Value
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.calling.object_members import attribute_of, method_of
from pv.engines.calling.plain_values import shown
from pv.engines.stateful.silent_parts import INVARIANT, SilentParts

Make = Callable[[Assignment], Value]
"""Makes an object of what is given."""


class Broken(Exception):  # noqa: N818 - what is looked for
    """Raised where the object departs from the model, with the steps and its state."""

    def __init__(self, reason: str, driver: "Driver", seen: tuple[str, ...]) -> None:
        super().__init__(reason)
        self.reason, self.seen = reason, seen
        self.given, self.taken = driver.given, [*driver.taken]
        self.steps = [
            f"made{_arguments(self.given)}",
            *(f"{action.name}{_arguments(values)}" for action, values in self.taken),
        ]

    def again(self, plan: StateMachine, make: Make) -> bool:
        """Return whether the same steps lead there another time."""
        try:
            driver = Driver(plan, make, self.given, [], SilentParts(plan))
            driver.hold()
            for action, values in self.taken:
                driver.take(action, values)
                driver.hold()
        except Broken:
            return True
        return False


class Driver:
    """One object, its model, and the steps so far."""

    def __init__(
        self,
        plan: StateMachine,
        make: Make,
        given: Assignment,
        found: list["Broken"],
        silent: SilentParts,
    ) -> None:
        """Make the object; raises Unusable, and Broken where it cannot be made."""
        self.plan = plan
        self.found = found
        self.silent = silent
        self.given = dict(given)
        self.taken: list[tuple[Action, Assignment]] = []
        self.model: dict[str, Value] = {}
        for name, tree in plan.start.items():
            self.model[name] = self.value(tree, {})
        try:
            self.object = make(given)
        except Unusable:
            raise
        except Exception as fault:
            raise self.broken(f"making it raised {_said(fault)}") from fault

    def value(self, tree: Node, more: Assignment) -> Value:
        """Evaluate over the model; raises Broken where there is no value."""
        try:
            return compile_expression(tree, {})(self.scope(more))
        except (EvaluationError, ImplementationError) as fault:
            raise self.broken(f"{render(tree)} has no value: {fault}") from fault

    def scope(self, more: Assignment) -> Assignment:
        """Return what was given, the model, and more."""
        return {**self.given, **self.model, **more}

    def holds(self, name: str, claim: Node, more: Assignment) -> bool:
        """Return whether an action's claim holds, and note the parts of it that say something."""
        if self.value(claim, more) is not True:
            return False
        self.silent.note(name, self.scope(more))
        return True

    def take(self, action: Action, values: Assignment) -> bool:
        """Take an action if it is allowed, else expect a refusal; return whether it was taken."""
        allowed = action.when is None or self.value(action.when, values) is True
        if not allowed and action.refuses is None:
            return False
        self.taken.append((action, values))
        method = method_of(self.object, action.name, tuple(action.given))
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
        if action.returns is not None:
            inside = {**values, RESULT: result}
            if not self.holds(action.name, action.returns, inside):
                raise self.broken(
                    f"{action.name} returned {shown(result)}: {render(action.returns)}"
                )
        self.model |= {name: self.value(tree, values) for name, tree in action.next.items()}
        return True

    def hold(self) -> None:
        """Compare the object with the model, and evaluate the invariant."""
        for name, wanted in self.model.items():
            try:
                found = attribute_of(self.object, name)
            except Unusable:
                raise
            except Exception as fault:
                raise self.broken(f"`{name}` raised {_said(fault)}") from fault
            if not equal(found, wanted, EXACT):
                raise self.broken(f"`{name}` should be {shown(wanted)}")
        claim = self.plan.invariant
        if claim is not None and not self.holds(INVARIANT, claim, {}):
            raise self.broken(f"false: {render(claim)}")

    def broken(self, reason: str) -> Broken:
        """Return the exception for an object that departs from the model."""
        seen = []
        for name in self.model if hasattr(self, "object") else ():
            with suppress(Exception):  # what has no value is not shown
                seen.append(f"{name}  is  {shown(attribute_of(self.object, name))}")
        broken = Broken(reason, self, tuple(seen))
        self.found.append(broken)
        return broken


def _arguments(values: Assignment) -> str:
    return f"({', '.join(f'{name} = {shown(value)}' for name, value in values.items())})"


def _said(fault: Exception) -> str:
    return f"{type(fault).__name__}: {text_of(fault, str)}"
