"""Tell a Python program that could not run, for want of a module, from one that ran and failed."""

import re
from pathlib import Path

from pv.binding.locate import find
from pv.engines.systems.process import Finished

_UNCAUGHT = re.compile(
    r"(?:^|\()(?:ModuleNotFoundError|.*python[\d.]*): No module named '?([\w.]+)'?\)?$"
)
"""The last line of a program that nobody let import a module, or that `python -m` did not find."""


def missing_module(finished: Finished, root: Path) -> str | None:
    """Return the package whose want ended a program, if Python does not find it for `root`."""
    last = finished.stderr.rstrip().rpartition("\n")[2]
    if finished.exit_code != 1 or (found := _UNCAUGHT.search(last)) is None:
        return None
    package = found[1].partition(".")[0]
    return package if find(package, root) is None else None
