"""Read logs of one line a step; a crash may have left the last line incomplete."""

import json
from collections.abc import Iterator
from pathlib import Path

from trainer.errors import UserError
from trainer.storage.json_files import JsonObject

_REMEDY = "it was changed since; remove the line, or restore the file"


def whole_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the place, `file:line`, and the text of each line that was written to its end.

    Raises UserError for what is no text.
    """
    for number, line in enumerate(path.read_bytes().splitlines(keepends=True), start=1):
        place = f"{path}:{number}"
        try:
            text = line.decode()
        except UnicodeDecodeError as fault:
            raise UserError(f"{place}: no line of a log ({fault}); {_REMEDY}") from fault
        if text.endswith("\n"):
            yield place, text


def object_in(line: str, place: str) -> JsonObject:
    """Return the object in a line; raises UserError for what is none, or has no step."""
    try:
        value = json.loads(line)
    except ValueError as fault:
        raise UserError(f"{place}: no line of a log ({fault}); {_REMEDY}") from fault
    if not isinstance(value, dict) or type(value.get("step")) is not int:
        raise UserError(f"{place}: no line of a log (it has no step); {_REMEDY}")
    return value
