"""Folders for foreign code, which vanish with the command that made them, however it ends.

Each is locked as long as its maker lives, and the kernel releases the lock. So whoever gets the
lock may remove the folder, and end the processes that report there: a keeper does so as soon as the
command has been killed, and the next command where the keeper was killed too.
"""

import atexit
import fcntl
import os
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from threading import Lock

import pv
from pv.engines.leavings.strays import end_all
from pv.engines.leavings.trees import remove

_ONE_KEEPER = Lock()


class Folder:
    """A folder whose name has the number of the process that owns it."""

    def __init__(self) -> None:
        """Make it; the first one of a command also removes what killed commands left."""
        with _ONE_KEEPER:
            _keep()
        made = Path(mkdtemp(prefix=".pv-"))
        self._lock = os.open(made, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)  # before it has a name by which it is swept
        self.path = made.rename(made.with_name(f"pv-{os.getpid()}{made.name.removeprefix('.pv')}"))

    def remove(self) -> None:
        """End what still runs in it, and remove it; what resists is left to the next command."""
        end_all(self.path)
        with suppress(OSError):
            remove(self.path)
        os.close(self._lock)


def sweep() -> None:
    """Remove the folders whose owners were killed, and end the processes that report there."""
    for folder in Path(gettempdir()).glob("pv-[0-9]*-*"):
        with suppress(OSError):  # it is somebody else's, or just being removed
            lock = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
            try:
                _sweep(folder, lock)
            finally:
                os.close(lock)


def owned_by(process: int) -> list[Path]:
    """Return the folders that a process has made."""
    return [*Path(gettempdir()).glob(f"pv-{process}-*")]


def _sweep(folder: Path, lock: int) -> None:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if os.fstat(lock).st_uid == os.geteuid():
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
    """End the keeper of a command that ends by itself: its folders are gone."""
    assert keeper.stdin is not None  # noqa: S101 - it is PIPE above
    keeper.stdin.close()
    keeper.kill()
    keeper.wait()
