"""The callbacks that record a run, with their files open as long as it lasts."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from trainer.callbacks import Callback
from trainer.exchange import leads
from trainer.folders import CSV, METRICS, TENSORBOARD, TIMINGS
from trainer.logs import CsvLog, JsonLines, facts_of, times_of
from trainer.preparation import Prepared
from trainer.progress import ConsoleProgress, ProgressBar
from trainer.tensorboard import TensorBoardLog


@contextmanager
def recorders(output: Path, prepared: Prepared, out: TextIO) -> Iterator[tuple[Callback, ...]]:
    """Open what the configuration asks for; a resumed run's files go on where they were cut."""
    if not leads():
        yield ()
        return
    settings, done = prepared.configuration.output, prepared.run.done
    with ExitStack() as stack:

        def log(name: str) -> BinaryIO:  # unbuffered: a step's line is in the file, or an error
            return stack.enter_context((output / name).open("ab", buffering=0))

        callbacks: list[Callback] = [
            JsonLines(log(METRICS), facts_of),
            JsonLines(log(TIMINGS), times_of),
            ConsoleProgress(out, settings.log_every),
            ProgressBar(sys.stderr, done),
        ]
        if settings.csv:
            callbacks.append(CsvLog(log(CSV)))
        if settings.tensorboard:
            callbacks.append(TensorBoardLog(output / TENSORBOARD, done))
        yield tuple(callbacks)
