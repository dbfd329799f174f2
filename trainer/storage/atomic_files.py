"""Write files atomically: aside, flushed to the disk, renamed into place."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def flush_to_disk(path: Path) -> None:
    """Flush a written file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """Replace `path` atomically: a reader sees the old text or the new one.

    Raises OSError, naming `path`, and leaves nothing, when the disk does not take it.
    """
    aside = path.with_name(f".{path.name}.writing")
    try:
        aside.write_text(text, encoding="utf-8")
        flush_to_disk(aside)
        aside.replace(path)
        flush_to_disk(path.parent)
    except OSError as fault:  # a full disk is found at writing, where no name is at hand
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise OSError(fault.errno, fault.strerror, str(path)) from fault


def write_json(path: Path, value: Mapping[str, object]) -> None:
    """Write indented JSON atomically; raise ValueError for a NaN or an infinity."""
    write_text(path, json.dumps(value, indent=2, allow_nan=False, ensure_ascii=False) + "\n")
