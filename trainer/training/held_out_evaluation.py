"""Evaluate a run on held-out text every few steps, and end it once that no longer improves."""

from collections.abc import Callable

from trainer.configuration.schema import Evaluation
from trainer.schedule import is_due
from trainer.training.callbacks import Callback, CallbackAction, StepReport
from trainer.training.guards import require_finite
from trainer.training.standing import Standing


class HeldOutEvaluation(Callback):
    """Calls `measure` when an evaluation is due, and after the last step.

    It stands before what writes checkpoints, which then contain the standing after their step.
    """

    def __init__(
        self,
        settings: Evaluation,
        measure: Callable[[], float],
        record: Callable[[int, float, Standing], None],
        *,
        last_step: int,
        standing: Standing,
    ) -> None:
        self._settings = settings
        self._measure = measure
        self._record = record
        self._last_step = last_step
        self.standing = standing
        self.improved = False
        """Whether the last step is the best so far."""

    def on_train_begin(self, steps: int) -> CallbackAction:
        """End a resumed run that had ended before."""
        del steps
        return self._action()

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Evaluate when due; raise TrainingFailure for a loss that is not finite."""
        step, every = report.step.number, self._settings.every
        self.improved = False
        if is_due(step, every) or (every > 0 and step == self._last_step):
            loss = self._measure()
            require_finite(f"held-out text after step {step}", {"loss": loss})
            self.standing = self.standing.after(step, loss)
            self.improved = self.standing.best_step == step
            self._record(step, loss, self.standing)
        return self._action()

    def _action(self) -> CallbackAction:
        over = self.standing.ends(self._settings.patience)
        return CallbackAction.STOP if over else CallbackAction.CONTINUE
