"""Take the formulas that a contract uses from the contracts that it depends on."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pv.checks.reading.claims import claims_of
from pv.checks.reading.definitions import Known, known_of
from pv.claims import Definition, Fault, Node, called, read_field
from pv.claims import tree as t
from pv.claims.domains.space import Space
from pv.contract.model import Contract, Equation


def with_dependencies(known: Known, contract: Contract, others: Mapping[str, Contract]) -> Known:
    """Add the functions that a contract calls and that one it depends on defines.

    `others` maps stems to contracts. The nearest contract that defines a name says what it means;
    what the contract states itself stays what it is.
    """
    definitions, equation_of = dict(known.definitions), dict(known.equation_of)
    offered = dict(_offered(contract, others))
    waiting = [*_called_in(contract, known)]
    while waiting:
        name = waiting.pop()
        if name in offered and name not in definitions:
            definitions[name], equation_of[name] = offered[name]
            waiting += called(definitions[name].body)
    return replace(known, definitions=definitions, equation_of=equation_of)


def _offered(
    contract: Contract, others: Mapping[str, Contract]
) -> Iterator[tuple[str, tuple[Definition, Equation]]]:
    """Yield the functions of all dependencies, the nearest last."""
    own = {equation.id for equation in contract.equations}
    for other in reversed(_in_order(contract, others)):
        known = known_of(other)
        for name, found in known.definitions.items():
            equation = known.equation_of[name]
            if found.parameters and equation.id not in own:
                yield name, (_sized(found, known.spaces.get(equation.id)), equation)


def _sized(found: Definition, space: Space | None) -> Definition:
    """Let n in the body of `f(x) = …`, x ∈ ℝ^n, be the size of what f is given."""
    sizes: dict[str, Node] = {}
    for parameter in found.parameters if space is not None else ():
        values = space.variables.get(parameter) if space is not None else None
        for axis, size in enumerate(values.sizes if values is not None else ()):
            if isinstance(size, t.Name) and size.name not in {*found.parameters, *sizes}:
                shape = t.Call("shape", (t.Name(parameter, size.span),), size.span)
                sizes[size.name] = t.Index(shape, (t.Number(axis, size.span),), size.span)

    def change(node: Node) -> Node:
        if isinstance(node, t.Name):
            return sizes.get(node.name, node)
        bound = {each.name for each in node.variables} if isinstance(node, t.Binder) else set()
        return node if bound & sizes.keys() else t.rebuild(node, change)

    return replace(found, body=change(found.body)) if sizes else found


def _in_order(contract: Contract, others: Mapping[str, Contract]) -> list[Contract]:
    """Return the contracts that this one depends on, the nearest first, each once."""
    found: dict[str, Contract] = {}
    waiting = [contract]
    while waiting:
        for text in waiting.pop(0).metadata.depends_on:
            stem = text.value.strip().removesuffix(".yaml")
            if stem in others and stem not in found and stem != contract.stem:
                found[stem] = others[stem]
                waiting.append(others[stem])
    return [*found.values()]


def _called_in(contract: Contract, known: Known) -> set[str]:
    names = {name for each in known.definitions.values() for name in called(each.body)}
    for claim in claims_of(contract):
        read = read_field(claim.field, claim.text.value)
        names.update(*map(called, () if isinstance(read, Fault) else read))
    return names
