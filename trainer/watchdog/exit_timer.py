"""End the process at a deadline even while native code holds Python's global lock.

No Python code can run then, so both parts are C: faulthandler's own thread prints the stacks, and
a POSIX timer calls `_exit` a second later, since faulthandler would end with code 1.
"""

import ctypes
import faulthandler

EXIT_CODE = 75
"""EX_TEMPFAIL of sysexits.h: trying again may help."""

_CLOCK_MONOTONIC = 1
_SIGEV_THREAD = 2  # call a function in a new thread, here `_exit(EXIT_CODE)`
_STDERR = 2
_SIGEVENT_BYTES = 64


class _Event(ctypes.Structure):
    """`struct sigevent` of Linux: the value given to the function comes first."""

    _fields_ = (
        ("value", ctypes.c_void_p),
        ("signo", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("function", ctypes.c_void_p),
        ("rest", ctypes.c_char * (_SIGEVENT_BYTES - 24)),
    )


class _Times(ctypes.Structure):
    """`struct itimerspec`: interval and first expiry, each seconds and nanoseconds."""

    _fields_ = (
        ("interval_seconds", ctypes.c_long),
        ("interval_nanoseconds", ctypes.c_long),
        ("seconds", ctypes.c_long),
        ("nanoseconds", ctypes.c_long),
    )


class ExitTimer:
    """A deadline at which the process ends, unless it is postponed."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None)
        self._timer = _create_timer(self._libc)

    def arm(self, seconds: float | None) -> None:
        """Set the deadline in so many seconds; None: no deadline."""
        if seconds is None:
            faulthandler.cancel_dump_traceback_later()
            self._set(0.0)
        else:
            faulthandler.dump_traceback_later(seconds, exit=self._timer is None, file=_STDERR)
            self._set(seconds + 1.0)

    def close(self) -> None:
        """Remove the deadline and the timer."""
        self.arm(None)
        if self._timer is not None:
            self._libc.timer_delete(self._timer)

    def _set(self, seconds: float) -> None:
        if self._timer is not None:
            times = _Times(0, 0, int(seconds), int(seconds % 1 * 1e9))
            self._libc.timer_settime(self._timer, 0, ctypes.byref(times), None)


def _create_timer(libc: ctypes.CDLL) -> ctypes.c_void_p | None:
    """Return a timer that ends the process, or None where the C library has no such timers."""
    if not hasattr(libc, "timer_create"):
        return None
    event = _Event(
        value=EXIT_CODE,
        notify=_SIGEV_THREAD,
        function=ctypes.cast(libc._exit, ctypes.c_void_p).value,  # noqa: SLF001 - C's own name
    )
    timer = ctypes.c_void_p()
    made = libc.timer_create(_CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(timer))
    return timer if made == 0 else None
