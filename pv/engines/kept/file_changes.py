"""What code does to files: a later call may find something else in them."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

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
def listen_to_files() -> Callable[[], Mapping[str, int]]:
    """Listen to what this process does; return what tells how often it changed which files."""
    told: Counter[str] = Counter()
    heard = {"open", *_CHANGING}
    ending = sys.is_finalizing

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in heard or ending():  # at the end, no name of this module has a value
            return
        if event == "open":
            path, _, flags = arguments
            name = _name(path)
            changed = flags & os.O_ACCMODE != os.O_RDONLY and not Path(name).is_dir()
            if (changed or is_of_machine(name)) and name not in _STEADY:
                told[name] += 1
        else:
            told[_name(arguments[_CHANGING[event]])] += 1

    sys.addaudithook(hear)
    return lambda: {name: n for name, n in told.items() if _counts(name)}


def is_of_machine(name: str) -> bool:
    """Return whether a file is none of the disk: what is read from it may change by itself."""
    return name.startswith(_NO_FILES)


def _name(path: object) -> str:
    return os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""


def _counts(name: str) -> bool:
    """Return whether a later call may find what was changed: it is there, and no bytecode."""
    return os.path.lexists(name) and "__pycache__" not in name and ".pyc" not in name
