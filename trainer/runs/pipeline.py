"""The pipeline of a run: load, train, export."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import TextIO

from trainer.checkpoints.resume import load_best
from trainer.configuration.environment import Limits
from trainer.configuration.schema import Configuration
from trainer.cost.memory_check import check_memory, discard_gradient
from trainer.device import busy_cores, resolve_device
from trainer.errors import Interrupted, TrainingFailure
from trainer.processes.collectives import wait_for_all
from trainer.processes.rank import World
from trainer.recording.smoke_report import Saving, announcement, report_lines
from trainer.recording.tracker_packages import require_installed
from trainer.runs.checkpoint_writer import CheckpointWriter
from trainer.runs.ending.finish import (
    export,
    first_batch,
    judge_smoke,
    measure_first_batch,
    smoke_report,
    write_report,
    write_smoke,
)
from trainer.runs.ending.finished_run import finish, has_finished, metrics_of
from trainer.runs.ending.saving_trial import try_saving
from trainer.runs.held_out_text import (
    held_out_evaluation,
    held_out_windows,
    seconds_of_evaluation,
)
from trainer.runs.opening import opened, output_folder, resumed
from trainer.runs.prepare import Prepared, prepare
from trainer.runs.prepared_run import RunState
from trainer.runs.recorders import recorders
from trainer.schedule import smoke_requested
from trainer.storage.file_names import HEARTBEAT
from trainer.storage.output_folder import Existing, claim
from trainer.training.callbacks import Callback, Chain
from trainer.training.guards import require_teaching_signal
from trainer.training.loop import train
from trainer.training.parallel import process_group
from trainer.training.results import Metrics, PipelineResult, Progress
from trainer.training.user_callbacks import UserCallbacks
from trainer.watchdog.signals import StopOnSignal
from trainer.watchdog.watchdog import Phase, Watchdog


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A run of `configuration`: distillation if it names a teacher, else cross-entropy alone.

    >>> from io import StringIO
    >>> from tempfile import TemporaryDirectory
    >>> from trainer.configuration.loading import configure
    >>> student, data = {"preset": "nano"}, {"limit_bytes": 20_000, "max_length": 16}
    >>> with TemporaryDirectory() as folder:
    ...     tree = {"student": student, "dataset": data, "output": {"dir": f"{folder}/run"}}
    ...     pipeline = Pipeline(configure(tree, (), "here"), Limits(max_steps=2), out=StringIO())
    ...     result = pipeline.execute()
    >>> result.metrics.steps_completed, result.output_path  # a smoke run exports no model
    (2, None)
    """

    configuration: Configuration
    limits: Limits = field(default_factory=Limits)
    existing: Existing = Existing.REFUSE
    callbacks: tuple[Callback, ...] = ()
    out: TextIO = field(default_factory=lambda: sys.stdout)
    world: World = field(default_factory=World)
    """The processes of this run; the main one prints and writes, the others compute."""
    started: float = field(default_factory=perf_counter)
    """Start of the run by `perf_counter`; a caller may give the time before torch's import."""

    @property
    def smoke(self) -> bool:
        """True if only a few steps run and no model is exported."""
        return smoke_requested(self.limits.max_steps)

    def execute(self) -> PipelineResult:
        """Run the stages.

        Raises UserError for wrong input, TrainingFailure for a failed run, and Interrupted when a
        signal ended it after a step.
        """
        folder = output_folder(self.configuration, self.existing, smoke=self.smoke)
        if self.world.is_main:
            require_installed(self.configuration.output.trackers)
        existing = self.existing.settled(folder)
        resumes = existing is Existing.RESUME
        finished = resumes and has_finished(folder, self.configuration)
        heartbeat = folder / HEARTBEAT if self.world.is_main else None
        with (
            claim(folder, existing) if self.world.is_main else nullcontext(folder) as output,
            Watchdog(self.configuration.watchdog, heartbeat) as watchdog,
            process_group(self.world, self.configuration.device),
        ):
            if finished:
                return self._finish_late(output, watchdog)
            user_callbacks = UserCallbacks(self.callbacks)
            prepared = self._prepare(watchdog)
            progress = None
            if resumes:
                prepared, progress, notes = resumed(output, prepared, user_callbacks)
                self._say(*notes)
            with opened(output, prepared, self.out, resumes=resumes) as tracked:
                progress = progress or self._first_progress(prepared)
                seconds = perf_counter() - self.started
                state = RunState(output, prepared, progress, watchdog, seconds)
                metrics = self._run(state, user_callbacks, tracked)
        path = None if self.smoke else str(output)
        return PipelineResult(path, metrics, perf_counter() - self.started)

    def _prepare(self, watchdog: Watchdog) -> Prepared:
        """Load everything, and compile it; nothing is written."""
        if self.limits.max_steps is not None:
            self._say(announcement(self.limits.max_steps), *self.limits.notes)
        self._say(*busy_cores(resolve_device(self.configuration.device)))
        prepared = prepare(self.configuration, self.limits.max_steps)
        self._say(*prepared.lines())
        held_out_windows(prepared)  # too short a text is told before anything is cleared
        watchdog.enter(Phase.COMPILE)
        if prepared.memory is not None:
            self._say(*check_memory(prepared.run, prepared.memory).lines())
        elif self.world.size > 1:
            discard_gradient(prepared.run)
        prepared.compile()
        return prepared

    def _finish_late(self, output: Path, watchdog: Watchdog) -> PipelineResult:
        """Write the report on a model that is in place, if that is left to do."""
        watchdog.enter(Phase.SAVE)
        if self.world.is_main:
            again = self.existing is Existing.AUTO
            self._say(*finish(output, self.configuration, again=again))
        wait_for_all()
        return PipelineResult(str(output), metrics_of(output), perf_counter() - self.started)

    def _first_progress(self, prepared: Prepared) -> Progress:
        """Return that of a fresh run: the loss of the first batch before any step."""
        terms = first_batch(prepared, "before the first step")
        if self.smoke and "kd" in terms:
            require_teaching_signal(terms["kd"], self.configuration.distillation.alpha)
        return Progress(0, 0, terms["total"], terms["total"])

    def _run(
        self, state: RunState, user_callbacks: UserCallbacks, tracked: Sequence[Callback]
    ) -> Metrics:
        """Train, measure and export, or report a smoke run."""
        try:
            state = replace(state, progress=self._train(state, user_callbacks, tracked))
            state.watchdog.enter(Phase.SAVE)
            state = self._choose_weights(state)
            metrics, saving = self._measure_end(state)
        except (TrainingFailure, Interrupted):
            self._tell_smoke(state)
            raise
        self._finish(state, metrics, saving)
        return metrics

    def _train(
        self, state: RunState, user_callbacks: UserCallbacks, tracked: Sequence[Callback]
    ) -> Progress:
        """Run the training loop; a signal ends it after a step, which is then saved."""
        run = state.prepared.run
        with (
            recorders(state.output, state.prepared, self.out) as recording,
            held_out_evaluation(state, self.out) as held_out,
        ):
            writer = CheckpointWriter(state, user_callbacks, held_out, smoke=self.smoke)
            stop = StopOnSignal(None if self.smoke else writer.save)
            told = (state.step_timer, *recording, *tracked)
            own = (*told, user_callbacks, state.watchdog, held_out, writer)
            with stop, writer.named_on_failure():
                train(run, Chain((*own, stop)))
        if stop.received is None:
            return writer.progress
        kept = f"saved in {state.output}; go on with --resume"
        if self.smoke:
            kept = "a smoke run keeps nothing"
        name = stop.received.name
        raise Interrupted(
            stop.received, f"{name}: stopped after step {writer.progress.step}, {kept}"
        )

    def _choose_weights(self, state: RunState) -> RunState:
        """Take the weights that are to be exported; say why a run is over before its last step."""
        settings, held_out = self.configuration.evaluation, state.progress.held_out
        if not settings.every:
            return state
        if held_out.ends(settings.patience):
            best = f"step {held_out.best_step}"
            self._say(f"ended early: no evaluation after {best} had a lower loss on held-out text")
        if settings.export == "best" and not self.smoke:
            load_best(state.output, state.prepared.run, held_out.best_step)
            self._say(f"exporting the weights of step {held_out.best_step}")
        facts = {**state.prepared.facts, "held_out": asdict(held_out)}
        return replace(state, prepared=replace(state.prepared, facts=facts))

    def _measure_end(self, state: RunState) -> tuple[Metrics, Saving]:
        """Return the metrics, and of a smoke run the seconds that saving takes."""
        metrics = state.metrics(first_batch(state.prepared, "after the last step")["total"])
        if not self.smoke:
            return metrics, Saving()
        saving = try_saving(state.output, state.prepared, metrics)
        seconds = seconds_of_evaluation(state.prepared)
        return metrics, saving._replace(held_out_seconds=seconds)

    def _finish(self, state: RunState, metrics: Metrics, saving: Saving) -> None:
        if self.smoke:
            self._report(state, metrics, saving)
            judge_smoke(state.prepared)
        else:
            self._say(*export(state.output, state.prepared, metrics))
            if self.world.is_main:
                write_report(state.output, self.configuration)

    def _report(self, state: RunState, metrics: Metrics, saving: Saving) -> None:
        report = smoke_report(state, metrics, self.limits.target_steps, saving)
        write_smoke(state.output, report)
        self._say(*report_lines(report))

    def _tell_smoke(self, state: RunState) -> None:
        """Report a smoke run that ended early, if a step ran."""
        if self.smoke and state.step_timer.times.step_seconds:
            final = measure_first_batch(state.prepared)["total"]
            self._report(state, state.metrics(final), Saving())

    def _say(self, *lines: str) -> None:
        for line in lines:
            print(line, file=self.out, flush=True)
