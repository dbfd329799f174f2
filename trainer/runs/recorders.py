"""The callbacks that record a run, and their open files."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from trainer.processes.collectives import current_world
from trainer.recording.console_progress import ConsoleProgress, ProgressBar
from trainer.recording.step_logs import CsvLog, JsonLines, facts_of, times_of
from trainer.recording.tensorboard import TensorBoardLog
from trainer.runs.prepare import Prepared
from trainer.storage.file_names import CSV, METRICS, TENSORBOARD, TIMINGS
from trainer.training.callbacks import Callback


@contextmanager
def recorders(output: Path, prepared: Prepared, out: TextIO) -> Iterator[tuple[Callback, ...]]:
    """Open the configured log files and yield their callbacks; a resumed run appends."""
    if not current_world().is_main:
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
