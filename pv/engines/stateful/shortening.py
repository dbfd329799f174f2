"""Leave out the steps of a counterexample that it does not need."""

import time
from collections.abc import Sequence

from pv.checks.model import StateMachine
from pv.checks.step import Step
from pv.engines.stateful.driver import Broken, Make
from pv.engines.stateful.following import broken_by


def shortened(plan: StateMachine, make: Make, broken: Broken, end: float) -> Broken:
    """Return a counterexample that needs each of its steps, if there is time to find one.

    Hypothesis tells steps apart by what it drew for them, and may keep some that change nothing.
    """
    at = len(broken.steps) - 1
    while at >= 0 and time.monotonic() < end:
        fewer = broken_by(plan, make, _without(plan, broken.steps, at))
        if fewer is not None:
            broken = fewer
        at = min(at, len(broken.steps)) - 1
    return broken


def _without(plan: StateMachine, steps: Sequence[Step], at: int) -> Sequence[Step]:
    """Return the steps without one; where that makes an object, without all that it is in."""
    gone = steps[at]
    if gone.action is None:
        rest = [each for each in steps if gone.of not in each.objects]
        made = (each.of for each in rest if each.action is None)
        names = dict(zip(made, plan.objects, strict=False))
        return [each.renamed(names) for each in rest]
    return [*steps[:at], *steps[at + 1 :]]
