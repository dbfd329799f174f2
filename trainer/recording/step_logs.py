"""Log files with a line for every step: JSON lines always, CSV on request."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from trainer.errors import TrainingFailure
from trainer.storage.atomic_files import write_text
from trainer.storage.json_lines import object_in, whole_lines
from trainer.training.callbacks import Callback, CallbackAction, StepReport

Facts = dict[str, float | int]

_encode = json.JSONEncoder(allow_nan=False).encode  # json.dumps would build it anew for each line


def facts_of(report: StepReport) -> Facts:
    """Return a step's reproducible figures: equal in two runs of one seed on a CPU."""
    return {
        "step": report.step.number,
        "epoch": report.step.epoch + 1,
        **report.terms,
        "gradient_norm": report.gradient_norm,
        "learning_rate": report.learning_rate,
        "tokens": report.tokens,
    }


def times_of(report: StepReport) -> Facts:
    """Return a step's seconds and tokens per second."""
    return {
        "step": report.step.number,
        "seconds": report.seconds,
        "tokens_per_second": report.tokens / report.seconds,
    }


class JsonLines(Callback):
    """Writes a line for each step, which is in the file when the step has ended."""

    def __init__(self, stream: BinaryIO, select: Callable[[StepReport], Facts]) -> None:
        self._stream = stream
        self._select = select

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Write a line."""
        line = _encode(self._select(report)) + "\n"
        write_line(self._stream, line)
        return CallbackAction.CONTINUE


class CsvLog(Callback):
    """Writes a row of all figures for each step; the first row is preceded by a header."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Write a row."""
        row = {**facts_of(report), **times_of(report)}
        if self._stream.tell() == 0:
            write_line(self._stream, _csv_line(row, header=True))
        write_line(self._stream, _csv_line(row, header=False))
        return CallbackAction.CONTINUE


def rewind(path: Path, step: int) -> None:
    """Remove the lines of a log after `step`, and an incomplete line that a crash left.

    Raises UserError for a damaged line, and changes nothing.
    """
    if not path.is_file():
        return
    kept = [line for place, line in whole_lines(path) if _step_of(line, place) <= step]
    write_text(path, "".join(kept))


def _step_of(line: str, place: str) -> int:
    """Return the step of a line; 0 for the header of a CSV file. Raises UserError for another."""
    first = line.partition(",")[0]
    if first == "step":
        return 0
    return int(first) if first.isdecimal() else int(object_in(line, place)["step"])


def _csv_line(row: Mapping[str, float | int], *, header: bool) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(row if header else row.values())
    return text.getvalue()


def write_line(stream: BinaryIO, line: str) -> None:
    """Write a line of a log; raise TrainingFailure where there is no room."""
    try:
        stream.write(line.encode())
    except OSError as fault:
        raise TrainingFailure(
            f"{getattr(stream, 'name', 'log')}: cannot be written ({fault}); make room"
        ) from fault
