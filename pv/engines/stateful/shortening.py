"""Leave out the steps of a counterexample that it does not need."""

import time

from pv.checks.model import StateMachine
from pv.engines.stateful.driver import Broken, Make
from pv.engines.stateful.following import broken_by


def shortened(plan: StateMachine, make: Make, broken: Broken, end: float) -> Broken:
    """Return a counterexample that needs each of its steps, if there is time to find one.

    Hypothesis tells steps apart by what it drew for them, and may keep some that change nothing.
    """
    at = len(broken.steps) - 1
    while at > 0 and time.monotonic() < end:
        fewer = broken_by(plan, make, [*broken.steps[:at], *broken.steps[at + 1 :]])
        if fewer is not None:
            broken = fewer
        at = min(at, len(broken.steps)) - 1
    return broken
