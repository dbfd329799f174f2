"""The trainer's learning rate as a share of the configured one."""

from trainer.schedule import Decay, learning_rate


def share(step: int, warmup: int, planned: int, decay: Decay) -> float:
    """Return the rate of a 1-based step for a configured rate of 1."""
    return learning_rate(step, peak=1.0, warmup_steps=warmup, total_steps=planned, decay=decay)
