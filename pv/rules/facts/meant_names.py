"""The names that misspelt ones most likely stand for."""

import re

from pv.claims.evaluation.scalars.builtins import BUILTINS
from pv.claims.semantics.function_names import FUNCTIONS
from pv.contract.model import Contract
from pv.rules.facts.declarations import Declarations
from pv.rules.facts.misspellings import is_slip
from pv.rules.facts.name_uses import Use
from pv.rules.facts.texts import prose


def meant_by(use: Use, declarations: Declarations, contract: Contract) -> str | None:
    """Return the name that was meant by an undeclared one, where that is nearly certain.

    It is declared in this contract, or a function of pv, and takes as many arguments as are given;
    and a name that stands in several texts is no slip.
    """
    near = [name for name in declarations.names if is_slip(use.name, name)]
    found = [name for name in near if _takes(name, use.arguments, declarations)]
    if not found and use.arguments is not None:
        near = [name for name in FUNCTIONS if is_slip(use.name, name)]
        found = [name for name in near if _accepts(name, use.arguments)]
    return min(found) if found and not _is_repeated(use.name, contract) else None


def _takes(name: str, arguments: int | None, declarations: Declarations) -> bool:
    return arguments is None or arguments in declarations.parameters.get(name, {arguments})


def _accepts(function: str, arguments: int) -> bool:
    """Return whether a function of pv can be called with so many arguments."""
    builtin = BUILTINS.get(function)
    if builtin is None:
        return True
    needed = len(builtin.parameters)
    return arguments >= needed if builtin.variadic else arguments == needed


def _is_repeated(name: str, contract: Contract) -> bool:
    word = re.compile(rf"\b{re.escape(name)}\b")
    return len({text.location for text in prose(contract) if word.search(text.value)}) > 1
