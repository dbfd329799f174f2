"""The functions that a claim calls, as a module has them: imported, adapted, or written out."""

from collections.abc import Iterator, Mapping

from pv.binding.model import Bound
from pv.claims import Definition, Node, definition_of
from pv.claims import names as free_names
from pv.claims.evaluation.scalars.builtins import CONSTANTS
from pv.claims.rendering.python_source import KNOWN, NoPython, identifier
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.tree import Call, Constant, Name, Tuple, Where, rebuild
from pv.generate.claim_parts import Claim, used_by
from pv.generate.exact_operations import source
from pv.generate.shared_names import Registry
from pv.generate.text_layout import indented

Names = Mapping[str, tuple[str, Bound | None]]
"""Function -> its Python name, and what implements it if it is not written out."""


def renamed(claim: Claim, registry: Registry) -> Node:
    """Return the claim's tree over Python names, which the registry then has."""
    return _renamed(claim.tree, _names(claim, registry))


def _names(claim: Claim, registry: Registry) -> dict[str, tuple[str, Bound | None]]:
    """Return the Python name of each function of a claim, implementations before formulas."""
    found: dict[str, tuple[str, Bound | None]] = {}
    used = used_by(claim)
    for name, bound in claim.functions.items():
        if name in used:
            found[name] = (implementation(bound, registry), bound)
    waiting = [each for each in claim.definitions if each.name in used and each.name not in found]
    for definition in reversed(waiting):  # what is called comes before what calls it
        found[definition.name] = (identifier(definition.name), None)
    for definition in reversed(waiting):
        text = _definition(definition, claim, found)
        wanted = identifier(definition.name)
        name = registry.name_of(wanted, text, f"{wanted}_formula")
        found[definition.name] = (name, None)
    return found


def implementation(bound: Bound, registry: Registry) -> str:
    """Return the Python name of what a binding names: imported, or adapted to arrays and types."""
    module, _, attribute = bound.callable.partition(":")
    plain = bound.arrays == "numpy" and not bound.keywords and bound.dtype == "float64"
    if plain and "." not in attribute:
        return registry.import_of(module, attribute)
    said = [repr(bound.callable)]
    said += [f"arrays={bound.arrays!r}"] if bound.arrays != "numpy" else []
    said += [f"keywords={dict(bound.keywords)!r}"] if bound.keywords else []
    wanted = identifier(attribute.rpartition(".")[2])
    return registry.adapted(wanted, ", ".join(said), bound.dtype)


def _definition(definition: Definition, claim: Claim, names: Names) -> str:
    if definition.indices:
        raise NoPython(f"`{definition.name}` is defined item by item")
    if isinstance(definition.body, Constant) and definition.body.value is None:
        raise NoPython(f"`{definition.name}` has no formula that can be computed")
    if not definition.parameters:
        raise NoPython(f"`{definition.name}` is a value, not a function")
    body = _renamed(definition.body, names)
    functions = {spelled for spelled, _ in names.values()} | {*CONSTANTS}
    if unknown := free_names(body) - {*definition.parameters} - functions:
        raise NoPython(f"`{definition.name}` uses `{min(unknown)}`, which it is not given")
    lines = list(local_values(body, claim)) if isinstance(body, Where) else []
    inner = body.body if isinstance(body, Where) else body
    result = source(inner, claim)
    given = ", ".join(map(identifier, definition.parameters))
    return "\n".join([f"def {{name}}({given}):", *indented([*lines, f"return {result}"])])


def local_values(tree: Where, claim: Claim) -> Iterator[str]:
    """Yield the assignments behind `where`; raises NoPython for what is no plain value."""
    for clause in tree.clauses:
        found = definition_of(clause)
        if found is None or found.indices or found.parameters:
            raise NoPython("a clause behind `where` that is no plain value")
        yield f"{identifier(found.name)} = {source(found.body, claim)}"


def _renamed(tree: Node, names: Names) -> Node:
    """Call functions by their Python names; a bare name of one is given the bound arguments."""

    def change(node: Node) -> Node:
        match node:
            case Call(function, arguments, span) if function in names:
                if names[function][1] is None and any(isinstance(i, Tuple) for i in arguments):
                    raise NoPython(f"the formula `{function}` is given a tuple for an array")
                return Call(names[function][0], tuple(map(change, arguments)), span)
            case Call(function) if function in FUNCTIONS - KNOWN:
                raise NoPython(f"`{function}` has no Python")
            case Name(name, span) if name in names:
                spelled, bound = names[name]
                if bound is None or not bound.arguments:
                    raise NoPython(f"`{name}` is used without a call")
                return Call(spelled, tuple(Name(each, span) for each in bound.arguments), span)
        return rebuild(node, change)

    return change(tree)
