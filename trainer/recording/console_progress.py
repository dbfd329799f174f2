"""Show a run's progress: lines on the console, and a bar where that is a terminal."""

from contextlib import nullcontext
from datetime import timedelta
from time import perf_counter
from typing import Never, TextIO

from tqdm import tqdm

from trainer.schedule import is_due
from trainer.training.callbacks import Callback, CallbackAction, StepReport


class ConsoleProgress(Callback):
    """Prints a line at its first step and at every `every`-th one, flushed at once; 0: never."""

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
            left = elapsed / self._done * (self._steps - report.step.number)
            # on a terminal the bar is cleared first, for which tqdm takes locks
            aside = tqdm.external_write_mode(self._out) if self._out.isatty() else nullcontext()
            with aside:
                print(step_line(report, self._steps, left), file=self._out, flush=True)
        return CallbackAction.CONTINUE


class ProgressBar(Callback):
    """Shows a progress bar on `stream` if that is a terminal, and nothing otherwise."""

    def __init__(self, stream: TextIO, done: int) -> None:
        self._stream = stream
        self._done = done
        self._bar: tqdm[Never] | None = None

    def on_train_begin(self, steps: int) -> CallbackAction:
        """Draw the bar."""
        self._bar = tqdm(
            total=steps,
            initial=self._done,
            unit="step",
            file=self._stream,
            disable=not self._stream.isatty(),
            leave=False,
        )
        return CallbackAction.CONTINUE

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Advance the bar; skipped steps count as passed."""
        if self._bar is not None:
            self._bar.update(report.step.number - self._done)
            self._bar.set_postfix_str(f"loss={report.terms['total']:.4f}", refresh=False)
        self._done = report.step.number
        return CallbackAction.CONTINUE

    def on_train_end(self, steps: int) -> CallbackAction:
        """Remove the bar."""
        del steps
        if self._bar is not None:
            self._bar.close()
        return CallbackAction.CONTINUE


def step_line(report: StepReport, steps: int, left: float) -> str:
    """Return a step as a line of text; `left` is the estimated rest in seconds."""
    parts = {name: value for name, value in report.terms.items() if name != "total"}
    terms = " ".join(f"{name}={value:.4f}" for name, value in parts.items())
    speed = report.tokens / report.seconds
    return (
        f"step {report.step.number}/{steps} epoch {report.step.epoch + 1} "
        f"loss={report.terms['total']:.4f} {terms} lr={report.learning_rate:.2e} "
        f"{speed:,.0f} tokens/s ETA {timedelta(seconds=round(left))}"
    )
