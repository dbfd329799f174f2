"""What code does to files: a later call may find something else in them."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pv.evidence.observer import state_of

_CHANGING = {
    "os.link": 1, "os.mkdir": 0, "os.remove": 0, "os.rename": 1, "os.rmdir": 0, "os.symlink": 1,
    "os.truncate": 0, "os.utime": 0, "os.chmod": 0, "sqlite3.connect": 0,
}  # fmt: skip
"""Events by which Python reports that a file changes -> which of their arguments is the file."""
_NO_FILES = ("/dev/", "/proc/", "/sys/")
_STEADY = frozenset({
    os.devnull, "/proc/cpuinfo", "/proc/filesystems", "/proc/mounts", "/proc/self/cgroup",
    "/proc/self/mountinfo",
})  # fmt: skip
"""Of these, what is read does not change while a program runs."""


@cache
def listen_to_files() -> Callable[[], Mapping[str, str]]:
    """Listen to what this process does; return what tells which files it changed, and their state.

    Of what changes by itself, how often it was read stands for the state.
    """
    before: dict[str, str | None] = {}
    read: Counter[str] = Counter()
    heard = {"open", *_CHANGING}
    ending = sys.is_finalizing

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in heard or ending():  # at the end, no name of this module has a value
            return
        name = _name(arguments[_CHANGING.get(event, 0)])
        changes = event != "open" or arguments[2] & os.O_ACCMODE != os.O_RDONLY
        if is_of_machine(name):
            read[name] += name not in _STEADY
        elif changes and name not in before and not (_is_cache(name) or Path(name).is_dir()):
            before[name] = None
            before[name] = state_of(name)

    def told() -> Mapping[str, str]:
        now = {name: state_of(name) for name in before if os.path.lexists(name)}
        changed = {name: str(state) for name, state in now.items() if state != before[name]}
        return changed | {name: f"read {times} times" for name, times in read.items() if times}

    sys.addaudithook(hear)
    return told


def is_of_machine(name: str) -> bool:
    """Return whether a file is none of the disk: what is read from it may change by itself."""
    return name.startswith(_NO_FILES)


def _name(path: object) -> str:
    return os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""


def _is_cache(name: str) -> bool:
    """Return whether a file is bytecode, or what Hypothesis knows of letters and of each module."""
    return "__pycache__" in name or ".pyc" in name or ".hypothesis" in Path(name).parts
