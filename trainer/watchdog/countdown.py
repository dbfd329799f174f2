"""A number of ticks, the last of which ends the process, counted by C code alone.

A timer that called `_exit` would be overdue when a process that was stopped for long is continued,
and end it before any other code runs. Ticks that a process misses while it is stopped are one tick
to it. What counts them is a stream of the C library: each tick takes a character that was put back
into it, and where none is left the stream asks its source for more, which is `_exit`.
"""

import ctypes
from ctypes import PyDLL

EXIT_CODE = 75
"""EX_TEMPFAIL of sysexits.h: trying again may help."""
TICKS = 5
"""The first may be late by any time, those behind it are not."""

NEEDED = ("fopencookie", "fgetc", "ungetc", "flockfile", "funlockfile", "__fpurge")
"""What the C library of Linux has; others may not."""
_ANY_CHARACTER = 1


class _Source(ctypes.Structure):
    """`cookie_io_functions_t`: what a stream calls, with its cookie as first argument."""

    _fields_ = (
        ("read", ctypes.c_void_p),
        ("write", ctypes.c_void_p),
        ("seek", ctypes.c_void_p),
        ("close", ctypes.c_void_p),
    )


class Countdown:
    """What a timer has to call at each tick, `function` with `argument`, and its refilling.

    The stream, some hundred bytes without a file, is never closed: a tick that is under way when
    its timer is removed reads it all the same.
    """

    def __init__(self, libc: PyDLL) -> None:
        self._libc = libc
        libc.fopencookie.argtypes = (ctypes.c_void_p, ctypes.c_char_p, _Source)
        libc.fopencookie.restype = ctypes.c_void_p
        source = _Source(read=_address(libc._exit))  # noqa: SLF001 - C's own name
        self._stream = ctypes.c_void_p(libc.fopencookie(EXIT_CODE, b"r", source))
        self.refill()

    @property
    def function(self) -> int | None:
        """The address of the function that takes a character."""
        return _address(self._libc.fgetc)

    @property
    def argument(self) -> int | None:
        """The address of the stream."""
        return self._stream.value

    def refill(self) -> None:
        """Leave all ticks again."""
        self._libc.flockfile(self._stream)  # a tick meanwhile would find it empty
        self._libc["__fpurge"](self._stream)
        for _ in range(TICKS - 1):
            self._libc.ungetc(_ANY_CHARACTER, self._stream)
        self._libc.funlockfile(self._stream)


def _address(function: object) -> int | None:
    return ctypes.cast(function, ctypes.c_void_p).value  # type: ignore[arg-type]
