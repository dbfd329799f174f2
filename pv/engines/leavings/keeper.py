"""Wait for the command that started this process to end, and remove what it left."""

import sys
import time

_PAUSE = 0.1  # seconds; what was just being started holds the locks of its parent until it runs
_TRIES = 100


def _sweep(owner: int) -> None:
    """Remove what a command left, as soon as nothing holds it."""
    # Only now: most commands dismiss their keeper, and importing this costs it more than all else.
    from pv.engines.leavings.folders import owned_by, sweep  # noqa: PLC0415

    for _ in range(_TRIES):
        time.sleep(_PAUSE)
        sweep()
        if not owned_by(owner):
            break


if __name__ == "__main__":
    sys.stdin.buffer.read()  # nothing is written: it ends when the command is gone
    _sweep(int(sys.argv[1]))
