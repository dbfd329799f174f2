"""Measure the seconds of each step and of all steps, also of a run that ended early."""

from dataclasses import dataclass
from time import perf_counter

from trainer.training.callbacks import Callback, CallbackAction, StepReport


@dataclass(frozen=True, slots=True)
class StepTimes:
    """Each step's seconds, and the seconds of all together, callbacks included."""

    step_seconds: tuple[float, ...]
    seconds: float


class StepTimer(Callback):
    """Times the steps; it comes first in the chain, so that `seconds` includes other callbacks."""

    def __init__(self) -> None:
        self._started = self._ended = perf_counter()
        self._seconds: list[float] = []

    def on_train_begin(self, steps: int) -> CallbackAction:
        """Start the clock."""
        del steps
        self._started = self._ended = perf_counter()
        return CallbackAction.CONTINUE

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Record a step's seconds."""
        self._seconds.append(report.seconds)
        self._ended = perf_counter()
        return CallbackAction.CONTINUE

    def on_train_end(self, steps: int) -> CallbackAction:
        """Stop the clock."""
        del steps
        self._ended = perf_counter()
        return CallbackAction.CONTINUE

    @property
    def times(self) -> StepTimes:
        """The times so far."""
        return StepTimes(tuple(self._seconds), self._ended - self._started)
