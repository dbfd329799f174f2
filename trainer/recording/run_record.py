"""Read the records of a finished or running run from its output folder. Free of torch."""

from dataclasses import dataclass
from pathlib import Path

from trainer.storage.file_names import HELD_OUT, METRICS, SIDECAR, TIMINGS
from trainer.storage.json_files import JsonObject, read_json
from trainer.storage.json_lines import object_in, whole_lines


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run by its records: `rows` are the steps, `facts` the sidecar, empty while it runs."""

    name: str
    folder: Path
    rows: tuple[JsonObject, ...]
    seconds: tuple[float, ...]
    facts: JsonObject
    held_out: tuple[JsonObject, ...] = ()
    """The evaluations on held-out text."""


def read_run(name: str, folder: Path) -> RunRecord | None:
    """Return the record of a folder, or None when no run has written steps there."""
    if not (folder / METRICS).is_file():
        return None
    rows = _rows(folder / METRICS)
    seconds = tuple(row["seconds"] for row in _rows(folder / TIMINGS))
    facts = read_json(folder / SIDECAR) if (folder / SIDECAR).is_file() else {}
    held_out = _rows(folder / HELD_OUT)
    return RunRecord(name, folder, rows, seconds, facts, held_out) if rows else None


def _rows(path: Path) -> tuple[JsonObject, ...]:
    if not path.is_file():
        return ()
    return tuple(object_in(line, place) for place, line in whole_lines(path))
