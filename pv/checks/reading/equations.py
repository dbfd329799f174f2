"""Functions by name, and domains, of the equations of a contract."""

from collections.abc import Mapping

from pv.claims import (
    Definition,
    Domain,
    Fault,
    Node,
    definition_of,
    parse,
    parse_domain,
    parse_domains,
    read_field,
)
from pv.contract.model import Contract, Equation
from pv.remembered import remembered


def definition(equation: Equation) -> Definition | None:
    """Return the definition that an equation's formula states, if it states one."""
    if equation.formula is None:
        return None
    tree = parse(equation.formula.value)
    return None if isinstance(tree, Fault) else definition_of(tree)


@remembered
def functions(contract: Contract) -> Mapping[str, str]:
    """Map each function name that claims may call to the id of its equation."""
    named = {equation.id: equation.id for equation in contract.equations}
    defined = {
        found.name: equation.id
        for equation in contract.equations
        if (found := definition(equation)) is not None
    }
    return {**named, **defined}


def preconditions(equation: Equation) -> tuple[Node, ...]:
    """Return the preconditions of an equation that can be read."""
    read = (read_field("precondition", text.value) for text in equation.preconditions)
    return tuple(tree for trees in read if not isinstance(trees, Fault) for tree in trees)


def unread(equation: Equation) -> tuple[str, ...]:
    """Return the preconditions of an equation that are prose."""
    return tuple(
        text.value.strip()
        for text in equation.preconditions
        if isinstance(read_field("precondition", text.value), Fault)
    )


def domains(equation: Equation) -> Mapping[str, Domain] | Fault:
    """Return the domain of each parameter of an equation."""
    if isinstance(equation.domain, Mapping):
        read = {name: parse_domain(text.value) for name, text in equation.domain.items()}
        faults = [domain for domain in read.values() if isinstance(domain, Fault)]
        return faults[0] if faults else {n: d for n, d in read.items() if not isinstance(d, Fault)}
    return parse_domains(equation.domain.value) if equation.domain else {}
