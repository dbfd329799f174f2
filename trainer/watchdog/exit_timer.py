"""End the process behind a deadline even while native code holds Python's global lock.

No Python code can run then, so all parts are C: faulthandler's own thread prints the stacks, and
a countdown ends the process, since faulthandler would end it with code 1.
"""

import faulthandler

from trainer.watchdog.countdown import c_library, can_count, countdown

_STDERR = 2


class ExitTimer:
    """A deadline behind which the process ends, unless it is postponed.

    While the process is stopped it does not end, nor at once when it is continued: whoever
    postpones the deadline has seconds to do it.
    """

    def __init__(self) -> None:
        libc = c_library()
        self._libc = libc if can_count(libc) else None

    def arm(self, seconds: float | None) -> None:
        """Set the deadline in so many seconds; None: no deadline."""
        if seconds is None:
            faulthandler.cancel_dump_traceback_later()
        else:
            faulthandler.dump_traceback_later(seconds, exit=self._libc is None, file=_STDERR)
        if self._libc is not None:
            countdown(self._libc).set(seconds)

    def close(self) -> None:
        """Remove the deadline."""
        self.arm(None)
