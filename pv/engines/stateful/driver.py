"""Objects, driven by the actions of a machine and compared with the machine's model."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from pv.checks.model import Action, StateMachine
from pv.checks.step import Step
from pv.claims import EXACT, EvaluationError, ImplementationError, names, render
from pv.claims.evaluation.errors import text_of
from pv.claims.evaluation.scalars.builtins import regular_expression
from pv.claims.evaluation.scalars.equality import equal
from pv.claims.tree import Node
from pv.claims.values import Assignment, Value
from pv.contract.machine_claims import RESULT
from pv.contract.machine_objects import SELF
from pv.engines.calling.drawn_objects import alive
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.calling.object_members import method_of
from pv.engines.calling.plain_values import shown
from pv.engines.calling.results import RESULTS
from pv.engines.stateful.claims import Claims
from pv.engines.stateful.modelled import Called, Modelled, called
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
    """The objects of a run with their models, and the steps so far."""

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
        self.objects: dict[str, Modelled] = {}
        claims.objects = {}

    def start(self, step: Step) -> None:
        """Make an object; raises Unusable, and Broken where it cannot be made."""
        self.taken.append(step)
        made = Modelled(step.of, _live(step.values))
        for name, tree in self.plan.start.items():
            made.model[name] = self.value(tree, made.scope)
        try:
            given = {name: RESULTS.original(each) for name, each in made.given.items()}
            made.made = self.make(given)
        except Unusable:
            raise
        except Exception as fault:
            raise self.broken(f"making it raised {_said(fault)}") from fault
        self.objects[step.of] = made

    def value(self, tree: Node, scope: Assignment, place: str = "") -> Value:
        """Evaluate over a model; raises Broken where code is why there is no value.

        Raises Unusable where the model is: it then says nothing about the object.
        """
        try:
            return self.claims.value(tree, scope)
        except (ImplementationError, EvaluationError) as fault:
            told = f"{render(tree)} has no value: {fault}"
            if isinstance(fault, ImplementationError) or self._is_of_code(tree):
                raise self.broken(told) from fault
            raise Unusable(_placed(told, place)) from fault

    def truth(self, claim: Node, scope: Assignment, place: str = "") -> bool:
        """Evaluate a claim; raises Broken, and Unusable where it is none."""
        found = self.value(claim, scope, place)
        if not isinstance(found, bool) and not self._is_of_code(claim):
            told = f"{render(claim)} is {shown(found)}, and neither true nor false"
            raise Unusable(_placed(told, place))
        return found is True

    def holds(self, name: str, claim: Node, scope: Assignment, place: str = "") -> bool:
        """Return whether an action's claim holds, and note the parts of it that say something."""
        before = self.state() if self.claims.asks(claim) else {}
        holds = self.truth(claim, scope, place)
        if holds:
            self.silent.note(name, scope)
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
        values = _live({n: each for n, each in step.values.items() if n != action.other})
        call = called(self.objects, step, action)
        self.claims.objects = call.objects
        scope = call.scope(values)
        allowed = action.when is None or self.truth(action.when, scope, action.place)
        if not allowed and action.refuses is None:
            return False
        self.taken.append(replace(step, refused=not allowed))
        method = self._method(action, call)
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
        inside = {**scope, RESULT: result}
        claim = action.returns
        if claim is not None and not self.holds(action.name, claim, inside, action.place):
            raise self.broken(f"{action.name} returned {shown(result)}: {render(claim)}")
        self._change(action, call, inside)
        return True

    def _change(self, action: Action, call: Called, scope: Assignment) -> None:
        """Change the models as an action does, first that of the object whose method was called."""
        own = {n: self.value(tree, scope, action.place) for n, tree in action.next_own.items()}
        call.own.model |= own
        if call.given is not None:
            scope = {**scope, **call.of_given}
            others = action.next_other.items()
            call.given.model |= {n: self.value(tree, scope, action.place) for n, tree in others}

    def hold(self) -> None:
        """Compare the objects with their models, and evaluate the invariant of each."""
        found = self.state()
        for each, name, wanted in self._shown():
            if not equal(found[each.told(name)], wanted, self.plan.tolerance):
                raise self.broken(f"`{each.told(name)}` should be {shown(wanted)}")
        claim = self.plan.invariant
        if claim is None:
            return
        for each in self.objects.values():
            self.claims.objects = {SELF: each.made}
            if not self.holds(INVARIANT, claim, each.scope):
                raise self.broken(f"false{each.name and f' of `{each.name}`'}: {render(claim)}")

    def state(self) -> dict[str, Value]:
        """Return what the objects have for each variable; raises Broken where that fails."""
        found = {}
        for each, name, wanted in self._shown():
            try:
                found[each.told(name)] = self.claims.state(each.made, name, wanted)
            except Unusable:
                raise
            except Exception as fault:
                raise self.broken(f"`{each.told(name)}` raised {_said(fault)}") from fault
        return found

    def broken(self, reason: str) -> Broken:
        """Return the exception for an object that departs from the model."""
        seen = []
        for each, name, wanted in self._shown():
            with suppress(Exception):  # what has no value is not shown
                found = shown(self.claims.state(each.made, name, wanted))
                seen.append(f"{each.told(name)}  is  {found}")
        broken = Broken(reason, self.taken, tuple(seen))
        self.found.append(broken)
        return broken

    def _shown(self) -> Iterator[tuple[Modelled, str, Value]]:
        """Yield the variables that the objects have too, with their values in the models."""
        for each in self.objects.values():
            shown_by_it = (name for name in each.model if name not in self.plan.hidden)
            yield from ((each, name, each.model[name]) for name in shown_by_it)

    def _is_of_code(self, claim: Node) -> bool:
        """Return whether a claim's value depends on what code returned."""
        return self.claims.asks(claim) or RESULT in names(claim)

    def _method(self, action: Action, call: Called) -> Callable[..., Value]:
        try:
            return method_of(call.own.made, action.name, tuple(action.given), call.arguments)
        except Unusable as fault:
            raise Unusable(f"{action.place}: {fault}") from fault


def _live(values: Assignment) -> Assignment:
    """Return values of the language in the place of drawn objects, which code gets copies of."""
    return alive({**values}, values)


def _placed(told: str, place: str) -> str:
    return f"{place}: {told}" if place else told


def _said(fault: Exception) -> str:
    return f"{type(fault).__name__}: {text_of(fault, str)}"
