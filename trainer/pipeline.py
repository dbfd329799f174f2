"""The pipeline: resolve models, train, export."""

import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TextIO

from trainer.callbacks import Callback, Chain
from trainer.checkpoint import CheckpointWriter, try_saving
from trainer.config import Configuration
from trainer.environment import Limits
from trainer.errors import UserError
from trainer.export import export_model
from trainer.files import write_json
from trainer.folders import METRICS, SMOKE, TIMINGS, check_output_folder, open_output_folder
from trainer.guards import (
    require_changed_weights,
    require_finite,
    require_teaching_signal,
    require_unchanged_teacher,
)
from trainer.loop import Trained, train
from trainer.models import parameters_digest
from trainer.objective import measure
from trainer.outcome import Metrics, PipelineResult
from trainer.preparation import Prepared, prepare
from trainer.progress import ConsoleProgress, StepLog
from trainer.schedule import smoke_requested, throughput
from trainer.sidecar import final_facts
from trainer.smoke import Measured, announcement, report_lines, summarise


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A run of `configuration`: distillation if it names a teacher, else cross-entropy alone."""

    configuration: Configuration
    limits: Limits = field(default_factory=Limits)
    overwrite: bool = False
    callbacks: tuple[Callback, ...] = ()
    out: TextIO = field(default_factory=lambda: sys.stdout)

    @property
    def smoke(self) -> bool:
        """Whether only a few steps run and no model is exported."""
        return smoke_requested(self.limits.max_steps)

    def execute(self) -> PipelineResult:
        """Run the stages. UserError: wrong input; TrainingFailure: the run went wrong."""
        started = perf_counter()
        output = self._output_folder()
        if self.limits.max_steps is not None:
            self._say(announcement(self.limits.max_steps), *self.limits.notes)
        prepared = prepare(self.configuration, self.limits.max_steps)
        self._say(*prepared.lines())
        open_output_folder(output, overwrite=self.overwrite)
        initial = self._first_loss(prepared)
        setup_seconds = perf_counter() - started
        trained = self._train(prepared, output)
        metrics = _summary(initial, _measure(prepared, "after the last step")["total"], trained)
        if self.smoke:
            self._report(prepared, output, metrics, trained, setup_seconds)
        else:
            self._export(prepared, output, metrics)
        path = None if self.smoke else str(output)
        return PipelineResult(path, metrics, perf_counter() - started)

    def _output_folder(self) -> Path:
        if self.configuration.output.dir is None:
            raise UserError("output.dir is required; give --output DIR")
        folder = Path(self.configuration.output.dir)
        check_output_folder(folder, overwrite=self.overwrite)
        sources = (self.configuration.teacher.model_id, self.configuration.student.model_id)
        if folder.resolve() in {Path(source).resolve() for source in sources if source}:
            raise UserError(f"output.dir {folder} is also the teacher or the student's origin")
        return folder

    def _first_loss(self, prepared: Prepared) -> float:
        """Return the loss of the first batch before any step."""
        terms = _measure(prepared, "before the first step")
        if self.smoke and "kd" in terms:
            require_teaching_signal(terms["kd"], self.configuration.distillation.alpha)
        return terms["total"]

    def _train(self, prepared: Prepared, output: Path) -> Trained:
        settings = self.configuration.output
        run = prepared.run
        facts = {**prepared.facts, "smoke": self.smoke}
        with (output / METRICS).open("w") as metrics, (output / TIMINGS).open("w") as timings:
            callbacks = (
                StepLog(metrics, timings),
                ConsoleProgress(self.out, settings.log_every),
                CheckpointWriter(
                    output, settings.checkpoint_every, run.student, run.optimizer, facts
                ),
                *self.callbacks,
            )
            return train(run, Chain(callbacks))

    def _report(
        self,
        prepared: Prepared,
        output: Path,
        metrics: Metrics,
        trained: Trained,
        setup_seconds: float,
    ) -> None:
        """Write smoke.json, print the summary, then judge."""
        run = prepared.run
        measured = Measured(
            step_seconds=trained.step_seconds,
            seconds=trained.seconds,
            setup_seconds=setup_seconds,
            checkpoint_seconds=try_saving(run.student, run.optimizer, {"smoke": True}),
            initial_loss=metrics.initial_loss,
            final_loss=metrics.final_loss,
        )
        report = summarise(
            measured,
            target_steps=self.limits.target_steps,
            checkpoint_every=self.configuration.output.checkpoint_every,
        )
        write_json(output / SMOKE, asdict(report))
        self._say(*report_lines(report))
        require_changed_weights(prepared.resources.student_digest, parameters_digest(run.student))
        _check_teacher(prepared)

    def _export(self, prepared: Prepared, output: Path, metrics: Metrics) -> None:
        _check_teacher(prepared)
        student = prepared.run.student
        export_model(
            output,
            student,
            final_facts(prepared.facts, student, metrics),
            prepared.resources.tokenizer_folder,
        )
        self._say(
            f"{metrics.steps_completed} steps: loss {metrics.initial_loss:.4f} -> "
            f"{metrics.final_loss:.4f} on the first batch, {metrics.throughput:.2f} step/s; "
            f"model in {output}"
        )

    def _say(self, *lines: str) -> None:
        for line in lines:
            print(line, file=self.out, flush=True)


def _measure(prepared: Prepared, moment: str) -> dict[str, float]:
    """Return the loss terms of the first batch at this moment."""
    run = prepared.run
    terms = measure(run.objective, run.student, *run.batch(1))
    require_finite(f"first batch {moment}", terms)
    return terms


def _summary(initial: float, final: float, trained: Trained) -> Metrics:
    steps = len(trained.losses)
    best = min(initial, final, *trained.losses)
    return Metrics(initial, final, best, steps, throughput(steps, trained.seconds))


def _check_teacher(prepared: Prepared) -> None:
    """Raise TrainingFailure if the teacher is not what was loaded."""
    resources = prepared.resources
    if resources.teacher is not None and resources.teacher_digest is not None:
        require_unchanged_teacher(resources.teacher_digest, parameters_digest(resources.teacher))
