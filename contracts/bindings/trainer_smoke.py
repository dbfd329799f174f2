"""Smoke mode's limit, as this process's environment has it, and its projection. Free of torch."""

import os
from unittest.mock import patch

from trainer.configuration.environment import MAX_STEPS, read_limits
from trainer.recording.smoke_report import WARMUP_STEPS, Measured, summarise


def limit(variable: int, flag: int) -> int:
    """Return the limit under the variable and the flag; 0: none of it.

    The process has read its environment before the variable is set.
    """
    with patch.dict(os.environ, {MAX_STEPS: str(variable or "")}):
        return read_limits(os.environ, str(flag) if flag else None).max_steps or 0


def projected(slow: int, usual: int, steps: int, target: int, interval: int, saving: int) -> float:
    """Return the projected seconds where loading took 30 and the first steps are slow."""
    seconds = [float(slow)] * WARMUP_STEPS + [float(usual)] * (steps - WARMUP_STEPS)
    measured = Measured(seconds, sum(seconds), 30.0, saving, initial_loss=2.0, final_loss=1.0)
    return summarise(measured, target_steps=target, checkpoint_every=interval).projected_seconds
