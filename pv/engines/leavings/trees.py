"""Remove folders whatever is in them."""

import os
from pathlib import Path
from uuid import uuid4

_OURS = 0o700


def remove(folder: Path) -> None:
    """Remove a folder of any depth, also where it forbids that; raises OSError.

    Folders in it are moved up before they are looked into: no path grows longer than the system
    allows, and nothing here recurses.
    """
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        here.chmod(_OURS)
        with os.scandir(here) as entries:
            found = list(entries)
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(_moved(Path(entry.path), folder))
            else:
                Path(entry.path).unlink()
        if here != folder:
            here.rmdir()
    folder.rmdir()


def _moved(inner: Path, folder: Path) -> Path:
    """Move a folder up, unless it is up; without its permissions it could not be."""
    inner.chmod(_OURS)
    return inner if inner.parent == folder else inner.rename(folder / uuid4().hex)
