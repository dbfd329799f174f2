"""The callbacks that record a run, with their files open as long as it lasts."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from trainer.callbacks import Callback
from trainer.folders import METRICS, TIMINGS
from trainer.preparation import Prepared
from trainer.progress import ConsoleProgress, StepLog


@contextmanager
def recorders(output: Path, prepared: Prepared, out: TextIO) -> Iterator[tuple[Callback, ...]]:
    """Open what the configuration asks for; a resumed run's files go on where they were cut."""
    settings = prepared.configuration.output
    with ExitStack() as stack:
        metrics, timings = (
            stack.enter_context((output / name).open("a", encoding="utf-8"))
            for name in (METRICS, TIMINGS)
        )
        yield (
            StepLog(metrics, timings),
            ConsoleProgress(out, settings.log_every),
        )
