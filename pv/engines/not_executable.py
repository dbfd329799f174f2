"""The engine of claims that nothing can run: the planner's reason becomes the verdict."""

from collections.abc import Callable
from contextlib import ExitStack

from pv.checks.model import NotExecutable
from pv.engines.outcome import Options, Outcome

NAME = "none"


def open_engine(options: Options, stack: ExitStack) -> Callable[[NotExecutable], Outcome]:  # noqa: ARG001 - the protocol
    """Return the engine."""
    return decide


def decide(plan: NotExecutable) -> Outcome:
    """Pass on why nothing ran."""
    return Outcome(plan.verdict, reason=plan.reason)
