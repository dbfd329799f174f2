"""Write checkpoints of a run at intervals and on demand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from trainer.checkpoints.checkpoint import checkpoint_name, publish, write_checkpoint
from trainer.errors import TrainingFailure
from trainer.processes.collectives import current_world
from trainer.runs.prepared_run import RunState
from trainer.schedule import is_due
from trainer.storage.atomic_files import flush_to_disk
from trainer.storage.file_names import CHECKPOINTS, METRICS, TIMINGS
from trainer.training.callbacks import Callback, CallbackAction, StepReport
from trainer.training.held_out_evaluation import HeldOutEvaluation
from trainer.training.loop import Run
from trainer.training.results import Progress
from trainer.training.user_callbacks import UserCallbacks
from trainer.watchdog.watchdog import Phase


class CheckpointWriter(Callback):
    """Writes `checkpoints/step-N` of a stage at every `output.checkpoint_every`-th step.

    It comes last in the chain, so that it saves the state of `user_callbacks` after the step, and
    knows whether the step is the best on held-out text.
    """

    def __init__(
        self,
        state: RunState,
        user_callbacks: UserCallbacks,
        held_out: HeldOutEvaluation,
        *,
        smoke: bool,
    ) -> None:
        self._output = state.output
        self._settings = state.prepared.configuration.output
        self._run = state.prepared.run
        self._facts = {**state.prepared.facts, "smoke": smoke}
        self._watchdog = state.watchdog
        self._user_callbacks = user_callbacks
        self._held_out = held_out
        self._written = state.progress.step
        self.progress = state.progress

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Write a checkpoint when due, and of the best step so far."""
        self.progress = self.progress.after(report, self._held_out.standing)
        due = is_due(report.step.number, self._settings.checkpoint_every)
        if due or self._held_out.improved:
            self.save()
        return CallbackAction.CONTINUE

    def save(self) -> None:
        """Write a checkpoint of the last step, unless there is one already."""
        if self.progress.step != self._written:
            with self._watchdog.during(Phase.SAVE):
                self._save(self.progress.step)

    def _save(self, step: int) -> None:
        for name in (METRICS, TIMINGS):  # a resumed run appends to them
            if current_world().is_main and (self._output / name).is_file():
                flush_to_disk(self._output / name)
        folder = self._output / CHECKPOINTS / checkpoint_name(step)
        facts = {**self._facts, **checkpoint_facts(self.progress, self._run)}
        facts["callbacks"] = self._user_callbacks.state()
        with self._run.objective.full_parameters():
            write_checkpoint(folder, self._run.student, self._run.optimizer, facts)
        if current_world().is_main:
            best = self.progress.held_out.best_step
            publish(folder, self._settings.keep_checkpoints, best=checkpoint_name(best))
        self._written = step

    @contextmanager
    def named_on_failure(self) -> Iterator[None]:
        """Add the last good checkpoint to the message of a failure."""
        try:
            yield
        except TrainingFailure as fault:
            kept = "no checkpoint was written before: start again with --overwrite"
            if self._written:
                name = self._output / CHECKPOINTS / checkpoint_name(self._written)
                kept = f"the last good checkpoint is {name}: go on with --resume"
            raise TrainingFailure(f"{fault}\n{kept}") from fault


def checkpoint_facts(progress: Progress, run: Run) -> dict[str, object]:
    """Return the progress of a run; the cursor names the next batch, counted from 0."""
    epoch, index = divmod(progress.step, run.steps_per_epoch)
    return {
        "step": progress.step,
        "cursor": {"next_step": progress.step + 1, "epoch": epoch, "index": index},
        "steps_completed": progress.completed,
        "initial_loss": progress.initial_loss,
        "best_loss": progress.best_loss,
        "loss_scale": run.loss_scale.state(),
        "held_out": asdict(progress.held_out),
    }
