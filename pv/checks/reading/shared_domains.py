"""Variables that share a parameter's domain: `x ≥ y ⟹ f(x) ≥ f(y)` says y is what x may be."""

from collections.abc import Iterator, Mapping

from pv.claims import Definition, Node, names
from pv.claims import tree as t
from pv.claims.domains.space import Space, Values


def with_shared(
    tree: Node, definitions: Mapping[str, Definition], space: Space, declared: set[str]
) -> Space:
    """Return the space with the domains that undeclared arguments share with parameters.

    A name that is given to parameters of different domains stays undeclared, and so do names in
    `declared`. What the domain says of the parameter is said of the name too.
    """
    found: dict[str, set[str]] = {}
    for name, parameter in _arguments(tree, definitions):
        if name not in declared and name not in space.variables:
            found.setdefault(name, set()).add(parameter)
    for name in names(tree) - declared - space.variables.keys() - found.keys():
        if (alike := numbered(name)) in space.variables:
            found[name] = {alike}
    shared = {name: next(iter(given)) for name, given in found.items() if len(given) == 1}
    variables: dict[str, Values] = dict(space.variables)
    conditions = list(space.conditions)
    for name, parameter in sorted(shared.items()):
        if parameter not in space.variables:
            continue
        variables[name] = space.variables[parameter]
        conditions += [
            _of(said, parameter, name) for said in space.conditions if parameter in names(said)
        ]
    return space._replace(variables=variables, conditions=tuple(conditions))


def _arguments(tree: Node, definitions: Mapping[str, Definition]) -> Iterator[tuple[str, str]]:
    """Yield each name that a claim gives to a function, with the parameter it is given to."""
    for part in t.walk(tree):
        if isinstance(part, t.Call) and part.function in definitions:
            parameters = definitions[part.function].parameters
            for argument, parameter in zip(part.arguments, parameters, strict=False):
                for each in _plain(argument):
                    yield each, parameter


def _plain(argument: Node) -> Iterator[str]:
    """Yield the names in sums and multiples that are of one kind with the whole: `x`, `-x`."""
    match argument:
        case t.Name(name):
            yield name
        case t.Unary("-", t.Name(name)):
            yield name


def numbered(name: str) -> str:
    """Return `x` for `x1`, `x2` and `x'`."""
    return name.rstrip("'").rstrip("0123456789")


def _of(said: Node, parameter: str, name: str) -> Node:
    replaced: Mapping[str, str] = {parameter: name}

    def change(node: Node) -> Node:
        if isinstance(node, t.Name) and node.name in replaced:
            return t.Name(replaced[node.name], node.span)
        return t.rebuild(node, change)

    return change(said)
