"""The process in which implementations run: `python -m pv.engines.worker DESCRIPTOR`.

Plans come and outcomes go through the descriptor, so nothing that an implementation prints can be
taken for a result.
"""

import faulthandler
import sys
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from pv.checks.model import Enumeration, Formulas
from pv.engines.outcome import Options, Outcome

# Imported when a plan of that type comes: NumPy takes longer than most enumerations.
ENGINES: dict[type, str] = {
    Enumeration: "pv.engines.enumerate",
    Formulas: "pv.engines.property",
}


def decide(plan: Any, options: Options) -> Outcome:
    """Let the engine of a plan decide it, in this process."""
    engine: Any = import_module(ENGINES[type(plan)])
    outcome: Outcome = engine.decide(plan, options)
    return outcome


def main(descriptor: str) -> None:
    """Serve until the other end closes."""
    channel: Connection[Outcome, Any] = Connection(int(descriptor))
    faulthandler.enable()
    while True:
        try:
            plan, options = channel.recv()
        except EOFError:
            return
        channel.send(decide(plan, options))


if __name__ == "__main__":
    main(*sys.argv[1:])
