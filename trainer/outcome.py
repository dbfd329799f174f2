"""What a run yields."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metrics:
    """`initial_loss` and `final_loss` are of the first batch, before and after the training.

    `best_loss` is the lowest loss seen, on any batch; `throughput` is in steps a second.
    """

    initial_loss: float
    final_loss: float
    best_loss: float
    steps_completed: int
    throughput: float


@dataclass(frozen=True, slots=True)
class PipelineResult:
    """The outcome of all stages; `output_path` is None when no model was written."""

    output_path: str | None
    metrics: Metrics
    duration_seconds: float
