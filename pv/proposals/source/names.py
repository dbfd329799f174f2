"""Which names of functions and parameters a claim can say."""

from pv.claims import parse
from pv.claims import tree as t
from pv.claims.evaluation.scalars.builtins import CONSTANTS
from pv.proposals.model import Function

OTHER_NAMES = "bind a function with other names"
WORDS = frozenset({"length", "sum", "min", "max", "abs", "floor", "is_finite", "raises", "result"})
"""Functions with which laws are written."""


def unspeakable(function: Function) -> str | None:
    """Return why a claim cannot be about a function: one of its names reads as something else."""
    parameters = [each.name for each in function.parameters]
    for name in (function.name, *parameters):
        tree = parse(name)
        if not isinstance(tree, t.Name) or tree.name != name or name in CONSTANTS:
            return f"`{name}` is a word of the claim language; {OTHER_NAMES}"
    if function.name in WORDS:
        return f"laws are written with another `{function.name}`; {OTHER_NAMES}"
    if function.name in parameters:
        return f"`{function.name}` is its parameter too; {OTHER_NAMES}"
    return None
