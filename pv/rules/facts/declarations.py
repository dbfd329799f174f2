"""The names that a contract declares: in domains, codomains and formulas."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from pv.claims import tree as t
from pv.contract.model import Contract
from pv.rules.facts.texts import trees


class Declarations(NamedTuple):
    """Names with a domain or a formula, and those that only a codomain mentions."""

    names: Collection[str]
    in_codomains: Collection[str]
    parameters: Mapping[str, frozenset[int]]
    """Function -> numbers of parameters in its formulas."""


def declarations_of(contract: Contract) -> Declarations:
    """Collect the declared names of a contract from the texts that can be read."""
    formulas = [
        found for _, tree in trees(contract, {"formula"}) if (found := t.definition_of(tree))
    ]
    declared = {equation.id for equation in contract.equations}
    declared |= {name for each in formulas for name in (each.name, *each.parameters, *each.indices)}
    declared |= _names_in_field(contract, "domain")
    for equation in contract.equations:
        if isinstance(equation.domain, Mapping):
            declared |= equation.domain.keys()
    parameters: dict[str, set[int]] = {}
    for each in formulas:
        if each.parameters:
            parameters.setdefault(each.name, set()).add(len(each.parameters))
    counts = {name: frozenset(found) for name, found in parameters.items()}
    return Declarations(declared, _names_in_field(contract, "codomain"), counts)


def _names_in_field(contract: Contract, field: str) -> set[str]:
    """Return the names that stand in a field of any equation, such as `domain`."""
    found = trees(contract, {field})
    return {node.name for _, tree in found for node in t.walk(tree) if isinstance(node, t.Name)}
