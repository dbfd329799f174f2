"""End the process behind a deadline even while native code holds Python's global lock.

No Python code can run then, so all parts are C: faulthandler's own thread prints the stacks, and
the ticks of a POSIX timer are counted down, since faulthandler would end the process with code 1.
"""

import ctypes
import faulthandler
from ctypes import PyDLL

from trainer.watchdog.countdown import NEEDED, Countdown

_INTERVAL = 1  # seconds between two ticks
_CLOCK_MONOTONIC = 1
_SIGEV_THREAD = 2  # call a function in a new thread
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


class _Timer:
    """A timer whose ticks, from a deadline on, are counted down."""

    def __init__(self, libc: PyDLL) -> None:
        self._libc = libc
        self._countdown = Countdown(libc)
        event = _Event(
            value=self._countdown.argument,
            notify=_SIGEV_THREAD,
            function=self._countdown.function,
        )
        self._timer = ctypes.c_void_p()
        made = libc.timer_create(_CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(self._timer))
        self.made = made == 0

    def set(self, seconds: float | None) -> None:
        """Set the first tick in so many seconds, with all others behind it; None: no tick."""
        times = _Times()
        if seconds is not None:
            times = _Times(_INTERVAL, 0, int(seconds), max(1, int(seconds % 1 * 1e9)))
        self._libc.timer_settime(self._timer, 0, ctypes.byref(times), None)
        self._countdown.refill()

    def close(self) -> None:
        """Remove the timer."""
        self._libc.timer_delete(self._timer)


class ExitTimer:
    """A deadline behind which the process ends, unless it is postponed.

    While the process is stopped it does not end, nor at once when it is continued: whoever
    postpones the deadline has seconds to do it.
    """

    def __init__(self) -> None:
        self._timer = _create_timer()

    def arm(self, seconds: float | None) -> None:
        """Set the deadline in so many seconds; None: no deadline."""
        if seconds is None:
            faulthandler.cancel_dump_traceback_later()
        else:
            faulthandler.dump_traceback_later(seconds, exit=self._timer is None, file=_STDERR)
        if self._timer is not None:
            self._timer.set(seconds)

    def close(self) -> None:
        """Remove the deadline and the timer."""
        self.arm(None)
        if self._timer is not None:
            self._timer.close()


def _create_timer() -> _Timer | None:
    """Return a timer that ends the process, or None where the C library makes none.

    Calls of the C library here keep Python's global lock: none of them waits, and if they gave it
    up, native code of another thread could take it before the deadline is set.
    """
    libc = PyDLL(None)
    if not all(hasattr(libc, name) for name in ("timer_create", *NEEDED)):
        return None
    timer = _Timer(libc)
    return timer if timer.made else None
