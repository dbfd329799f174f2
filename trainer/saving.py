"""When checkpoints are written during a run."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from trainer.callbacks import Callback, CallbackAction, StepReport
from trainer.checkpoint import checkpoint_name, publish, write_checkpoint
from trainer.config import Output
from trainer.errors import TrainingFailure
from trainer.exchange import leads
from trainer.files import flush_to_disk
from trainer.folders import CHECKPOINTS, METRICS, TIMINGS
from trainer.loop import Run
from trainer.outcome import Standing
from trainer.schedule import is_due
from trainer.watchdog import Phase, Watchdog


class CheckpointWriter(Callback):
    """Writes `checkpoints/step-N` below `output` at every `settings.checkpoint_every`-th step."""

    def __init__(
        self,
        output: Path,
        settings: Output,
        run: Run,
        facts: Mapping[str, object],
        standing: Standing,
        watchdog: Watchdog,
    ) -> None:
        self._output = output
        self._settings = settings
        self._run = run
        self._facts = facts
        self._watchdog = watchdog
        self._written = standing.step
        self.standing = standing

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Write when due."""
        self.standing = self.standing.after(report)
        if is_due(report.step.number, self._settings.checkpoint_every):
            with self._watchdog.during(Phase.SAVE):
                self.save()
        return CallbackAction.CONTINUE

    def save(self) -> None:
        """Write what the last step left, unless that is written already."""
        step = self.standing.step
        if step == self._written:
            return
        for name in (METRICS, TIMINGS):  # a resumed run goes on behind what they say so far
            if leads() and (self._output / name).is_file():
                flush_to_disk(self._output / name)
        folder = self._output / CHECKPOINTS / checkpoint_name(step)
        facts = {**self._facts, **checkpoint_facts(self.standing, self._run)}
        with self._run.objective.whole():
            write_checkpoint(folder, self._run.student, self._run.optimizer, facts)
        if leads():
            publish(folder, self._settings.keep_checkpoints)
        self._written = step

    @contextmanager
    def named_on_failure(self) -> Iterator[None]:
        """Add to a failure what is left of the run."""
        try:
            yield
        except TrainingFailure as fault:
            kept = "no checkpoint was written before: begin anew with --overwrite"
            if self._written:
                name = self._output / CHECKPOINTS / checkpoint_name(self._written)
                kept = f"the last good checkpoint is {name}: go on with --resume"
            raise TrainingFailure(f"{fault}\n{kept}") from fault


def checkpoint_facts(standing: Standing, run: Run) -> dict[str, object]:
    """Say where a run stands: the cursor names the batch that comes next, counted from 0."""
    epoch, index = divmod(standing.step, run.steps_per_epoch)
    return {
        "step": standing.step,
        "cursor": {"next_step": standing.step + 1, "epoch": epoch, "index": index},
        "steps_completed": standing.completed,
        "initial_loss": standing.initial_loss,
        "best_loss": standing.best_loss,
        "loss_scale": run.loss_scale.state(),
    }
