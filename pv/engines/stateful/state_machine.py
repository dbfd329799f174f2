"""Drive an object by the rules of a state machine, in any order, and compare it with the model."""

import time
from collections import Counter
from collections.abc import Callable

import re2
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky, FlakyFailure
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from pv.checks.model import Action, StateMachine
from pv.checks.plans.machines import RESULT
from pv.claims import EXACT, EvaluationError, ImplementationError, compile_expression, render
from pv.claims.evaluation.scalars.equality import equal
from pv.claims.tree import Node
from pv.claims.values import Assignment, Implementation, Value
from pv.engines.calling.bound_calls import maker
from pv.engines.calling.foreign_callables import Unusable, listen
from pv.engines.calling.object_members import attribute_of, method_of
from pv.engines.outcome import Options, Outcome
from pv.engines.search.function_mutants import Mutants
from pv.engines.search.trial import Impure
from pv.engines.systems.cases import values_of
from pv.evidence.verdict import Verdict
from pv.plural import number_of

NAME = "property"
RUNS = 100
STEPS = 30
SECONDS = 10.0
_FEW = 20  # runs in which a mutant must be killed

Make = Implementation


def decide(plan: StateMachine, options: Options) -> Outcome:
    """Run the machine until the object leaves the model, or often enough."""
    printed = listen()
    try:
        make = maker(next(iter(plan.functions.values())))
        found = _driven(plan, options, make)
    except Unusable as fault:
        found = Outcome(Verdict.ERROR, reason=str(fault))
    except Impure as fault:
        found = Outcome(Verdict.UNKNOWN, reason=str(fault))
    return found.saying(printed.taken()).by(NAME)


class _Broken(Exception):  # noqa: N818 - what is looked for
    """Raised where the object departs from the model, with the steps and its state."""

    def __init__(self, reason: str, steps: list[str], seen: tuple[str, ...]) -> None:
        super().__init__(reason)
        self.reason, self.steps, self.seen = reason, steps, seen


def _driven(plan: StateMachine, options: Options, make: Make) -> Outcome:
    done: Counter[str] = Counter()
    end = time.monotonic() + min(options.budget, SECONDS)
    broken = _run(plan, make, options, options.cases or RUNS, done, end)
    if broken is not None:
        case = {"steps": broken.steps}
        return Outcome(Verdict.REFUTED, done[""], broken.reason, case, broken.seen)
    never = [each.name for each in plan.actions if not done[each.name]]
    if never:
        reason = f"no state that was reached allows `{never[0]}`"
        return Outcome(Verdict.VACUOUS, done[""], reason)
    mutants = _mutants(plan, make, options)
    if not mutants.killed:
        return Outcome(
            Verdict.VACUOUS, done[""], "it cannot fail: no mutant without a rule is killed"
        )
    steps = ", ".join(f"{each.name} {number_of(done[each.name], 'time')}" for each in plan.actions)
    return Outcome(Verdict.SURVIVED, done[""], mutants=str(mutants), notes=(steps,))


def _run(
    plan: StateMachine, make: Make, options: Options, runs: int, done: Counter[str], end: float
) -> _Broken | None:
    """Let Hypothesis choose the actions; return the shortest sequence that fails."""
    found: list[_Broken] = []
    machine = seed(options.seed)(_machine(plan, make, done, end, found))
    chosen = settings(
        max_examples=runs, stateful_step_count=STEPS, database=None, deadline=None,
        phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    try:
        run_state_machine_as_test(machine, settings=chosen)
    except _Broken as broken:
        return broken
    except (Flaky, FlakyFailure):
        if time.monotonic() < end:
            raise Impure("what was false once was true the next time") from None
        return found[-1]  # the time was up: the last one that failed stays
    return None


class _Machine(RuleBasedStateMachine):
    """A run of the rules, with the object that they drive."""

    driver: "_Driver"


def _machine(
    plan: StateMachine, make: Make, done: Counter[str], end: float, found: list[_Broken]
) -> type[RuleBasedStateMachine]:
    """Return the class that Hypothesis drives: a method for each rule, one more for a refusal."""

    def started(machine: _Machine, values: Assignment) -> None:
        done[""] += 1
        machine.driver = _Driver(plan, make, values, found)

    given = {name: values_of(domain) for name, domain in plan.given.items()}
    begin = initialize(values=st.fixed_dictionaries(given))
    members: dict[str, object] = {"started": begin(started)}
    for action in plan.actions:
        drawn = {name: values_of(domain) for name, domain in action.given.items()}
        members[f"rule_{action.name}"] = rule(values=st.fixed_dictionaries(drawn))(
            _step(action, done, end)
        )

    def unharmed(machine: _Machine) -> None:
        machine.driver.hold()

    members["unharmed"] = invariant()(unharmed)
    return type("Machine", (_Machine,), members)


def _step(action: Action, done: Counter[str], end: float) -> Callable[..., None]:
    def step(machine: _Machine, values: Assignment) -> None:
        if time.monotonic() < end:
            done[action.name] += machine.driver.take(action, values)

    step.__name__ = f"rule_{action.name}"
    return step


class _Driver:
    """One object, its model, and the steps so far."""

    def __init__(
        self, plan: StateMachine, make: Make, given: Assignment, found: list[_Broken]
    ) -> None:
        self.plan = plan
        self.found = found
        self.given = dict(given)
        self.steps = [f"made{_arguments(given)}"]
        self.model: dict[str, Value] = {}
        for name, tree in plan.start.items():
            self.model[name] = self.value(tree, {})
        try:
            self.object = make(*self.wanted())
        except Unusable:
            raise
        except Exception as fault:
            raise self.broken(f"making it raised {_said(fault)}") from fault

    def wanted(self) -> list[Value]:
        """Return what the binding gives the callable that makes the object; raises Unusable."""
        names = next(iter(self.plan.functions.values())).arguments or tuple(self.given)
        for name in names:
            if name not in self.given:
                raise Unusable(f"the binding gives it `{name}`, which the machine does not make")
        return [self.given[name] for name in names]

    def value(self, tree: Node, more: Assignment) -> Value:
        """Evaluate over the model; raises _Broken where there is no value."""
        try:
            return compile_expression(tree, {})({**self.given, **self.model, **more})
        except (EvaluationError, ImplementationError) as fault:
            raise self.broken(f"{render(tree)} has no value: {fault}") from fault

    def take(self, action: Action, values: Assignment) -> bool:
        """Take an action if it is allowed, else expect a refusal; return whether it was taken."""
        allowed = action.when is None or self.value(action.when, values) is True
        if not allowed and action.refuses is None:
            return False
        self.steps.append(f"{action.name}{_arguments(values)}")
        method = method_of(self.object, action.name)
        try:
            result = method(*values.values())
        except Exception as fault:
            if allowed:
                raise self.broken(f"{action.name} raised {_said(fault)}") from fault
            if not re2.search(action.refuses, str(fault)):
                told = f"{action.name} was refused without saying `{action.refuses}`"
                raise self.broken(f"{told}: {_said(fault)}") from fault
            return False
        if not allowed:
            raise self.broken(f"{action.name} was not refused, though it may not be done then")
        if action.returns is not None:
            inside = {**values, RESULT: result}
            if self.value(action.returns, inside) is not True:
                raise self.broken(f"{action.name} returned {result!r}: {render(action.returns)}")
        self.model |= {name: self.value(tree, values) for name, tree in action.next.items()}
        return True

    def hold(self) -> None:
        """Compare the object with the model, and evaluate the invariant."""
        for name, wanted in self.model.items():
            if not equal(attribute_of(self.object, name), wanted, EXACT):
                raise self.broken(f"`{name}` should be {wanted!r}")
        if self.plan.invariant is not None and self.value(self.plan.invariant, {}) is not True:
            raise self.broken(f"false: {render(self.plan.invariant)}")

    def broken(self, reason: str) -> _Broken:
        """Return the exception for an object that departs from the model."""
        made = getattr(self, "object", None)
        seen = [
            f"{name}  is  {getattr(made, name)!r}" for name in self.model if hasattr(made, name)
        ]
        return _Broken(reason, [*self.steps], tuple(seen))


def _mutants(plan: StateMachine, make: Make, options: Options) -> Mutants:
    """Run the model on mutants of the object, each without the effect of one rule."""
    killed = 0
    for action in plan.actions:
        end = time.monotonic() + 1.0

        def idle(*values: Value, name: str = action.name) -> Value:
            made = make(*values)
            try:
                setattr(made, name, lambda *_: None)
            except AttributeError:  # it has slots: a subclass is mutated
                made.__class__ = type("Idle", (type(made),), {name: lambda *_: None})
            return made

        try:
            killed += _run(plan, idle, options, _FEW, Counter(), end) is not None
        except Impure:
            killed += 1
    return Mutants(killed, len(plan.actions))


def _arguments(values: Assignment) -> str:
    return f"({', '.join(f'{name} = {value!r}' for name, value in values.items())})"


def _said(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}"
