"""The results of a run, and its progress."""

from dataclasses import dataclass, field

from trainer.training.callbacks import StepReport
from trainer.training.standing import Standing


@dataclass(frozen=True, slots=True)
class Metrics:
    """Metrics of a run; initial and final loss are of the first batch, before and after training.

    `best_loss` is the lowest loss seen, on any batch; `steps_completed` includes the steps
    before a run was resumed; `throughput` is in steps per second, 0 when no step was left to run.
    """

    initial_loss: float
    final_loss: float
    best_loss: float
    steps_completed: int
    throughput: float


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a run: the number of its last step, 0 before the first, and losses so far."""

    step: int
    completed: int
    initial_loss: float
    best_loss: float
    held_out: Standing = field(default_factory=Standing)

    def after(self, report: StepReport, held_out: Standing) -> "Progress":
        """Return the progress after one more step."""
        best = min(self.best_loss, report.terms["total"])
        return Progress(report.step.number, self.completed + 1, self.initial_loss, best, held_out)


@dataclass(frozen=True, slots=True)
class PipelineResult:
    """The result of a run; `output_path` is None when no model was written."""

    output_path: str | None
    metrics: Metrics
    duration_seconds: float
