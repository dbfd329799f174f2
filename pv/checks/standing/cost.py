"""The engine and the class of cost of a check, told from its plan and from its last run."""

from enum import StrEnum
from math import prod

from pv.checks.model import (
    Check,
    Enumeration,
    Experiment,
    Formulas,
    Induction,
    NotExecutable,
    Repetition,
    StateMachine,
    Stubbed,
)
from pv.claims import Finite, IntRange

_MANY_POINTS = 200_000


class Cost(StrEnum):
    """Classes of cost, cheapest first, on a machine of two cores."""

    NOTHING = "nothing"
    """Nothing can be run."""
    SECOND = "a second"
    """At most about a second, once the worker has imported the implementation."""
    SECONDS = "seconds"
    """Within the check's budget."""
    MINUTES = "minutes"
    """More than a minute."""
    HOURS = "hours"
    """More than an hour."""


_ENDS = ((2.0, Cost.SECOND), (60.0, Cost.SECONDS), (3600.0, Cost.MINUTES))
"""Seconds up to which a run is of a class."""


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


def cost_of(check: Check, last: float | None = None) -> Cost:
    """Return the class of cost of a check: what its last run took, in seconds, or may take."""
    if last is not None and not isinstance(check.plan, NotExecutable):
        return _class(last)
    match check.plan:
        case Experiment() as plan:
            return _class(_cases(plan) * sum(run.system.timeout for run in plan.runs))
        case Enumeration(points=points):
            return Cost.SECONDS if points > _MANY_POINTS else Cost.SECOND
        case Repetition() | StateMachine() | Stubbed():
            return Cost.SECONDS
        case Induction():
            return Cost.SECOND
        case Formulas(functions=functions):
            return Cost.SECONDS if functions else Cost.SECOND
    return Cost.NOTHING


def _class(seconds: float) -> Cost:
    return next((cost for end, cost in _ENDS if seconds < end), Cost.HOURS)


def _cases(plan: Experiment) -> int:
    """Return how many cases an experiment runs at most."""
    finite = [each.size for each in plan.given.values() if isinstance(each, IntRange | Finite)]
    return min(plan.cases, prod(finite)) if len(finite) == len(plan.given) else plan.cases
