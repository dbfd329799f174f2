"""What a run yields, and where it stands on the way."""

from dataclasses import dataclass

from trainer.training.callbacks import StepReport


@dataclass(frozen=True, slots=True)
class Metrics:
    """`initial_loss` and `final_loss` are of the first batch, before and after the training.

    `best_loss` is the lowest loss seen, on any batch; `steps_completed` counts the steps before a
    resumption too; `throughput` is in steps a second, 0 when no step was left to run.
    """

    initial_loss: float
    final_loss: float
    best_loss: float
    steps_completed: int
    throughput: float


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a run stands: the number of its last step (0: none yet) and how it went so far."""

    step: int
    completed: int
    initial_loss: float
    best_loss: float

    def after(self, report: StepReport) -> "Standing":
        """Return where it stands one step on."""
        best = min(self.best_loss, report.terms["total"])
        return Standing(report.step.number, self.completed + 1, self.initial_loss, best)


@dataclass(frozen=True, slots=True)
class PipelineResult:
    """The outcome of all stages; `output_path` is None when no model was written."""

    output_path: str | None
    metrics: Metrics
    duration_seconds: float
