"""Values that claims call: `kv(S1) < kv(S2)` reads `kv = 2 * S * d` as a function of S."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pv.checks.reading.formulas.indexed import bases_of
from pv.checks.reading.shared_domains import numbered
from pv.claims import Definition, Fault, Node, read_field
from pv.claims import tree as t
from pv.contract.model import Contract


def called_values(
    contract: Contract, values: Mapping[str, Definition], declared: Mapping[str, Sequence[str]]
) -> Iterator[Definition]:
    """Yield the functions that claims make of values, by the first call that names variables.

    `values` are the definitions without parameters by the names that claims may call them by: their
    own, and that of their equation. Parameters have the order in which variables are `declared`
    for each, whatever call comes first: `MSE(z, y)` exchanges what `MSE(y, z)` is given.
    """
    found: set[str] = set()
    for call in _calls(contract):
        value = values.get(call.function)
        if value is None or call.function in found:
            continue
        parameters = tuple(
            numbered(each.name) for each in call.arguments if isinstance(each, t.Name)
        )
        whole = len(parameters) == len(call.arguments) == len({*parameters})
        if whole and {*parameters} <= _needed(value, values):
            found.add(call.function)
            order = [*declared.get(call.function, ()), *parameters]
            ordered = tuple(sorted(parameters, key=order.index))
            yield replace(value, name=call.function, parameters=ordered)


def _needed(value: Definition, values: Mapping[str, Definition]) -> set[str]:
    """Return the names that a value depends on, also by other values: `RMSE = √MSE` on y."""
    found: set[str] = set()
    new = {*bases_of(value.body)}
    while new:
        found |= new
        bodies = [values[name].body for name in new if name in values]
        new = set().union(*map(bases_of, bodies)) - found
    return found


def _calls(contract: Contract) -> Iterator[t.Call]:
    for tree in _trees(contract):
        yield from (part for part in t.walk(tree) if isinstance(part, t.Call))


def _trees(contract: Contract) -> Iterator[Node]:
    """Yield what the claims of a contract say, obligations first."""
    texts = [("formal", each.formal) for each in contract.obligations]
    texts += [
        ("invariant", text) for equation in contract.equations for text in equation.invariants
    ]
    texts += [("prediction", each.prediction) for each in contract.tests]
    for field, text in texts:
        read = Fault(0, 0, "", "") if text is None else read_field(field, text.value)
        yield from () if isinstance(read, Fault) else read
