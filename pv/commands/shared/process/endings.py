"""How a command ends when something goes wrong: one line that says what, and an exit code."""

import errno
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from io import StringIO, TextIOWrapper
from typing import Any, TextIO, cast

import pv
from pv.commands.shared import exit_codes
from pv.commands.shared.errors import UserFault
from pv.commands.shared.process.signals import OutOfTime, Stopped, ending_in_order
from pv.evidence.errors import StoreError

_REMEDIES = {
    errno.ENOSPC: "make room on its disk",
    errno.EDQUOT: "make room on its disk",
    errno.EACCES: "give yourself permission, or name another place",
    errno.EPERM: "give yourself permission, or name another place",
    errno.EROFS: "name a place that can be written",
}
_NO_OUTPUT = "standard output is closed; redirect it to a file or to /dev/null"
_NO_FOLDER = "the working folder was deleted; change to one that is there"


def run(command: Callable[[TextIO, TextIO], int]) -> int:
    """Run a command with its streams, and return the exit code, whatever happens."""
    stdout = _opened(1, sys.stdout)
    stderr = _opened(2, sys.stderr) or StringIO()
    if stdout is None:
        return _told(_NO_OUTPUT, stderr)
    try:
        with ending_in_order():
            return _run(command, cast("TextIO", _Named(stdout, "standard output")), stderr)
    finally:
        _abandon_unwritten(stdout, stderr)


def _run(command: Callable[[TextIO, TextIO], int], stdout: TextIO, stderr: TextIO) -> int:
    try:
        code = command(stdout, stderr)
        stdout.flush()
    except (UserFault, StoreError) as fault:
        return _told(str(fault), stderr)
    except KeyboardInterrupt as fault:
        return _stopped(fault, stderr)
    except BrokenPipeError:  # the result was not delivered, so nothing may be taken to hold
        return exit_codes.DOES_NOT_HOLD
    except OSError as fault:
        return _told(_text_of(fault), stderr)
    except Exception:  # noqa: BLE001 - the one place where bugs of pv surface
        print(f"pv {pv.__version__}: this is a bug in pv. Please report it with:", file=stderr)
        sys.__excepthook__(*sys.exc_info())
        return exit_codes.BUG
    return code


def _opened(number: int, stream: TextIO | None) -> TextIO | None:
    """Prepare a stream; a closed one has its number taken, so that no file of ours gets it."""
    if stream is None:
        with suppress(OSError):
            os.fstat(number)
            return None
        os.open(os.devnull, os.O_WRONLY)
    elif isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")  # code may raise with half a surrogate
    return stream


def _told(what: str, stderr: TextIO) -> int:
    with suppress(OSError):  # there is nowhere to tell it
        print(f"pv: {what}", file=stderr)
    return exit_codes.USER_FAULT


def _stopped(fault: KeyboardInterrupt, stderr: TextIO) -> int:
    """Say by what a command was stopped; the exit code of a signal is that of a shell."""
    causes = (fault, fault.__cause__)
    limit = next((each.seconds for each in causes if isinstance(each, OutOfTime)), None)
    if limit is not None:  # what was not decided in time does not hold
        _told(f"stopped at its time limit of {limit:g} s; give --time-limit more", stderr)
        return exit_codes.DOES_NOT_HOLD
    number = next((each.number for each in causes if isinstance(each, Stopped)), signal.SIGINT)
    told = "interrupted" if number == signal.SIGINT else f"ended by {signal.Signals(number).name}"
    _told(told, stderr)
    return exit_codes.SIGNALLED + number


def _text_of(fault: OSError) -> str:
    """Name the place, the fact and the remedy of what the system refused."""
    try:
        os.getcwd()  # noqa: PTH109 - a question, not a path
    except FileNotFoundError:
        return _NO_FOLDER
    what = fault.strerror or str(fault)
    remedy = _REMEDIES.get(fault.errno or 0, "check what lies there, or name another place")
    return f"{fault.filename}: {what}; {remedy}" if fault.filename else f"{what}; {remedy}"


def _abandon_unwritten(*streams: TextIO) -> None:
    """Let Python not try again, at its end, to write what could not be written."""
    for stream in streams:
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class _Named:
    """A stream whose faults say which stream it is."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream = stream
        self._name = name

    def write(self, text: str) -> int:
        written: int = self._naming(self._stream.write, text)
        return written

    def flush(self) -> None:
        self._naming(self._stream.flush)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _naming(self, act: Callable[..., Any], *arguments: str) -> Any:
        try:
            return act(*arguments)
        except OSError as fault:
            fault.filename = self._name
            raise
