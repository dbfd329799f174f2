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
    read_field,
)
from pv.claims.domains.domain import domain_of
from pv.claims.tree import Comparison, Name
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


def parse_domains(text: str) -> Mapping[str, Domain] | Fault:
    """Read the domains of several variables: `x in 1..9, y ∈ ℤ`."""
    trees = read_field("domain", text)
    if isinstance(trees, Fault):
        return trees
    found: dict[str, Domain] = {}
    for tree in trees:
        match tree:
            case Comparison((Name(name), inner), ("in",)):
                domain = domain_of(inner)
                if isinstance(domain, Fault):
                    return domain
                found[name] = domain
            case _:
                message = "this does not say which values a variable takes"
                return Fault(tree.span.start, tree.span.end, message, "write `x in 1..9`")
    return found
