"""Log steps to trackers of experiments, where they are installed.

A run that is resumed goes on in the tracker's run that it began.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from trainer.errors import UserError
from trainer.recording.step_logs import facts_of, times_of
from trainer.recording.tracker_packages import FAULTS, Described, TrackedRun, begin, reason
from trainer.storage.atomic_files import write_json
from trainer.storage.json_files import read_json
from trainer.training.callbacks import Callback, CallbackAction, StepReport

_REMEDY = "delete it, and the run is a new one for its trackers"


class TrackerLog(Callback):
    """Logs every figure of every step to a tracker, while it is entered as a context.

    A tracker that fails is told of and left: it must not end a run whose logs have all figures.
    """

    def __init__(self, name: str, run: TrackedRun, out: TextIO) -> None:
        self.name, self.key = name, str(run.key)
        self._run: TrackedRun | None = run
        self._out = out

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._run is not None:
            finish = self._run.finish
            self._tell(lambda: finish(kind is not None), "it was not told of the end")

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Log the step's figures."""
        if self._run is not None:
            log, step = self._run.log, report.step.number
            figures = {**facts_of(report), **times_of(report)}
            del figures["step"]
            left = f"from step {step} on they are in metrics.jsonl alone"
            self._tell(lambda: log(figures, step), left)
        return CallbackAction.CONTINUE

    def _tell(self, act: Callable[[], object], otherwise: str) -> None:
        try:
            act()
        except FAULTS as fault:
            self._run = None
            told = f"note: {self.name} takes no more figures ({reason(fault)}); {otherwise}"
            print(told, file=self._out, flush=True)


@contextmanager
def trackers(
    names: Sequence[str], run: Described, keys: Mapping[str, str], out: TextIO
) -> Iterator[list[TrackerLog]]:
    """Begin a run of each tracker, or go on with those that have keys; end them afterwards.

    Raises UserError where a tracker begins none.
    """
    with ExitStack() as stack:
        logs = []
        for name in names:
            log = TrackerLog(name, begin(name, run, keys.get(name)), out)
            logs.append(stack.enter_context(log))
        yield logs


def read_keys(file: Path) -> dict[str, str]:
    """Return the keys of trackers' runs that a run wrote; raise UserError for a damaged file."""
    keys = read_json(file, _REMEDY) if file.is_file() else {}
    if not all(isinstance(key, str) for key in keys.values()):
        raise UserError(f"{file}: a key of a tracker's run is no text; {_REMEDY}")
    return keys


def write_keys(file: Path, keys: Mapping[str, str]) -> None:
    """Write the keys of trackers' runs, if there are any."""
    if keys:
        write_json(file, keys)
