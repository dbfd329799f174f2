"""The process in which implementations run: `python -m pv.engines.workers.child DESCRIPTOR`.

Plans come and outcomes go through the descriptor, so nothing that an implementation prints can be
taken for a result.
"""

import faulthandler
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Protocol, cast

from pv.checks.model import (
    Enumeration,
    Formulas,
    Induction,
    PythonPlan,
    Repetition,
    StateMachine,
    Stubbed,
)
from pv.engines.calling.foreign_callables import Unusable, listen, resolve
from pv.engines.kept.file_changes import listen_to_files
from pv.engines.outcome import Job, Options, Outcome, Proof

# Imported when a plan of that type comes: NumPy takes longer than most enumerations.
ENGINES: dict[type, str] = {
    Enumeration: "pv.engines.search.engine",
    Formulas: "pv.engines.search.engine",
    Induction: "pv.engines.integers.engine",
    Repetition: "pv.engines.stateful.determinism_probe",
    StateMachine: "pv.engines.stateful.state_machine",
    Stubbed: "pv.engines.reals.engine",
    Proof: "pv.engines.crosshair.engine",
}


_OF_ONE_CASE = "pv.engines.search.replay"
"""Engine that runs a case of values that was given; a machine's own one takes steps."""


class Engine(Protocol):
    """The interface of a module that is an engine of workers."""

    def decide(self, plan: PythonPlan | Proof, options: Options) -> Outcome:
        """Decide a plan of the engine's type."""


IMPORTED = "imported"
"""Sent when the clock of the check may start."""


def decide(plan: PythonPlan | Proof, options: Options) -> Outcome:
    """Let the engine of a plan decide it, in this process."""
    one = options.case is not None and not isinstance(plan, StateMachine)
    name = _OF_ONE_CASE if one else ENGINES[type(plan)]
    engine = cast("Engine", import_module(name))
    return engine.decide(plan, options)


def main(descriptor: str) -> None:
    """Serve until the other end closes."""
    channel: Connection[Outcome | str, Job] = Connection(int(descriptor))
    faulthandler.enable()
    listen_to_files()
    while True:
        try:
            plan, options = channel.recv()
        except EOFError:
            return
        _import(plan)
        channel.send(IMPORTED)
        try:
            channel.send(decide(plan, options))
        except Exception:  # noqa: BLE001 - a bug in pv, which the parent reports
            channel.send(traceback.format_exc())


def _import(plan: PythonPlan | Proof) -> None:
    """Import what a plan calls, by a deadline of its own; the engine says what is wrong there."""
    listen()
    for bound in plan.functions.values():
        with suppress(Unusable):
            resolve(bound.callable)


if __name__ == "__main__":
    main(*sys.argv[1:])
