"""Folders for foreign code, which vanish with the command that made them, however it ends.

Each is locked as long as its maker lives, and the kernel releases the lock. So whoever gets the
lock may remove the folder, and end the processes that report there: a keeper does so as soon as the
command has been killed, and the next command where the keeper was killed too.
"""

import atexit
import fcntl
import os
import re
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from stat import S_IMODE
from tempfile import gettempdir, mkdtemp
from threading import Lock

import pv
from pv.engines.leavings.strays import end_all
from pv.engines.leavings.trees import remove

_ONE_KEEPER = Lock()
_UNNAMED = ".pv-"
_NAME = re.compile(r"pv-run-\d+-[a-z0-9_]{8}")  # eight letters of mkdtemp
_MODE = 0o700  # as mkdtemp makes them


class Folder:
    """A folder whose name has the number of the process that owns it."""

    def __init__(self) -> None:
        """Make it; the first one of a command also removes what killed commands left."""
        with _ONE_KEEPER:
            _keep()
        made = Path(mkdtemp(prefix=_UNNAMED))
        self._lock = os.open(made, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)  # before it has a name by which it is swept
        random = made.name.removeprefix(_UNNAMED)
        self.path = made.rename(made.with_name(f"pv-run-{os.getpid()}-{random}"))

    def remove(self) -> None:
        """End what still runs in it, and remove it; what resists is left to the next command."""
        end_all(self.path)
        with suppress(OSError):
            remove(self.path)
        os.close(self._lock)


def sweep() -> None:
    """Remove the folders whose owners were killed, and end the processes that report there."""
    for folder in filter(_is_ours, Path(gettempdir()).iterdir()):
        with suppress(OSError):  # it is somebody else's, or just being removed
            lock = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
            try:
                _sweep(folder, lock)
            finally:
                os.close(lock)


def owned_by(process: int) -> list[Path]:
    """Return the folders that a process has made."""
    return [*Path(gettempdir()).glob(f"pv-run-{process}-*")]


def _is_ours(folder: Path) -> bool:
    """Return whether a folder is named as `Folder` names them: no other may be removed."""
    return _NAME.fullmatch(folder.name) is not None


def _sweep(folder: Path, lock: int) -> None:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    state = os.fstat(lock)
    if state.st_uid == os.geteuid() and S_IMODE(state.st_mode) == _MODE:
        end_all(folder)
        remove(folder)


@cache
def _keep() -> None:
    """Sweep now, and start the process that sweeps if this one is killed."""
    sweep()
    home = Path(pv.__file__).parents[1]
    keeper = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-P", "-m", "pv.engines.leavings.keeper", str(os.getpid())],
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    atexit.register(_dismiss, keeper)


def _dismiss(keeper: subprocess.Popen[bytes]) -> None:
    """End the keeper, unless a signal came while folders were being removed."""
    if not owned_by(os.getpid()):
        keeper.kill()
        keeper.wait()
