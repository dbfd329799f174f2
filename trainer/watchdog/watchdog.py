"""A watchdog: end a run with code 75 and a stack trace when a phase exceeds its deadline.

It is armed before the models load, since loading can hang too. The watching thread needs Python's
global lock; if native code keeps it, the exit timer ends the process without it. Once a second the
thread writes the heartbeat file. Free of torch.
"""

import enum
import faulthandler
import json
import os
import statistics
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from trainer.configuration.schema import Watchdog as Deadlines
from trainer.training.callbacks import Callback, CallbackAction, StepReport
from trainer.watchdog.countdown import EXIT_CODE
from trainer.watchdog.exit_timer import ExitTimer
from trainer.watchdog.gpu_usage import device_use
from trainer.watchdog.lock_wait import lock_seconds

FACTOR = 10
"""A steady step may take this many medians."""
_REMEMBERED = 51  # steps whose median is taken
_INTERVAL = 1.0  # seconds between two looks, or less where a deadline is short
_LATE = 2.0  # seconds by which this thread is late if the process did not run
_LOCKED_SHARE = 0.1  # of such a time, in which it waited for the lock if that was the cause
_COUNTED = 0.1  # seconds of such a time that count, so that a run ends whose thread is always late
_GRACE = 3.0  # seconds after the deadline until the exit timer begins to count
_STDERR = 2


class Phase(enum.Enum):
    """The phases of a run, each with a deadline of its own."""

    LOAD = "load"
    COMPILE = "compile"
    """The first forward pass, before which the models may be compiled."""
    FIRST_STEP = "first step"
    STEADY = "steady"
    EVALUATE = "evaluate"
    SAVE = "save"
    """Checkpoints, the last measurement and the export."""


@dataclass(frozen=True, slots=True)
class Beat:
    """The last progress: its time by the monotonic clock, and the seconds allowed until the next.

    `cpu` is the CPU time of the process by then; `allowed` is in seconds; None: no limit.
    """

    phase: Phase
    step: int
    allowed: float | None
    at: float
    cpu: float


class Watchdog(Callback):
    """Watches the run while entered as a context; as a callback it is told of each step."""

    def __init__(self, deadlines: Deadlines, heartbeat: Path | None) -> None:
        self._deadlines = deadlines
        self._heartbeat = heartbeat
        self._seconds: deque[float] = deque(maxlen=_REMEMBERED)
        self._stopped = Event()
        self._exit_timer = ExitTimer()
        self._steps = 0
        self._lock = Lock()
        self._beat = self._next(Phase.LOAD, 0)
        self._thread = Thread(target=self._watch, name="watchdog", daemon=True)

    def __enter__(self) -> Self:
        self._arm(self._beat, 0.0)  # native code may hold the lock before the thread runs
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join()
        self._exit_timer.close()
        self._write_heartbeat(self._beat, 0.0, "ended" if fault is None else "failed")

    def enter(self, phase: Phase) -> None:
        """Begin another phase."""
        self._go_on(phase, self._beat.step)

    @contextmanager
    def during(self, phase: Phase) -> Iterator[None]:
        """Enter another phase within, and return to the one before."""
        before = self._beat.phase
        self.enter(phase)
        try:
            yield
        finally:
            self.enter(before)

    def on_train_begin(self, steps: int) -> CallbackAction:
        """Begin the phase of the first step."""
        self._steps = steps
        self.enter(Phase.FIRST_STEP)
        return CallbackAction.CONTINUE

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Set the deadline of the next step from the median of those before."""
        self._seconds.append(report.seconds)
        self._go_on(Phase.STEADY, report.step.number)
        return CallbackAction.CONTINUE

    def _go_on(self, phase: Phase, step: int) -> None:
        beat = self._next(phase, step)
        with self._lock:
            changed, self._beat = phase is not self._beat.phase, beat
            if (
                changed
            ):  # native code of this thread may hold the lock before the other thread looks
                self._arm(beat, 0.0)

    def _next(self, phase: Phase, step: int) -> Beat:
        return Beat(phase, step, self._allowed(phase), time.monotonic(), time.process_time())

    def _allowed(self, phase: Phase) -> float | None:
        deadlines = self._deadlines
        if phase is not Phase.STEADY:
            by_phase = {
                Phase.LOAD: deadlines.load,
                Phase.COMPILE: deadlines.compile,
                Phase.FIRST_STEP: deadlines.first_step,
                Phase.EVALUATE: deadlines.evaluate,
                Phase.SAVE: deadlines.save,
            }
            return by_phase[phase]
        if deadlines.steady_floor is None:
            return None
        return max(deadlines.steady_floor, FACTOR * statistics.median(self._seconds))

    def _watch(self) -> None:
        looked, wait, locked_out = time.monotonic(), 0.0, lock_seconds()
        while True:
            with self._lock:
                before, looked = looked, time.monotonic()
                locked_before, locked_out = locked_out, lock_seconds()
                late = looked - before - wait
                if late > _LATE and locked_out - locked_before < late * _LOCKED_SHARE:
                    self._beat = _later(self._beat, looked - before - _COUNTED, looked)
                beat = self._beat
                waited = looked - beat.at
                left = self._arm(beat, waited)
            if left is not None and left <= 0:
                self._end(beat, waited)
            self._write_heartbeat(beat, waited, beat.phase.value)
            wait = _INTERVAL if left is None else min(_INTERVAL, left)
            if self._stopped.wait(wait):
                return

    def _arm(self, beat: Beat, waited: float) -> float | None:
        """Set the exit timer behind the deadline; return the seconds until the deadline."""
        left = None if beat.allowed is None else beat.allowed - waited
        self._exit_timer.arm(None if left is None else max(left, 0.0) + _GRACE)
        return left

    def _write_heartbeat(self, beat: Beat, waited: float, phase: str) -> None:
        """Replace the file atomically, without waiting for the disk."""
        facts = {
            "process": os.getpid(),
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "phase": phase,
            "step": beat.step,
            "steps": self._steps,
            "seconds_without_progress": round(waited, 1),
            "seconds_allowed": beat.allowed,
        }
        if self._heartbeat is None:
            return
        aside = self._heartbeat.with_name(f".{self._heartbeat.name}.writing")
        with suppress(OSError):  # a full disk is reported by the checkpoint, not by this thread
            aside.write_text(json.dumps(facts) + "\n", encoding="utf-8")
            aside.replace(self._heartbeat)

    def _end(self, beat: Beat, waited: float) -> None:
        key = "steady_floor" if beat.phase is Phase.STEADY else beat.phase.value.replace(" ", "_")
        _say(
            f"watchdog: nothing finished for {waited:.1f} s in the phase `{beat.phase.value}` "
            f"(allowed: {beat.allowed:.1f} s), after step {beat.step} of {self._steps}",
            f"watchdog: this process used {time.process_time() - beat.cpu:.1f} s of CPU meanwhile",
            "watchdog: where each thread is:",
        )
        faulthandler.dump_traceback(file=_STDERR, all_threads=True)
        _say(
            f"watchdog: {device_use()}",
            f"watchdog: ending with exit code {EXIT_CODE}; go on from the last checkpoint with "
            f"--resume, or allow more by watchdog.{key}",
        )
        os._exit(EXIT_CODE)


def _later(beat: Beat, seconds: float, now: float) -> Beat:
    """Return the beat without so many seconds until now, in which the process did not run.

    Tells of it where they alone are more than is allowed.
    """
    if beat.allowed is not None and seconds > beat.allowed:
        _say(
            f"watchdog: this process did not run for {seconds:.1f} s; they do not count, it goes on"
        )
    return replace(beat, at=min(beat.at + seconds, now))


def _say(*lines: str) -> None:
    """Write to stderr directly: the thread that hangs may hold the locks of Python's streams."""
    os.write(_STDERR, "".join(f"{line}\n" for line in lines).encode())
