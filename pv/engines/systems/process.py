"""One foreign process: its own group, environment and folder, a deadline, bounded output.

A process that leaves its group survives that kill: it is looked for, ended and told. Not covered:
memory and disk are bounded by the machine alone.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pv.binding.environment import import_path, inherited
from pv.engines.leavings.strays import end_all, strays
from pv.evidence import startup
from pv.evidence.observer import APART, REPORT
from pv.plural import number_of

MAX_OUTPUT = 8 * 1024 * 1024
"""Bytes kept of each stream; a process that prints more is killed."""

_STARTUP = Path(startup.__file__).parent
_RUNNING: set[subprocess.Popen[bytes]] = set()
_INTERRUPTED = threading.Event()
_DRAIN_SECONDS = 5.0  # a grandchild may hold the pipe open after the process is gone


@dataclass(frozen=True, slots=True)
class Finished:
    """The result of a finished process."""

    exit_code: int | None
    """None when it was killed for passing a limit."""
    stdout: str
    stderr: str
    seconds: float
    fault: str | None
    """Why it was killed or could not be started; None when it ended by itself."""


def isolated_environment(
    own: Mapping[str, str], inherit: Sequence[str], root: Path
) -> dict[str, str]:
    """Build an environment from an allow-list, so that the caller's variables do not leak in."""
    return {
        **inherited(inherit),
        "PYTHONPATH": os.pathsep.join(import_path(root)),
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
        **own,
    }


def observed(environment: Mapping[str, str], report: Path, apart: Path) -> dict[str, str]:
    """Let Python processes report what they read; of what is below `apart`, pv made all."""
    path = (str(_STARTUP), environment.get("PYTHONPATH", ""))
    return {
        **environment,
        "PYTHONPATH": os.pathsep.join(filter(None, path)),
        REPORT: str(report),
        APART: str(apart),
    }


def program_of(command: Sequence[str]) -> list[str]:
    """Return the words that start a command: its Python is the one of pv."""
    return [sys.executable, *command[1:]] if command[0] == "python" else list(command)


def run_process(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], timeout: float
) -> Finished:
    """Run a command to its end, or kill its whole group at the deadline (seconds)."""
    if _INTERRUPTED.is_set():
        return Finished(None, "", "", 0.0, "was not started: interrupted")
    program = program_of(command)
    try:
        process = subprocess.Popen(  # noqa: S603 - running what the binding names is the point
            program,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as fault:
        reason = f"could not be started: {program[0]}: {_text_of(fault)}"
        return Finished(None, "", "", 0.0, reason)
    ended = _supervise(process, timeout, environment.get(REPORT))
    return Finished(
        exit_code=None if ended.reason else process.returncode,
        stdout=ended.stdout.text(),
        stderr=ended.stderr.text(),
        seconds=ended.seconds,
        fault=ended.reason,
    )


class _Capture:
    """Reads a stream in a thread of its own and keeps at most MAX_OUTPUT bytes of it."""

    def __init__(self, stream: IO[bytes], overflow: Callable[[], None]) -> None:
        self._stream = stream
        self._overflow = overflow
        self._chunks: list[bytes] = []
        self.size = 0
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while chunk := os.read(self._stream.fileno(), 65536):
            if self.size < MAX_OUTPUT:
                self._chunks.append(chunk[: MAX_OUTPUT - self.size])
            self.size += len(chunk)
            if self.size > MAX_OUTPUT:
                self._overflow()

    def finish(self) -> None:
        self._thread.join(_DRAIN_SECONDS)
        if not self._thread.is_alive():
            self._stream.close()

    def text(self) -> str:
        return b"".join(self._chunks).decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _Supervised:
    stdout: _Capture
    stderr: _Capture
    seconds: float
    reason: str | None


def interrupt() -> None:
    """Kill every running process and start no more: the user wants this command to end."""
    _INTERRUPTED.set()
    for process in tuple(_RUNNING):
        kill_group(process)


def is_interrupted() -> bool:
    """Return whether `interrupt` was called: what ended since then ended by its doing."""
    return _INTERRUPTED.is_set()


def track(process: subprocess.Popen[bytes]) -> None:
    """Let `interrupt` kill a process that was started elsewhere."""
    _RUNNING.add(process)
    if _INTERRUPTED.is_set():
        kill_group(process)


def forget(process: subprocess.Popen[bytes]) -> None:
    """Take back `track`."""
    _RUNNING.discard(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and everything that it started in its group."""
    with suppress(ProcessLookupError, PermissionError):  # the group is gone: nothing to kill
        os.killpg(process.pid, signal.SIGKILL)


def _supervise(process: subprocess.Popen[bytes], timeout: float, report: str | None) -> _Supervised:
    assert process.stdout is not None  # noqa: S101 - both are PIPE above
    assert process.stderr is not None  # noqa: S101
    stdout = _Capture(process.stdout, lambda: kill_group(process))
    stderr = _Capture(process.stderr, lambda: kill_group(process))
    started = time.monotonic()
    late, stray = False, None
    _RUNNING.add(process)
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        late = True
    finally:  # also on ^C, and for what the process left running
        seconds = time.monotonic() - started
        _RUNNING.discard(process)
        kill_group(process)
        process.wait()
        stray = _stray(report, process.pid)
        stdout.finish()
        stderr.finish()
    reason = f"killed: still running after its deadline of {timeout:g} s" if late else stray
    if max(stdout.size, stderr.size) > MAX_OUTPUT:
        reason = f"killed: printed more than {MAX_OUTPUT >> 20} MiB"
    if _INTERRUPTED.is_set():
        reason = "was killed: interrupted"
    return _Supervised(stdout, stderr, seconds, reason)


def _stray(report: str | None, group: int) -> str | None:
    """End what left the group of a process; return what is to be told of it."""
    left = strays(Path(report), group) if report else ()
    if not left:
        return None
    end_all(Path(report or ""))
    which = ", ".join(f"{each.command[:80]} ({each.pid})" for each in left[:3])
    return f"left {number_of(len(left), 'process')} running outside its group: {which}"


def _text_of(fault: Exception) -> str:
    return fault.strerror or str(fault) if isinstance(fault, OSError) else str(fault)
