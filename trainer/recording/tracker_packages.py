"""The packages of trackers: trackio, Weights & Biases and MLflow. None of them is a dependency."""

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import NamespaceLoader
from types import ModuleType
from typing import Any, NamedTuple

from trainer.errors import UserError
from trainer.recording.step_logs import Facts
from trainer.storage.json_files import JsonObject

FAULTS = (Exception, SystemExit)
"""What a package of others may raise: some end the process, where nobody may answer a question."""
_PROJECT = "distill"  # of trackio, which has to be given one


@dataclass(frozen=True, slots=True)
class Described:
    """What a tracker is told of a run."""

    name: str
    project: str | None
    configuration: JsonObject


class TrackedRun(NamedTuple):
    """A run that a tracker has begun: what finds it again, and what it is told by."""

    key: object
    log: Callable[[Facts, int], object]
    finish: Callable[[bool], object]
    """Is given whether the run failed."""


def require_installed(names: Sequence[str]) -> None:
    """Raise UserError for a tracker whose package is missing, or cannot be imported."""
    for name in names:
        _package(name)


def begin(name: str, run: Described, key: str | None) -> TrackedRun:
    """Begin a run, or go on with the one that `key` finds; raise UserError where it is not."""
    package = _package(name)
    try:
        return _OPENERS[name](package, run, key)
    except FAULTS as fault:
        raise UserError(
            f"output.trackers: {name} begins no run ({reason(fault)}); set it up as its "
            f"documentation says, or leave {name} out"
        ) from fault


def reason(fault: BaseException) -> str:
    """Return what a package raised, in one line."""
    return f"{type(fault).__name__}: {' '.join(str(fault).split())[:300]}"


def _package(name: str) -> ModuleType:
    try:
        package = importlib.import_module(name)
    except ModuleNotFoundError as fault:
        raise _missing(str(fault.name), name) from fault
    except FAULTS as fault:
        raise UserError(
            f"output.trackers: the package `{name}` cannot be imported ({reason(fault)}); install "
            f"it anew with: pip install --force-reinstall {name}, or leave {name} out"
        ) from fault
    if isinstance(getattr(package.__spec__, "loader", None), NamespaceLoader):
        raise _missing(name, name)  # a folder of that name, such as wandb makes for its data
    return package


def _missing(missing: str, name: str) -> UserError:
    return UserError(
        f"output.trackers: the package `{missing}` is missing; install it with: pip install {name}"
    )


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
