"""Read JSON files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trainer.errors import UserError

JsonObject = dict[str, Any]
"""A JSON object, whose values are of any JSON type."""


def as_read(value: Mapping[str, object]) -> JsonObject:
    """Return a JSON object as it would be read after it was written."""
    read: JsonObject = json.loads(json.dumps(value))
    return read


def read_json(path: Path, remedy: str = "export the model again") -> JsonObject:
    """Read a JSON object; raise UserError when it is missing, malformed or not an object."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise UserError(f"{path}: not readable JSON ({fault}); {remedy}") from fault
    if not isinstance(value, dict):
        raise UserError(f"{path}: expected a JSON object; {remedy}")
    return value
