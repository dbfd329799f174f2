"""The names in the claims of a contract, collected once for all rules."""

from collections.abc import Mapping
from typing import NamedTuple

from pv.claims.evaluation.scalars.builtins import CONSTANTS
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.text.classify import SECONDS
from pv.contract.model import Contract
from pv.rules.facts.declarations import declarations_of
from pv.rules.facts.meant_names import meant_by
from pv.rules.facts.misspellings import Names
from pv.rules.facts.name_uses import Use, uses_of_names

_TOLERANCE = frozenset({"ε", "eps", "epsilon"})


class Unknown(NamedTuple):
    """A use of an undeclared name, and the name that it most likely misspells."""

    use: Use
    meant: str | None


class ClaimNames(NamedTuple):
    """The names in the claims of a contract."""

    uses: tuple[Use, ...]
    unknown: tuple[Unknown, ...]
    parameters: Mapping[str, frozenset[int]]
    """Function -> numbers of parameters in its formulas."""


def names_in_claims(contract: Contract) -> ClaimNames:
    """Collect the names of a contract from the texts that can be read."""
    declared = declarations_of(contract)
    known = {*FUNCTIONS, *CONSTANTS, *SECONDS, *_TOLERANCE, *declared.names, *declared.in_codomains}
    uses = tuple(uses_of_names(contract, known, FUNCTIONS | declared.parameters.keys()))
    unknown = (use for use in uses if use.name not in known)
    names = Names(declared.names)
    found = tuple(Unknown(use, meant_by(use, names, declared, contract)) for use in unknown)
    return ClaimNames(uses, found, declared.parameters)
