"""What a run says while it runs: a line on the console, and a line a step in two files."""

import json
from datetime import timedelta
from time import perf_counter
from typing import TextIO

from trainer.callbacks import Callback, CallbackAction, StepReport
from trainer.schedule import is_due


class ConsoleProgress(Callback):
    """Prints a line at step 1 and at every `every`-th step, flushed at once; 0: never."""

    def __init__(self, out: TextIO, every: int) -> None:
        self._out = out
        self._every = every
        self._steps = 0
        self._done = 0
        self._started = 0.0

    def on_train_begin(self, steps: int) -> CallbackAction:
        """Start the clock."""
        self._steps = steps
        self._started = perf_counter()
        return CallbackAction.CONTINUE

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Print when due."""
        self._done += 1
        if is_due(report.step.number, self._every) or (self._every > 0 and self._done == 1):
            elapsed = perf_counter() - self._started
            left = elapsed / self._done * (self._steps - self._done)
            print(step_line(report, self._steps, left), file=self._out, flush=True)
        return CallbackAction.CONTINUE


def step_line(report: StepReport, steps: int, left: float) -> str:
    """Format a step; `left` is the estimated rest in seconds."""
    parts = {name: value for name, value in report.terms.items() if name != "total"}
    terms = " ".join(f"{name}={value:.4f}" for name, value in parts.items())
    speed = report.tokens / report.seconds
    return (
        f"step {report.step.number}/{steps} epoch {report.step.epoch + 1} "
        f"loss={report.terms['total']:.4f} {terms} lr={report.learning_rate:.2e} "
        f"{speed:,.0f} tokens/s ETA {timedelta(seconds=round(left))}"
    )


class StepLog(Callback):
    """Writes what is reproducible of each step to `metrics` and what is not to `timings`.

    Both are JSON lines. Two runs of one seed on a CPU write the same metrics, byte for byte.
    """

    def __init__(self, metrics: TextIO, timings: TextIO) -> None:
        self._metrics = metrics
        self._timings = timings

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Write both lines."""
        facts = {
            "step": report.step.number,
            "epoch": report.step.epoch + 1,
            **report.terms,
            "gradient_norm": report.gradient_norm,
            "learning_rate": report.learning_rate,
            "tokens": report.tokens,
        }
        times = {
            "step": report.step.number,
            "seconds": report.seconds,
            "tokens_per_second": report.tokens / report.seconds,
        }
        for stream, line in ((self._metrics, facts), (self._timings, times)):
            stream.write(json.dumps(line, allow_nan=False) + "\n")
            stream.flush()
        return CallbackAction.CONTINUE
