"""Views of a tracker that may fail at a step, by numbers."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import StringIO

from trainer.recording.tracker_packages import TrackedRun
from trainer.recording.trackers import TrackerLog
from trainer.schedule import training_steps
from trainer.training.callbacks import CallbackAction, StepReport


class _Tracker:
    """What a tracker was told; it fails from a step on, 0: never."""

    def __init__(self, fails_at: int) -> None:
        self._fails_at = fails_at
        self.steps: list[int] = []
        self.ends: list[bool] = []

    def log(self, figures: object, step: int) -> None:
        """Take the figures of a step."""
        del figures
        if 0 < self._fails_at <= step:
            raise OSError("the network is down")
        self.steps.append(step)


def logged(steps: int, fails_at: int, fails: int) -> int:
    """Return how many steps the tracker was told of, in order, or -1."""
    found = _told(steps, fails_at, fails).steps
    return len(found) if found == list(range(1, len(found) + 1)) else -1


def ending(steps: int, fails_at: int, fails: int) -> int:
    """Return what it was told of the end: 0 a success, 1 a failure; -1 where it was left before."""
    ends = _told(steps, fails_at, fails).ends
    return int(ends[0]) if len(ends) == 1 else -1 - len(ends)


def _told(steps: int, fails_at: int, fails: int) -> _Tracker:
    """Run so many steps with a tracker, and fail at their end if asked to."""
    tracker = _Tracker(fails_at)
    with suppress(ArithmeticError), _log(tracker) as log:
        for step in training_steps(1, steps, None):
            if (
                log.on_step_end(StepReport(step, {}, 0.0, 0.0, 1, 0.1))
                is not CallbackAction.CONTINUE
            ):
                tracker.steps.clear()
        if fails:
            raise ArithmeticError
    return tracker


@contextmanager
def _log(tracker: _Tracker) -> Iterator[TrackerLog]:
    with TrackerLog("t", TrackedRun("k", tracker.log, tracker.ends.append), StringIO()) as log:
        yield log
