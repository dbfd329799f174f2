"""The watchdog's last sign of life, driven by the events of a run; nothing watches meanwhile."""

from trainer.configuration.schema import Watchdog as Deadlines
from trainer.schedule import Step
from trainer.training.callbacks import StepReport
from trainer.watchdog.exit_timer import ExitTimer
from trainer.watchdog.watchdog import Beat, Phase, Watchdog

_DEADLINES = Deadlines(load=1e6, compile=1e6, first_step=2e6, steady_floor=3e6, save=4e6)
_STEPS = 100


class _Unarmed(ExitTimer):
    """An exit timer that ends nothing: the process is the one that checks."""

    def __init__(self) -> None:
        pass

    def arm(self, seconds: float | None) -> None:
        """Leave the deadline out."""


class SignOfLife:
    """A watchdog whose thread is not started, with what it would go by."""

    def __init__(self) -> None:
        self._watchdog = Watchdog(_DEADLINES, heartbeat=None)
        self._watchdog._exit_timer.close()  # noqa: SLF001 - its timer would outlive the object
        self._watchdog._exit_timer = _Unarmed()  # noqa: SLF001

    @property
    def _beat(self) -> Beat:
        return self._watchdog._beat  # noqa: SLF001 - the thread that would write it is not started

    @property
    def phase(self) -> str:
        """The phase that it takes the run to be in."""
        return self._beat.phase.value

    @property
    def step(self) -> int:
        """The last step that was finished."""
        return self._beat.step

    @property
    def allowed(self) -> float | None:
        """Seconds until it ends the run."""
        return self._beat.allowed

    def begin(self) -> None:
        """Begin to train."""
        self._watchdog.on_train_begin(_STEPS)

    def finish_step(self) -> None:
        """Finish the next step."""
        step = Step(self.step + 1, 0, self.step, last_of_epoch=False)
        self._watchdog.on_step_end(StepReport(step, {}, 0.0, 0.0, 1, 0.5))

    def save(self) -> None:
        """Begin to write a checkpoint."""
        self._watchdog.enter(Phase.SAVE)

    def go_on(self) -> None:
        """Go on after it."""
        self._watchdog.enter(Phase.STEADY)
