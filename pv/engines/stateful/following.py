"""Take given steps with an object, as they were taken before."""

from collections.abc import Sequence

from pv.checks.model import StateMachine
from pv.checks.step import Step
from pv.engines.stateful.claims import Claims
from pv.engines.stateful.driver import Broken, Driver, Make
from pv.engines.stateful.silent_parts import SilentParts


def broken_by(plan: StateMachine, make: Make, steps: Sequence[Step]) -> Broken | None:
    """Return how an object departs from the model by some steps, if it does."""
    try:
        follow(plan, make, steps)
    except Broken as broken:
        return broken
    return None


def follow(plan: StateMachine, make: Make, steps: Sequence[Step]) -> Step | None:
    """Take the steps one by one, and compare after each; raises Broken and Unusable.

    Returns the step that the machine says nothing of, at which it stops, if there is one.
    """
    claims = Claims(plan)
    driver = Driver(plan, make, [], claims, SilentParts(plan, claims))
    for step in steps:
        taken = len(driver.taken)
        if step.action is None:
            driver.start(step)
        elif not driver.take(step) and len(driver.taken) == taken:
            return step
        driver.hold()
    return None
