"""The names that a contract declares and its claims use, collected once for all rules."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from pv.claims import Fault, read_field
from pv.claims import tree as t
from pv.claims.evaluation.scalars.builtins import BUILTINS
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve
from pv.contract.model import Contract
from pv.contract.text import Text
from pv.rules.facts.misspellings import is_slip
from pv.rules.facts.texts import prose, texts

_TOLERANCE = frozenset({"ε", "eps", "epsilon"})
_DECLARING = frozenset({"domain", "codomain"})


class Use(NamedTuple):
    """A use of a name in a text; `arguments` is their number, or None if it is no call."""

    name: str
    arguments: int | None
    text: Text
    span: t.Span


class Unknown(NamedTuple):
    """A use of an undeclared name, and the declared name that it most likely misspells."""

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
    formulas = [
        found for _, tree in _trees(contract, {"formula"}) if (found := t.definition_of(tree))
    ]
    declared = {equation.id for equation in contract.equations}
    declared |= {name for each in formulas for name in (each.name, *each.parameters, *each.indices)}
    declared |= _names_in_field(contract, "domain")
    for equation in contract.equations:
        if isinstance(equation.domain, Mapping):
            declared |= equation.domain.keys()
    known = {*FUNCTIONS, *_TOLERANCE, *declared, *_names_in_field(contract, "codomain")}
    functions = FUNCTIONS | {each.name for each in formulas if each.parameters}
    uses = tuple(_uses(contract, known, functions))
    parameters: dict[str, set[int]] = {}
    for each in formulas:
        if each.parameters:
            parameters.setdefault(each.name, set()).add(len(each.parameters))
    counts = {name: frozenset(found) for name, found in parameters.items()}
    unknown = [use for use in uses if use.name not in known]
    meant = _Meant(contract, declared, counts)
    return ClaimNames(uses, tuple(Unknown(use, meant.by(use)) for use in unknown), counts)


class _Meant(NamedTuple):
    """The names that a misspelt one may stand for."""

    contract: Contract
    declared: Collection[str]
    parameters: Mapping[str, Collection[int]]

    def by(self, use: Use) -> str | None:
        """Return the name that was meant, where that is nearly certain.

        It is declared in this contract, or takes as many arguments as are given; and a name that
        stands in several texts is no slip.
        """
        found = [name for name in self.declared if is_slip(use.name, name)]
        found = [name for name in found if self._takes(name, use.arguments)]
        if not found and use.arguments is not None:
            found = [name for name in FUNCTIONS if is_slip(use.name, name)]
            found = [name for name in found if _accepts(name, use.arguments)]
        return min(found) if found and not self._is_repeated(use.name) else None

    def _takes(self, name: str, arguments: int | None) -> bool:
        return arguments is None or arguments in self.parameters.get(name, {arguments})

    def _is_repeated(self, name: str) -> bool:
        word = re.compile(rf"\b{re.escape(name)}\b")
        found = {text.location for text in prose(self.contract) if word.search(text.value)}
        return len(found) > 1


def _accepts(function: str, arguments: int) -> bool:
    """Return whether a function of pv can be called with so many arguments."""
    builtin = BUILTINS.get(function)
    if builtin is None:
        return True
    needed = len(builtin.parameters)
    return arguments >= needed if builtin.variadic else arguments == needed


def _names_in_field(contract: Contract, field: str) -> set[str]:
    """Return the names that stand in a field of any equation, such as `domain`."""
    trees = _trees(contract, {field})
    return {node.name for _, tree in trees for node in t.walk(tree) if isinstance(node, t.Name)}


def _uses(contract: Contract, known: Collection[str], functions: Collection[str]) -> Iterator[Use]:
    """Yield each use of a name; `x_i` is a use of x, where x is declared and x_i is not."""
    fields = {field for field, _ in texts(contract)} - _DECLARING
    of_loops = {id(text) for text in _of_loops(contract)}
    for text, tree in _trees(contract, fields):
        if id(text) in of_loops:
            continue
        nodes = t.walk(resolve(tree, known, functions))
        bound = set(_bound(nodes))
        for node in nodes:
            match node:
                case t.Name(name, span) if name not in bound:
                    yield Use(name, None, text, span)
                case t.Call(function, arguments, span) if function not in bound:
                    here = t.Span(span.start, span.start + len(function))
                    yield Use(function, len(arguments), text, here)


def _of_loops(contract: Contract) -> Iterator[Text | None]:
    """Yield the claims about loops, whose names are variables of the code."""
    for obligation in contract.obligations:
        if obligation.type.startswith("loop_") and obligation.phase is not None:
            yield obligation.formal


def _bound(nodes: Iterable[t.Node]) -> Iterator[str]:
    """Yield the names that quantifiers, sums and local definitions bind."""
    for node in nodes:
        match node:
            case t.Binder(variables=variables):
                yield from (variable.name for variable in variables)
            case t.Where(clauses=clauses):
                for found in map(t.definition_of, clauses):
                    if found:
                        yield from (found.name, *found.parameters, *found.indices)


def _trees(contract: Contract, fields: Iterable[str]) -> Iterator[tuple[Text, t.Node]]:
    """Yield each statement of the fields with the text that it stands in."""
    for field, text in texts(contract):
        if text is None or field not in fields:
            continue
        found = read_field(field, text.value)
        if not isinstance(found, Fault):
            yield from ((text, tree) for tree in found)
