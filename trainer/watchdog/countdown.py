"""A countdown to the end of the process that needs no Python, and stands still while it is stopped.

A timer would be overdue when a process that was stopped for long is continued, and end it before
any other code runs. So what ends it is not a time but a number of ticks, each of which has to be
seen: the kernel's timer ticks once a second, and any number of ticks while the process is stopped
is one read. The C library's own thread makes the reads (POSIX aio), one after the other, and calls
`_exit` after the last.
"""

import ctypes
import os
from ctypes import PyDLL

EXIT_CODE = 75
"""EX_TEMPFAIL of sysexits.h: trying again may help."""
TICKS = 5
"""Seen before the process ends; the first may be late by any time, those behind it are not."""

_INTERVAL = 1  # seconds between two ticks
_CLOCK_MONOTONIC = 1
_CLOSE_ON_EXEC = 0o2000000
_SIGEV_NONE = 1
_SIGEV_THREAD = 2  # call a function in a new thread, here `_exit(EXIT_CODE)`
_IN_PROGRESS = 115  # EINPROGRESS
_NEEDED = ("aio_read", "aio_error", "timerfd_create", "timerfd_settime")


class _Event(ctypes.Structure):
    """`struct sigevent` of Linux: the value given to the function comes first."""

    _fields_ = (
        ("value", ctypes.c_void_p),
        ("signo", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("function", ctypes.c_void_p),
        ("rest", ctypes.c_char * 40),
    )


class _Request(ctypes.Structure):
    """`struct aiocb`: what is asked, and room for the C library's own fields."""

    _fields_ = (
        ("file", ctypes.c_int),
        ("operation", ctypes.c_int),
        ("priority", ctypes.c_int),
        ("buffer", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("event", _Event),
        ("rest", ctypes.c_char * 128),
    )


class _Times(ctypes.Structure):
    """`struct itimerspec`: interval and first expiry, each seconds and nanoseconds."""

    _fields_ = (
        ("interval_seconds", ctypes.c_long),
        ("interval_nanoseconds", ctypes.c_long),
        ("seconds", ctypes.c_long),
        ("nanoseconds", ctypes.c_long),
    )


def c_library() -> PyDLL:
    """Return the C library, whose calls here keep Python's global lock: none of them waits.

    If they gave it up, native code of another thread could take it before the deadline is set.
    """
    return PyDLL(None)


def can_count(libc: PyDLL) -> bool:
    """Return whether a C library has what a countdown needs."""
    return all(hasattr(libc, name) for name in _NEEDED)


class Countdown:
    """Ends the process after `TICKS` ticks, the first of them at a deadline.

    It lasts as long as its process: the thread that reads cannot be told to stop, so that neither
    its memory nor its file may be freed.
    """

    def __init__(self, libc: PyDLL) -> None:
        self.process = os.getpid()
        self._libc = libc
        self._file: int = libc.timerfd_create(_CLOCK_MONOTONIC, _CLOSE_ON_EXEC)
        self._seen = ctypes.c_uint64()
        ends = ctypes.cast(libc._exit, ctypes.c_void_p).value  # noqa: SLF001 - C's own name
        event = _Event(value=EXIT_CODE, notify=_SIGEV_THREAD, function=ends)
        self._last = self._request(event, priority=1)
        self._before = [self._request(_Event(notify=_SIGEV_NONE)) for _ in range(TICKS - 1)]
        for request in (*self._before, self._last):
            self._ask(request)

    @property
    def exhausted(self) -> bool:
        """True if the next tick is the last, before which no other can be put."""
        return not any(self._waits(request) for request in self._before)

    def set(self, seconds: float | None) -> None:
        """Set the first tick in so many seconds, with all others behind it; None: no tick."""
        times = _Times()
        if seconds is not None:
            times = _Times(_INTERVAL, 0, int(seconds), max(1, int(seconds % 1 * 1e9)))
        self._libc.timerfd_settime(self._file, 0, ctypes.byref(times), None)
        for request in self._before:  # those asked again come before the last, by their priority
            if not self._waits(request):
                self._ask(request)

    def _request(self, event: _Event, priority: int = 0) -> _Request:
        """Return a request to read a tick; of several, that of the smallest `priority` is first."""
        place = ctypes.addressof(self._seen)
        return _Request(self._file, 0, priority, place, ctypes.sizeof(self._seen), event)

    def _ask(self, request: _Request) -> None:
        self._libc.aio_read(ctypes.byref(request))

    def _waits(self, request: _Request) -> bool:
        return bool(self._libc.aio_error(ctypes.byref(request)) == _IN_PROGRESS)


_made: list[Countdown] = []
"""All of them; the last one is in use."""


def countdown(libc: PyDLL) -> Countdown:
    """Return the countdown of this process, which whatever counts shares."""
    if _made and _made[-1].process == os.getpid():
        if not _made[-1].exhausted:
            return _made[-1]
        _made[-1].set(None)
    _made.append(Countdown(libc))
    return _made[-1]
