"""Log steps to trackers of experiments: trackio, Weights & Biases and MLflow, where installed.

None of them is a dependency. A run that is resumed goes on in the tracker's run that it began.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, NamedTuple, Self, TextIO

from trainer.errors import UserError
from trainer.recording.step_logs import Facts, facts_of, times_of
from trainer.storage.atomic_files import write_json
from trainer.storage.json_files import JsonObject, read_json
from trainer.training.callbacks import Callback, CallbackAction, StepReport

_PROJECT = "distill"  # of trackio, which has to be given one


@dataclass(frozen=True, slots=True)
class Described:
    """What a tracker is told of a run."""

    name: str
    project: str | None
    configuration: JsonObject


class TrackedRun(NamedTuple):
    """A run that a tracker has begun: what finds it again, and what it is told by."""

    key: str
    log: Callable[[Facts, int], object]
    finish: Callable[[bool], object]
    """Is given whether the run failed."""


class TrackerLog(Callback):
    """Logs every figure of every step to a tracker, while it is entered as a context.

    A tracker that fails is told of and left: it must not end a run whose logs have all figures.
    """

    def __init__(self, name: str, run: TrackedRun, out: TextIO) -> None:
        self.name, self.key = name, run.key
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
        except Exception as fault:  # noqa: BLE001 - whatever a package of others raises
            self._run = None
            told = f"note: {self.name} takes no more figures ({_reason(fault)}); {otherwise}"
            print(told, file=self._out, flush=True)


@contextmanager
def trackers(
    names: Sequence[str], run: Described, kept: Path, out: TextIO, *, resumes: bool
) -> Iterator[list[TrackerLog]]:
    """Begin a run of each tracker, or go on with those whose keys are `kept` in a file.

    Raises UserError where a tracker begins none.
    """
    earlier = read_json(kept) if resumes and kept.is_file() else {}
    with ExitStack() as stack:
        logs = []
        for name in names:
            log = TrackerLog(name, _begin(name, run, earlier.get(name)), out)
            logs.append(stack.enter_context(log))
        if logs:
            write_json(kept, {**earlier, **{log.name: log.key for log in logs}})
        yield logs


def require_installed(names: Sequence[str]) -> None:
    """Raise UserError for a tracker whose package is missing."""
    for name in names:
        _package(name)


def _package(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        raise UserError(
            f"output.trackers: the package `{missing.name}` is missing; install it with: pip "
            f"install {name}"
        ) from missing


def _begin(name: str, run: Described, key: str | None) -> TrackedRun:
    try:
        return _OPENERS[name](_package(name), run, key)
    except UserError:
        raise
    except Exception as fault:
        raise UserError(
            f"output.trackers: {name} begins no run ({_reason(fault)}); set it up as its "
            f"documentation says, or leave {name} out"
        ) from fault


def _reason(fault: Exception) -> str:
    return f"{type(fault).__name__}: {' '.join(str(fault).split())[:300]}"


def _trackio(package: Any, run: Described, key: str | None) -> TrackedRun:
    begun = package.init(
        project=run.project or _PROJECT,
        name=key or run.name,
        config=dict(run.configuration),
        resume="never" if key is None else "allow",
    )
    return TrackedRun(begun.name, begun.log, lambda _: package.finish())


def _wandb(package: Any, run: Described, key: str | None) -> TrackedRun:
    begun = package.init(
        project=run.project,
        name=run.name,
        config=dict(run.configuration),
        id=key,
        resume=None if key is None else "allow",
    )
    return TrackedRun(begun.id, begun.log, lambda failed: begun.finish(int(failed)))


def _mlflow(package: Any, run: Described, key: str | None) -> TrackedRun:
    if run.project is not None:
        package.set_experiment(run.project)
    begun = package.start_run(run_id=key, run_name=run.name)
    if key is None:  # it refuses to change a parameter
        package.log_params(dict(_flat(run.configuration)))
    ends = ("FINISHED", "FAILED")
    return TrackedRun(
        begun.info.run_id, package.log_metrics, lambda failed: package.end_run(ends[failed])
    )


def _flat(tree: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, object]]:
    """Yield the values of a tree under their keys, such as `training.seed`."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


_OPENERS: Mapping[str, Callable[[Any, Described, str | None], TrackedRun]] = {
    "trackio": _trackio,
    "wandb": _wandb,
    "mlflow": _mlflow,
}
