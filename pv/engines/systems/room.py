"""Tell whether a disk was full at any time since a process was started.

What one process has filled is free again as soon as its folder is removed, and another that failed
for it finds all the room that it lacked. So a disk is looked at before anything is removed, too.
"""

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp
from threading import Lock

from pv.engines.leavings.trees import remove

_ROOM = 1 << 20  # bytes


@dataclass(slots=True)
class Room:
    """What is known of the disk that the folders of one command share."""

    _short_until: float = float("-inf")
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def scratch(self, prefix: str, parent: Path) -> Iterator[Path]:
        """Give a new folder, and remove it with all that came into it."""
        folder = Path(mkdtemp(prefix=prefix, dir=parent))
        try:
            yield folder
        finally:
            with self._lock:
                short = _is_short(folder)
                remove(folder)
                if short:
                    self._short_until = time.monotonic()

    def was_short(self, folder: Path, since: float) -> bool:
        """Return whether nothing more could be written there at a time after `since`.

        Times are those of `time.monotonic`.
        """
        with self._lock:  # one probe does not take the room of another
            if _is_short(folder):
                self._short_until = time.monotonic()
            return since <= self._short_until


def _is_short(folder: Path) -> bool:
    try:
        with TemporaryFile(dir=folder) as probe:
            probe.write(bytes(_ROOM))
            probe.flush()
    except OSError as fault:
        return fault.errno in {errno.ENOSPC, errno.EDQUOT}
    return False
