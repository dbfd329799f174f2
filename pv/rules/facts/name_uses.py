"""The uses of names in the claims and formulas of a contract."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from pv.claims import tree as t
from pv.claims.semantics.names import resolve
from pv.contract.model import Contract
from pv.contract.text import Text
from pv.rules.facts.texts import texts, trees

_DECLARING = frozenset({"domain", "codomain"})


class Use(NamedTuple):
    """A use of a name in a text; `arguments` is their number, or None if it is no call."""

    name: str
    arguments: int | None
    text: Text
    span: t.Span


def uses_of_names(
    contract: Contract, known: Collection[str], functions: Collection[str]
) -> Iterator[Use]:
    """Yield each use of a name; `x_i` is a use of x, where x is declared and x_i is not."""
    fields = {field for field, _ in texts(contract)} - _DECLARING
    beside = {id(text) for text in _of_other_names(contract)}
    for text, tree in trees(contract, fields):
        if id(text) in beside:
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


def _of_other_names(contract: Contract) -> Iterator[Text | None]:
    """Yield the claims about loops and machines: their names are of the code and the model."""
    for obligation in contract.obligations:
        of_loop = obligation.type.startswith("loop_") and obligation.phase is not None
        if of_loop or obligation.machine is not None:
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
