"""The engine and the class of cost of a check, told from its plan alone."""

from enum import StrEnum

from pv.checks.model import (
    Check,
    Enumeration,
    Experiment,
    Formulas,
    Induction,
    Repetition,
    StateMachine,
    Stubbed,
)

_MANY_POINTS = 200_000
_MANY_PROCESSES = 20


class Cost(StrEnum):
    """Classes of cost, cheapest first, on a machine of two cores."""

    NOTHING = "nothing"
    """Nothing can be run."""
    SECOND = "a second"
    """At most about a second, once the worker has imported the implementation."""
    SECONDS = "seconds"
    """Within the check's budget."""
    MINUTES = "minutes"
    """Many processes of a system under test."""


def engine_of(check: Check) -> str:
    """Return the engine that begins; the planner may let others go on."""
    match check.plan:
        case Experiment():
            return "experiment"
        case Enumeration():
            return "enumerate"
        case Formulas() | Repetition() | StateMachine():
            return "property"
        case Induction() | Stubbed():
            return "symbolic"
    return "none"


def cost_of(check: Check) -> Cost:
    """Return the class of cost of a check."""
    match check.plan:
        case Experiment(runs=runs, cases=cases):
            return Cost.MINUTES if len(runs) * cases > _MANY_PROCESSES else Cost.SECONDS
        case Enumeration(points=points):
            return Cost.SECONDS if points > _MANY_POINTS else Cost.SECOND
        case Repetition() | StateMachine() | Stubbed():
            return Cost.SECONDS
        case Induction():
            return Cost.SECOND
        case Formulas(functions=functions):
            return Cost.SECONDS if functions else Cost.SECOND
    return Cost.NOTHING
