"""The state of a prepared run, handed from stage to stage."""

from dataclasses import dataclass, field
from pathlib import Path

from trainer.recording.step_timer import StepTimer
from trainer.runs.prepare import Prepared
from trainer.schedule import throughput
from trainer.training.results import Metrics, Progress
from trainer.watchdog.watchdog import Watchdog


@dataclass(frozen=True, slots=True)
class RunState:
    """A prepared run with its output folder, progress and times."""

    output: Path
    prepared: Prepared
    progress: Progress
    watchdog: Watchdog
    setup_seconds: float
    step_timer: StepTimer = field(default_factory=StepTimer)

    def metrics(self, final_loss: float) -> Metrics:
        """Return the metrics; `final_loss` is of the first batch, after the last step."""
        times = self.step_timer.times
        steps = len(times.step_seconds)
        progress = self.progress
        return Metrics(
            initial_loss=progress.initial_loss,
            final_loss=final_loss,
            best_loss=min(progress.best_loss, final_loss),
            steps_completed=progress.completed,
            throughput=throughput(steps, times.seconds) if steps else 0.0,
        )
