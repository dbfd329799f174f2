"""A run that is prepared, as the stages that train, save and finish it hand it on."""

from dataclasses import dataclass, field
from pathlib import Path

from trainer.recording.step_timer import Tally
from trainer.runs.prepare import Prepared
from trainer.schedule import throughput
from trainer.training.results import Metrics, Standing
from trainer.watchdog.watchdog import Watchdog


@dataclass(frozen=True, slots=True)
class Stage:
    """Where it writes, where it stands, and what preparing it took."""

    output: Path
    prepared: Prepared
    standing: Standing
    watchdog: Watchdog
    setup_seconds: float
    tally: Tally = field(default_factory=Tally)

    def metrics(self, final_loss: float) -> Metrics:
        """Sum up, with the loss of the first batch after the last step."""
        trained = self.tally.trained
        steps = len(trained.step_seconds)
        standing = self.standing
        return Metrics(
            initial_loss=standing.initial_loss,
            final_loss=final_loss,
            best_loss=min(standing.best_loss, final_loss),
            steps_completed=standing.completed,
            throughput=throughput(steps, trained.seconds) if steps else 0.0,
        )
