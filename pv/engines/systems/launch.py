"""Run planned systems: write their configuration, start them, and record what is observed."""

import json
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock, Semaphore
from time import monotonic

from pv.binding.model import System
from pv.binding.permissions import not_a_number
from pv.checks.model import PlannedRun
from pv.claims.values import Assignment
from pv.contract.discovery.regular_file import read_regular
from pv.engines.leavings.folders import Folder
from pv.engines.systems.process import (
    Finished,
    isolated_environment,
    observed,
    program_of,
    run_process,
)
from pv.engines.systems.room import Room
from pv.engines.systems.workspace import Unreadable, fill, merge, observe_files, read_json
from pv.evidence.seen import Seen, read_report

_NO_ROOM = "left no room on its disk, or found none"


@dataclass(frozen=True, slots=True)
class Observed:
    """One process and what it left: `fields` is what claims see."""

    command: str
    finished: Finished
    fields: Assignment
    seen: Seen
    """What its Python processes read."""
    unread: bool = False
    """True: it wrote a result that is no JSON, or too much of it."""


@dataclass(frozen=True, slots=True)
class Laboratory:
    """Shared by the experiments of one command: a limit on processes and prepared systems.

    A prepared system (a trained teacher, say) runs once, and its folder serves every experiment.
    """

    slots: Semaphore
    root_folder: Path
    room: Room = field(default_factory=Room)
    _prepared: dict[tuple[str, Path], Future[Observed]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def observe(
        self, run: PlannedRun, folder: Path, names: Mapping[str, object], root: Path
    ) -> Observed:
        """Run one system in `folder`; `names` fill the placeholders."""
        with self.slots:
            since = monotonic()
            observed = _observe(run, folder, names, root, self)
        if self.room.was_short(folder, since):
            return replace(observed, finished=replace(observed.finished, fault=_NO_ROOM))
        return observed

    def prepare(self, system: System, root: Path) -> tuple[Path, Observed]:
        """Run a system unless this command did so already; returns its working folder."""
        folder = self.root_folder / f"prepared-{system.name}"
        with self._lock:
            future = self._prepared.get((system.name, root))
            first = future is None
            if future is None:
                future = self._prepared[system.name, root] = Future()
        if first:
            run = PlannedRun(None, system, ".", {}, {})
            try:
                future.set_result(self.observe(run, folder, {}, root))
            except BaseException as fault:
                future.set_exception(fault)
                raise
        return folder, future.result()


def open_laboratory(jobs: int, stack: ExitStack) -> Laboratory:
    """Make a laboratory whose folders vanish when `stack` closes."""
    folder = Folder()
    stack.callback(folder.remove)
    return Laboratory(Semaphore(jobs), folder.path)


def _observe(
    run: PlannedRun,
    folder: Path,
    names: Mapping[str, object],
    root: Path,
    laboratory: Laboratory,
) -> Observed:
    system = run.system
    folder.mkdir(parents=True, exist_ok=True)
    with laboratory.room.scratch("io-", laboratory.root_folder) as aside:
        files = {
            "configuration_file": f"{aside}/configuration.yaml",
            "result_file": f"{aside}/result.json",
        }
        known = {**names, **files}
        configuration = fill(merge(system.configuration, run.configuration), known)
        Path(files["configuration_file"]).write_text(json.dumps(configuration), encoding="utf-8")
        command = [str(fill(word, known)) for word in system.run]
        own, set_here = (
            {name: str(fill(value, known)) for name, value in each.items()}
            for each in (system.environment, run.environment)
        )
        environment = isolated_environment({**own, **set_here}, system.inherit, root)
        report = aside / "reads"
        if (name := not_a_number(system, set_here)) is not None:
            reason = f"was not started: `{name}` is no number, and its binding `accepts` no others"
            finished = Finished(None, "", "", 0.0, reason)
        else:
            finished = run_process(
                command,
                folder=folder,
                environment=observed(environment, report, laboratory.root_folder),
                timeout=system.timeout,
            )
        fields, left = _fields(finished, Path(files["result_file"]), system, folder)
        seen = read_report(report, program_of(command))
        unread = fields.get("result") is None and _has_content(Path(files["result_file"]))
    shown = " ".join([*(f"{name}={value}" for name, value in set_here.items()), *command])
    finished = replace(finished, fault=finished.fault or left)
    return Observed(shown, finished, fields, seen, unread)


def _has_content(file: Path) -> bool:
    try:
        return read_regular(file, 16, follow=False).strip() != b"null"
    except FileNotFoundError:
        return False
    except OSError:  # a link or a pipe stands there
        return True


def _fields(
    finished: Finished, result: Path, system: System, folder: Path
) -> tuple[Assignment, str | None]:
    """Return what claims see, and why that says nothing, if so."""
    try:
        fields = {
            "exit_code": finished.exit_code,
            "stdout": finished.stdout,
            "stderr": finished.stderr,
            "seconds": finished.seconds,
            "result": read_json(result),
            **{name: observe_files(folder, glob) for name, glob in system.observe.items()},
        }
    except Unreadable as left:
        return {}, f"left what cannot be read: {left}"
    return fields, None
