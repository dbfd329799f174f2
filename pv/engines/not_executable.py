"""Decide claims that cannot run: the planner's verdict and reason are the outcome."""

from collections.abc import Callable
from contextlib import ExitStack

from pv.checks.model import NotExecutable
from pv.engines.outcome import Options, Outcome
from pv.evidence.seen import Seen

NAME = "none"


def open_engine(options: Options, stack: ExitStack) -> Callable[[NotExecutable], Outcome]:  # noqa: ARG001 - the protocol
    """Return the engine."""
    return decide


def decide(plan: NotExecutable) -> Outcome:
    """Return the planner's verdict and reason."""
    return Outcome(plan.verdict, reason=plan.reason, seen=Seen())
