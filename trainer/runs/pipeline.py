"""The pipeline: resolve models, train, export."""

import sys
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import TextIO

from trainer.checkpoints.checkpoint import try_saving
from trainer.checkpoints.resume import resume
from trainer.configuration.environment import Limits
from trainer.configuration.schema import Configuration
from trainer.cost.memory_check import check_memory, discard_gradient
from trainer.errors import Interrupted, TrainingFailure, UserError
from trainer.processes.rank import World
from trainer.recording.smoke_report import announcement, report_lines
from trainer.runs.checkpoint_writer import CheckpointWriter
from trainer.runs.finish import (
    export,
    first_batch,
    judge_smoke,
    measure_first_batch,
    smoke_report,
    write_report,
    write_smoke,
)
from trainer.runs.prepare import Prepared, prepare
from trainer.runs.recorders import recorders
from trainer.runs.resolved_configuration import resolved_configuration
from trainer.runs.run_state import Stage
from trainer.schedule import smoke_requested
from trainer.storage.atomic_files import write_text
from trainer.storage.output_folder import Existing, claim, clear
from trainer.storage.run_folders import HEARTBEAT, RESOLVED
from trainer.training.callbacks import Callback, Chain
from trainer.training.guards import require_teaching_signal
from trainer.training.loop import train
from trainer.training.parallel import joined
from trainer.training.results import Metrics, PipelineResult, Standing
from trainer.training.user_callbacks import Guests
from trainer.watchdog.signals import Interruption
from trainer.watchdog.watchdog import Phase, Watchdog


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A run of `configuration`: distillation if it names a teacher, else cross-entropy alone."""

    configuration: Configuration
    limits: Limits = field(default_factory=Limits)
    existing: Existing = Existing.REFUSE
    callbacks: tuple[Callback, ...] = ()
    out: TextIO = field(default_factory=lambda: sys.stdout)
    world: World = field(default_factory=World)
    """The processes of this run; the main one prints and writes, the others compute."""
    started: float = field(default_factory=perf_counter)
    """When the run began, by `perf_counter`: before torch was imported, if the caller knows."""

    @property
    def smoke(self) -> bool:
        """Whether only a few steps run and no model is exported."""
        return smoke_requested(self.limits.max_steps)

    def execute(self) -> PipelineResult:
        """Run the stages.

        Raises UserError: wrong input; TrainingFailure: the run went wrong; Interrupted: a signal
        ended it after a step.
        """
        folder = self._output_folder()
        heartbeat = folder / HEARTBEAT if self.world.is_main else None
        with (
            claim(folder, self.existing) if self.world.is_main else nullcontext(folder) as output,
            Watchdog(self.configuration.watchdog, heartbeat) as watchdog,
            joined(self.world, self.configuration.device),
        ):
            guests = Guests(self.callbacks)
            prepared, standing = self._prepare(output, watchdog, guests)
            stage = Stage(output, prepared, standing, watchdog, perf_counter() - self.started)
            try:
                stage = replace(stage, standing=self._train(stage, guests))
                watchdog.enter(Phase.SAVE)
                metrics, saving = self._measure_end(stage)
            except (TrainingFailure, Interrupted):
                self._tell_smoke(stage)
                raise
            self._finish(stage, metrics, saving)
        path = None if self.smoke else str(output)
        return PipelineResult(path, metrics, perf_counter() - self.started)

    def _output_folder(self) -> Path:
        if self.configuration.output.dir is None:
            raise UserError("output.dir is required; give --output DIR")
        folder = Path(self.configuration.output.dir)
        sources = (self.configuration.teacher.model_id, self.configuration.student.model_id)
        if folder.resolve() in {Path(source).resolve() for source in sources if source}:
            raise UserError(f"output.dir {folder} is also the teacher or the student's origin")
        if self.smoke and self.existing is Existing.RESUME:
            raise UserError("--resume: a smoke run starts at the first step; leave one of them out")
        return folder

    def _prepare(
        self, output: Path, watchdog: Watchdog, guests: Guests
    ) -> tuple[Prepared, Standing]:
        """Load everything; then, not before, give up what the folder holds, or go on from it."""
        if self.limits.max_steps is not None:
            self._say(announcement(self.limits.max_steps), *self.limits.notes)
        prepared = prepare(self.configuration, self.limits.max_steps)
        self._say(*prepared.lines())
        watchdog.enter(Phase.COMPILE)
        if prepared.memory is not None:
            self._say(*check_memory(prepared.run, prepared.memory).lines())
        elif self.world.size > 1:
            discard_gradient(prepared.run)
        prepared.compile()
        if self.existing is Existing.RESUME:
            standing, notes = resume(output, prepared.run, prepared.facts, guests)
            self._say(*notes)
            run = replace(prepared.run, done=standing.step, said=guests.said)
            return replace(prepared, run=run), standing
        if self.world.is_main:
            clear(output)
            write_text(output / RESOLVED, resolved_configuration(prepared))
        initial = self._first_loss(prepared)
        return prepared, Standing(0, 0, initial, initial)

    def _first_loss(self, prepared: Prepared) -> float:
        """Return the loss of the first batch before any step."""
        terms = first_batch(prepared, "before the first step")
        if self.smoke and "kd" in terms:
            require_teaching_signal(terms["kd"], self.configuration.distillation.alpha)
        return terms["total"]

    def _train(self, stage: Stage, guests: Guests) -> Standing:
        """Run the loop; a signal ends it after a step, whose result is then saved."""
        run = stage.prepared.run
        writer = CheckpointWriter(stage, guests, smoke=self.smoke)
        stop = Interruption(None if self.smoke else writer.save)
        with recorders(stage.output, stage.prepared, self.out) as recording, stop:
            callbacks = (stage.tally, *recording, guests, stage.watchdog, writer, stop)
            with writer.named_on_failure():
                train(run, Chain(callbacks))
        if stop.received is None:
            return writer.standing
        kept = f"saved in {stage.output}; go on with --resume"
        if self.smoke:
            kept = "a smoke run keeps nothing"
        name = stop.received.name
        raise Interrupted(
            stop.received, f"{name}: stopped after step {writer.standing.step}, {kept}"
        )

    def _measure_end(self, stage: Stage) -> tuple[Metrics, float]:
        """Return what the run came to, and of a smoke run the seconds that a checkpoint takes."""
        metrics = stage.metrics(first_batch(stage.prepared, "after the last step")["total"])
        if not self.smoke:
            return metrics, 0.0
        run = stage.prepared.run
        with run.objective.whole():
            return metrics, try_saving(run.student, run.optimizer, {"smoke": True})

    def _finish(self, stage: Stage, metrics: Metrics, saving: float) -> None:
        if self.smoke:
            self._report(stage, metrics, saving)
            judge_smoke(stage.prepared)
        else:
            self._say(*export(stage.output, stage.prepared, metrics))
            if self.world.is_main:
                write_report(stage.output, self.configuration)

    def _report(self, stage: Stage, metrics: Metrics, checkpoint_seconds: float) -> None:
        report = smoke_report(stage, metrics, self.limits.target_steps, checkpoint_seconds)
        write_smoke(stage.output, report)
        self._say(*report_lines(report))

    def _tell_smoke(self, stage: Stage) -> None:
        """Report a smoke run that ended early too, if a step ran: what it cost is known."""
        if self.smoke and stage.tally.trained.step_seconds:
            final = measure_first_batch(stage.prepared)["total"]
            self._report(stage, stage.metrics(final), 0.0)

    def _say(self, *lines: str) -> None:
        for line in lines:
            print(line, file=self.out, flush=True)
