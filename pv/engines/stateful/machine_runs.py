"""Let Hypothesis drive objects, as often as the time allows."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from pv.checks.model import Action, Another, DrawnKind, Given, StateMachine
from pv.checks.step import Reference, Step
from pv.claims.values import Assignment, Value
from pv.engines.outcome import Options
from pv.engines.search.trial import Impure
from pv.engines.spaces.objects.strategies import strategy_of
from pv.engines.stateful.claims import Claims
from pv.engines.stateful.driver import Broken, Driver, Make
from pv.engines.stateful.following import broken_by
from pv.engines.stateful.silent_parts import SilentParts
from pv.engines.systems.cases import values_of

_STEPS = 30
_FLAKY = "what was false once was true the next time"


class _TimeIsUp(BaseException):
    """Raised to end Hypothesis, which would take an Exception for a failure of the object."""


@dataclass(slots=True)
class Trials:
    """Runs of a machine until a time: what was done, and each way in which the object failed."""

    end: float
    claims: Claims
    silent: SilentParts
    done: Counter[str] = field(default_factory=Counter)
    found: list[Broken] = field(default_factory=list)
    cut: bool = False
    """True: the time was up before all runs were made."""

    @property
    def shortest(self) -> Broken | None:
        """The failure with the fewest steps, of which the last one found."""
        return min(reversed(self.found), key=lambda each: len(each.steps), default=None)

    def require_time(self) -> None:
        """Raise _TimeIsUp if it is."""
        if time.monotonic() > self.end:
            self.cut = True
            raise _TimeIsUp


def run(plan: StateMachine, make: Make, options: Options, runs: int, end: float) -> Trials:
    """Let Hypothesis choose the actions, and shorten what fails, until the time is up.

    What was found counts, however little time there was to shorten it. Raises Impure.
    """
    claims = Claims(plan)
    trials = Trials(end, claims, SilentParts(plan, claims))
    machine = seed(options.seed)(_machine(plan, make, trials))
    chosen = settings(
        max_examples=runs, stateful_step_count=_STEPS, database=None, deadline=None,
        phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )  # fmt: skip
    try:
        run_state_machine_as_test(machine, settings=chosen)
    except Broken as broken:
        trials.found = [broken]
    except _TimeIsUp:
        pass
    except Flaky:
        if not trials.cut:
            raise Impure(_FLAKY) from None
    if trials.cut and trials.shortest and broken_by(plan, make, trials.shortest.steps) is None:
        raise Impure(_FLAKY)
    return trials


class Machine(RuleBasedStateMachine):
    """A run of the rules, with the objects that they drive."""

    driver: Driver


def _machine(plan: StateMachine, make: Make, trials: Trials) -> type[RuleBasedStateMachine]:
    """Return the class that Hypothesis drives: a method for each rule, one more for a refusal."""

    def started(machine: Machine, values: Assignment, more: Sequence[Assignment] = ()) -> None:
        trials.require_time()
        trials.done[""] += 1
        machine.driver = Driver(plan, make, trials.found, trials.claims, trials.silent)
        for of, given in zip(plan.objects, (values, *more), strict=True):
            machine.driver.start(Step(given, of=of))

    made, others = _drawn(plan.given, ()), plan.objects[1:]
    more = st.tuples(*(made for _ in others))
    starting = initialize(values=made, more=more) if others else initialize(values=made)
    members: dict[str, object] = {"started": starting(started)}
    of = st.sampled_from(plan.objects)
    for action in plan.actions:
        drawn = _drawn(action.given, plan.objects)
        taking = rule(values=drawn, of=of) if others else rule(values=drawn)
        members[f"rule_{action.name}"] = taking(_step(action, trials))

    def unharmed(machine: Machine) -> None:
        machine.driver.hold()

    members["unharmed"] = invariant()(unharmed)
    return type("Machine", (Machine,), members)


def _drawn(
    given: Mapping[str, Given], objects: Sequence[str]
) -> st.SearchStrategy[dict[str, Value]]:
    """Draw values in the order of the contract, which Hypothesis does not keep."""
    drawn = st.fixed_dictionaries({name: _values(each, objects) for name, each in given.items()})
    return drawn.map(lambda values: {name: values[name] for name in given})


def _values(given: Given, objects: Sequence[str]) -> st.SearchStrategy[Value]:
    if isinstance(given, Another):
        return st.sampled_from(objects).map(Reference)
    return strategy_of(given.drawn_by) if isinstance(given, DrawnKind) else values_of(given)


def _step(action: Action, trials: Trials) -> Callable[..., None]:
    def step(machine: Machine, values: Assignment, of: str = "") -> None:
        trials.require_time()
        trials.done[action.name] += machine.driver.take(Step(values, action, of=of))

    step.__name__ = f"rule_{action.name}"
    return step
