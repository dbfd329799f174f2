"""When checkpoints are written during a run."""

from collections.abc import Iterator
from contextlib import contextmanager

from trainer.checkpoints.checkpoint import checkpoint_name, publish, write_checkpoint
from trainer.errors import TrainingFailure
from trainer.processes.collectives import current_world
from trainer.runs.run_state import Stage
from trainer.schedule import is_due
from trainer.storage.atomic_files import flush_to_disk
from trainer.storage.run_folders import CHECKPOINTS, METRICS, TIMINGS
from trainer.training.callbacks import Callback, CallbackAction, StepReport
from trainer.training.loop import Run
from trainer.training.results import Standing
from trainer.training.user_callbacks import Guests
from trainer.watchdog.watchdog import Phase


class CheckpointWriter(Callback):
    """Writes `checkpoints/step-N` of a stage at every `output.checkpoint_every`-th step.

    It comes last: what it keeps of the user's callbacks, `guests`, is what the step left.
    """

    def __init__(self, stage: Stage, guests: Guests, *, smoke: bool) -> None:
        self._output = stage.output
        self._settings = stage.prepared.configuration.output
        self._run = stage.prepared.run
        self._facts = {**stage.prepared.facts, "smoke": smoke}
        self._watchdog = stage.watchdog
        self._guests = guests
        self._written = stage.standing.step
        self.standing = stage.standing

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Write when due."""
        self.standing = self.standing.after(report)
        if is_due(report.step.number, self._settings.checkpoint_every):
            self.save()
        return CallbackAction.CONTINUE

    def save(self) -> None:
        """Write what the last step left, unless that is written already."""
        if self.standing.step != self._written:
            with self._watchdog.during(Phase.SAVE):
                self._save(self.standing.step)

    def _save(self, step: int) -> None:
        for name in (METRICS, TIMINGS):  # a resumed run goes on behind what they say so far
            if current_world().is_main and (self._output / name).is_file():
                flush_to_disk(self._output / name)
        folder = self._output / CHECKPOINTS / checkpoint_name(step)
        facts = {**self._facts, **checkpoint_facts(self.standing, self._run)}
        facts["callbacks"] = self._guests.state()
        with self._run.objective.whole():
            write_checkpoint(folder, self._run.student, self._run.optimizer, facts)
        if current_world().is_main:
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
