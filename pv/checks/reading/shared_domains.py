"""Variables that share a parameter's domain: `x ≥ y ⟹ f(x) ≥ f(y)` says y is what x may be."""

from collections.abc import Iterator, Mapping

from pv.claims import Definition, Node, names, render
from pv.claims import tree as t
from pv.claims.domains.space import Space, Values


def with_shared(
    tree: Node,
    definitions: Mapping[str, Definition],
    space: Space,
    known: set[str],
    homes: Mapping[str, Space],
) -> Space:
    """Return the space with the domains that undeclared arguments share with parameters.

    A name that is given to parameters of different domains stays undeclared, and so do names in
    `known`. What the domain says of the parameter is said of the name too. `homes` are the spaces
    of the equations that define the functions; one that says something else of its parameter than
    `space` does leaves the name undeclared.
    """
    found: dict[str, set[str]] = {}
    free = {name for name in names(tree) - known - space.variables.keys() if not _item(name, space)}
    for name, parameter, function in _arguments(tree, definitions):
        home = homes.get(function, space).variables.get(parameter)
        if name in free and as_written(home) != as_written(space.variables.get(parameter)):
            free.remove(name)
            found.pop(name, None)
        if name in free:
            found.setdefault(name, set()).add(parameter)
    for name in free - found.keys():
        if (alike := numbered(name)) in space.variables:
            found[name] = {alike}
    variables: dict[str, Values] = dict(space.variables)
    conditions = list(space.conditions)
    for name, parameters in sorted(found.items()):
        if any(_is_tied(each, space) for each in parameters):
            continue  # in `x < y` x is what it may be beside y alone
        declared_as = [space.variables.get(each) for each in sorted(parameters)]
        values = declared_as[0]
        if values is None or len({as_written(each) for each in declared_as}) > 1:
            continue
        variables[name] = values
        conditions += [
            _of(said, parameter, name)
            for parameter in sorted(parameters)
            for said in space.conditions
            if parameter in names(said)
        ]
    return space._replace(variables=variables, conditions=tuple(conditions))


def _item(name: str, space: Space) -> bool:
    """Return whether a name such as `y_i` is an item of a declared array."""
    array = space.variables.get(name.rpartition("_")[0])
    return array is not None and bool(array.sizes)


def _is_tied(parameter: str, space: Space) -> bool:
    """Return whether a condition of the domain is about a parameter and other variables."""
    others = space.variables.keys() - space.size_names() - {parameter}
    return any(parameter in names(said) and names(said) & others for said in space.conditions)


def as_written(values: Values | None) -> tuple[object, ...]:
    """Return what is said of values, whatever its place in the text."""
    return tuple(map(_text, values or ()))


def _text(part: object) -> object:
    if isinstance(part, tuple):
        return tuple(map(_text, part))
    return render(part) if isinstance(part, t.Node) else part


def _arguments(tree: Node, definitions: Mapping[str, Definition]) -> Iterator[tuple[str, str, str]]:
    """Yield each name that a claim gives to a function, its parameter there, and the function."""
    for part in t.walk(tree):
        if isinstance(part, t.Call) and part.function in definitions:
            parameters = definitions[part.function].parameters
            for argument, parameter in zip(part.arguments, parameters, strict=False):
                for each in _plain(argument):
                    yield each, parameter, part.function


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


def renamed(space: Space, names_now: Mapping[str, str]) -> Space:
    """Return a space with other names for some of its variables."""
    if not names_now:
        return space

    def change(node: Node) -> Node:
        if isinstance(node, t.Name) and node.name in names_now:
            return t.Name(names_now[node.name], node.span)
        hides = isinstance(node, t.Binder) and any(v.name in names_now for v in node.variables)
        return node if hides else t.rebuild(node, change)

    def of(values: Values) -> Values:
        low, high = (end and change(end) for end in (values.low, values.high))
        sizes, listed = tuple(map(change, values.sizes)), tuple(map(change, values.listed))
        return values._replace(low=low, high=high, sizes=sizes, listed=listed)

    return space._replace(
        variables={names_now.get(n, n): of(each) for n, each in space.variables.items()},
        derived={names_now.get(n, n): change(body) for n, body in space.derived.items()},
        objects={names_now.get(n, n): kind for n, kind in space.objects.items()},
        conditions=tuple(map(change, space.conditions)),
    )


def _of(said: Node, parameter: str, name: str) -> Node:
    return renamed(Space({}, {}, (said,)), {parameter: name}).conditions[0]
