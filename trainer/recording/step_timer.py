"""What the steps of this process came to, also when they ended early."""

from dataclasses import dataclass
from time import perf_counter

from trainer.training.callbacks import Callback, CallbackAction, StepReport


@dataclass(frozen=True, slots=True)
class Trained:
    """Each step's seconds, and the seconds of all together, callbacks included."""

    step_seconds: tuple[float, ...]
    seconds: float


class Tally(Callback):
    """Counts; stands first in the chain, so that what the others cost is in `seconds`."""

    def __init__(self) -> None:
        self._started = self._ended = perf_counter()
        self._seconds: list[float] = []

    def on_train_begin(self, steps: int) -> CallbackAction:
        """Start the clock."""
        del steps
        self._started = self._ended = perf_counter()
        return CallbackAction.CONTINUE

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Count a step."""
        self._seconds.append(report.seconds)
        self._ended = perf_counter()
        return CallbackAction.CONTINUE

    def on_train_end(self, steps: int) -> CallbackAction:
        """Stop the clock."""
        del steps
        self._ended = perf_counter()
        return CallbackAction.CONTINUE

    @property
    def trained(self) -> Trained:
        """What there is so far."""
        return Trained(tuple(self._seconds), self._ended - self._started)
