"""The names that an experiment's claims may use, with their types."""

from collections.abc import Mapping

from pv.binding.instants import parse_values
from pv.claims import ANY, INT, REAL, STRING, Fault, Record, Type
from pv.contract.model import Experiment

OBSERVED: Mapping[str, Type] = {
    "exit_code": INT,
    "stdout": STRING,
    "stderr": STRING,
    "seconds": REAL,
    "result": ANY,
}
"""Name -> type of each observation of a process, beside the files that its binding names."""


def scope(experiment: Experiment) -> dict[str, Type]:
    """Return the type of each name that `define` and `expect` may use.

    Which files are observed stands in the binding file, so any further name of a run is open.
    """
    names: dict[str, Type] = {}
    for name, text in experiment.given.items():
        domain = parse_values(text.value)
        names[name] = ANY if isinstance(domain, Fault) else domain.type
    for run in experiment.runs:
        names |= {run.name: Record(OBSERVED)} if run.name else OBSERVED
    return names
