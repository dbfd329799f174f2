"""How a run stands on held-out text: its best step, and whether it still improves."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Standing:
    """The best evaluation so far; `best_loss` is in nats a token, None before the first."""

    best_step: int = 0
    best_loss: float | None = None
    worse: int = 0
    """Evaluations since the best one."""

    def after(self, step: int, loss: float) -> "Standing":
        """Return the standing after one more evaluation; an equal loss is no improvement.

        >>> Standing().after(10, 2.0).after(20, 1.5).after(30, 1.5)
        Standing(best_step=20, best_loss=1.5, worse=1)
        """
        if self.best_loss is None or loss < self.best_loss:
            return Standing(step, loss)
        return replace(self, worse=self.worse + 1)

    def ends(self, patience: int | None) -> bool:
        """Return whether the last `patience` evaluations brought nothing; None: never."""
        return patience is not None and self.worse >= patience
