"""The names that misspelt ones most likely stand for."""

import re
from collections import Counter

from pv.claims.evaluation.scalars.builtins import BUILTINS
from pv.claims.semantics.function_names import FUNCTIONS
from pv.contract.model import Contract
from pv.remembered import remembered
from pv.rules.facts.declarations import Declarations
from pv.rules.facts.misspellings import Names
from pv.rules.facts.name_uses import Use
from pv.rules.facts.texts import prose

_WORD = re.compile(r"\w+")
_FUNCTIONS = Names(FUNCTIONS)


def meant_by(use: Use, names: Names, declarations: Declarations, contract: Contract) -> str | None:
    """Return the name that was meant by an undeclared one, where that is nearly certain.

    It is one of the declared `names`, or a function of pv, and takes as many arguments as are
    given; and a name that stands in several texts is no slip.
    """
    near = names.meant_by(use.name)
    found = [name for name in near if _takes(name, use.arguments, declarations)]
    if not found and use.arguments is not None:
        near = _FUNCTIONS.meant_by(use.name)
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
    return _texts_with(contract)[name] > 1


@remembered
def _texts_with(contract: Contract) -> Counter[str]:
    """Count, for each word, the texts of a contract in which it stands."""
    places = {text.location: text.value for text in prose(contract)}
    return Counter(word for value in places.values() for word in {*_WORD.findall(value)})
