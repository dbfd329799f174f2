"""Find processes under test by a variable that each of them was given, and passes on.

This finds what has left its process group or session, and needs no list of what was started. It
takes Linux, and does not find what runs with an environment made anew.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pv.evidence.observer import REPORT

_PROCESSES = Path("/proc")
_PATIENCE = 1.0  # seconds that a process has to end by itself, or once it is killed
_PAUSE = 0.01


@dataclass(frozen=True, slots=True)
class Stray:
    """A process that outlives what started it."""

    pid: int
    command: str


def strays(report: Path, group: int) -> tuple[Stray, ...]:
    """Return what still runs of the processes that report to a file, and will not end.

    Those of `group` have been killed already, and may only not be gone yet.
    """
    end = time.monotonic() + _PATIENCE
    while found := [pid for pid in _reporting(report) if _group(pid) != group]:
        if time.monotonic() > end:
            return tuple(Stray(pid, _command(pid)) for pid in found)
        time.sleep(_PAUSE)
    return ()


def end_all(reports: Path) -> None:
    """Kill the processes that report to a file, or below a folder, and those that they start."""
    end = time.monotonic() + _PATIENCE
    while (found := [*_reporting(reports)]) and time.monotonic() < end:
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_PAUSE)


def _reporting(reports: Path) -> Iterator[int]:
    """Yield the processes whose environment names a report; one that has ended has none."""
    marks = [f"\0{REPORT}={reports}{end}".encode() for end in ("\0", os.sep)]
    for process in _PROCESSES.glob("[0-9]*"):
        with suppress(OSError):
            environment = b"\0" + (process / "environ").read_bytes()
            if any(mark in environment for mark in marks):
                yield int(process.name)


def _group(pid: int) -> int | None:
    with suppress(ProcessLookupError):
        return os.getpgid(pid)
    return None


def _command(pid: int) -> str:
    with suppress(OSError):
        words = (_PROCESSES / str(pid) / "cmdline").read_bytes().split(b"\0")
        return " ".join(os.fsdecode(word) for word in words if word)
    return "a process"
