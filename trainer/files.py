"""Writing that survives a crash: aside, flushed to the disk, renamed into place."""

import json
import os
from collections.abc import Mapping
from pathlib import Path


def flush_to_disk(path: Path) -> None:
    """Make a written file, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """Replace `path` in one step: a reader sees the old text or the new one, whole."""
    aside = path.with_name(f".{path.name}.writing")
    aside.write_text(text, encoding="utf-8")
    flush_to_disk(aside)
    aside.replace(path)
    flush_to_disk(path.parent)


def write_json(path: Path, value: Mapping[str, object]) -> None:
    """Write indented JSON in one step; a NaN or an infinity raises ValueError."""
    write_text(path, json.dumps(value, indent=2, allow_nan=False, ensure_ascii=False) + "\n")
