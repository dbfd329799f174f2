"""The output folder: claimed by one run at a time, never overwritten by accident. Free of torch."""

import enum
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from trainer.errors import UserError
from trainer.storage.file_names import (
    CHECKPOINT_NAMES,
    CHECKPOINTS,
    HEARTBEAT,
    INDEX,
    LOCK,
    OWNED_FILES,
    OWNED_FOLDERS,
    RESOLVED,
    SHARDS,
    SMOKE,
    WEIGHTS,
)

_TRACES = frozenset({LOCK, HEARTBEAT})
"""Files of a run that ended before it wrote any result."""


class Existing(enum.Enum):
    """The handling of files that are already in the output folder."""

    REFUSE = "refuse"
    RESUME = "resume"
    OVERWRITE = "overwrite"
    AUTO = "auto"
    """Go on with what can be gone on with, else start."""

    def settled(self, folder: Path) -> "Existing":
        """Return what AUTO means for a folder.

        A run that wrote no checkpoint is started again; what no run wrote is refused.
        """
        if self is not Existing.AUTO:
            return self
        if _holds_any(folder, WEIGHTS, INDEX, SMOKE) or _checkpoints(folder):
            return Existing.RESUME
        return Existing.OVERWRITE if _holds_any(folder, RESOLVED) else Existing.REFUSE


def check_output_folder(folder: Path, existing: Existing) -> None:
    """Raise UserError for a path that is a file, or whose contents `existing` does not allow."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder}: is a file; --output needs a folder")
    holds = folder.is_dir() and any(entry.name not in _TRACES for entry in folder.iterdir())
    existing = existing.settled(folder)
    if holds and existing is Existing.REFUSE:
        raise UserError(
            f"{folder}: not empty; give another --output, --resume to go on with the run in it, or "
            "--overwrite to replace it"
        )
    if existing is Existing.RESUME:
        _require_resumable(folder, holds=holds)


@contextmanager
def claim(folder: Path, existing: Existing) -> Iterator[Path]:
    """Create the folder if need be and lock it for this run; raise UserError if it cannot be.

    The kernel frees the lock when its process ends, however it ends, so no lock is ever stale. A
    folder that was created here is removed again if nothing was written to it.
    """
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stack.callback(_remove_empty, made)
            lock = stack.enter_context((folder / LOCK).open("a+", encoding="utf-8"))
            tempfile.TemporaryFile(dir=folder).close()  # full or read-only: say so now
        except OSError as fault:
            raise UserError(
                f"{folder}: cannot be written ({fault.strerror}); give another --output"
            ) from fault
        _lock(lock.fileno(), folder)
        check_output_folder(folder, existing)
        yield folder


def clear(folder: Path) -> None:
    """Remove the files that an earlier run wrote, and no others."""
    for path in (*(folder / name for name in OWNED_FILES), *folder.glob(SHARDS)):
        path.unlink(missing_ok=True)
    for name in OWNED_FOLDERS:
        if (folder / name).is_dir():
            shutil.rmtree(folder / name)


def _require_resumable(folder: Path, *, holds: bool) -> None:
    if not holds:
        raise UserError(f"{folder}: --resume, but there is no run in it; start one without")
    if _holds_any(folder, WEIGHTS, INDEX):
        return
    if _holds_any(folder, SMOKE):
        raise UserError(
            f"{folder}: --resume, but a smoke run left it; run in full with --overwrite instead"
        )
    if not _checkpoints(folder):
        raise UserError(
            f"{folder}: --resume, but no checkpoint was written; start again with --overwrite"
        )


def _holds_any(folder: Path, *names: str) -> bool:
    return any((folder / name).is_file() for name in names)


def _checkpoints(folder: Path) -> list[Path]:
    return list((folder / CHECKPOINTS).glob(CHECKPOINT_NAMES))


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as fault:
        owner = os.pread(descriptor, 20, 0).decode() or "?"
        raise UserError(
            f"{folder}: another run (process {owner.strip()}) is writing here; give another "
            "--output, or end that run first"
        ) from fault
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
    except OSError as fault:
        raise OSError(fault.errno, fault.strerror, str(folder / LOCK)) from fault


def _remove_empty(made: list[Path]) -> None:
    """Remove the created folders, from the innermost, as far as they are empty."""
    if not made or any(entry.name not in _TRACES for entry in made[0].iterdir()):
        return
    for name in _TRACES:
        (made[0] / name).unlink(missing_ok=True)
    with suppress(OSError):  # the first that holds something else ends it
        for path in made:
            path.rmdir()
