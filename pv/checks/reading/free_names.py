"""Find the names that a claim needs: definitions, variables, sizes."""

from collections.abc import Collection, Iterator, Mapping

from pv.checks.reading.definitions import Known
from pv.claims import (
    Definition,
    Node,
    called,
    names,
)
from pv.claims.domains.space import Space
from pv.claims.evaluation.constructs.membership import is_set
from pv.claims.evaluation.scalars.builtins import CONSTANTS
from pv.claims.tree import (
    Binary,
    Call,
    Comparison,
    Index,
    Name,
    walk,
)
from pv.remembered import remembered

_BODIES = 4096
"""Formulas whose names are kept: claims of one contract need the same again and again."""


def reached(tree: Node, known: Known) -> Iterator[str]:
    """Yield the names of the definitions that a claim needs, directly or not."""
    found: set[str] = set()
    waiting = [tree]
    while waiting:
        for name in (_used(waiting.pop()) & known.definitions.keys()) - found:
            found.add(name)
            waiting.append(known.definitions[name].body)
            yield name


def _names_used(node: Node) -> frozenset[str]:
    return called(node) | bases(node)


_used = remembered(_names_used, kept=_BODIES)


def bases(node: Node) -> frozenset[str]:
    """Return the free names of a tree, subscripted ones with and without the subscript."""
    free = names(node)
    return free | {name.rpartition("_")[0] for name in free if "_" in name}


def given_by_calls(tree: Node, definitions: Mapping[str, Definition]) -> dict[str, set[str]]:
    """Return, for each function that is called, the parameters that every call gives it."""
    fewest: dict[str, int] = {}
    for each in (tree, *(found.body for found in definitions.values())):
        for part in walk(each):
            if isinstance(part, Call) and part.function in definitions:
                given = len(part.arguments)
                fewest[part.function] = min(given, fewest.get(part.function, given))
    return {name: {*definitions[name].parameters[:count]} for name, count in fewest.items()}


def names_of_sets(tree: Node) -> set[str]:
    """Return the names in `∈ ℝ^{n×m}`: the set, and sizes that are judged where they are known."""
    found: set[str] = set()
    for part in walk(tree):
        if isinstance(part, Comparison):
            for word, item in zip(part.operators, part.operands[1:], strict=True):
                if word in {"in", "not in"} and isinstance(item, Binary) and item.operator == "^":
                    found |= names(item.right)
                    item = item.left  # noqa: PLW2901 - the set that is multiplied
                if word in {"in", "not in"} and isinstance(item, Name) and is_set(item.name):
                    found.add(item.name)
    return found


def counted_by(body: Node, letter: str) -> tuple[Node, int] | None:
    """Return the array that a letter is an index of, and along which axis: it has as many items."""
    for part in walk(body):
        if isinstance(part, Index):
            for axis, index in enumerate(part.indices):
                if isinstance(index, Name) and index.name == letter:
                    return part.collection, axis
    return None


def uncounted(name: str, letter: str) -> str:
    """Say why an array that is defined item by item has no value, and what can be said instead."""
    return (
        f"how many items `{name}` has is not said: in its formula `{letter}` alone is the index of"
        f" nothing; state it as an obligation, `… for all {letter} in 0..n - 1`"
    )


def needed_by(tree: Node, definitions: Mapping[str, Definition], space: Space) -> set[str]:
    """Return every name that a claim and the definitions it uses need."""
    needed = set(names(tree))
    for found in definitions.values():
        needed |= names(found.body) - {*found.parameters, *found.indices}
    return closed(needed, space)


def closed(wanted: Collection[str], space: Space) -> set[str]:
    """Return names with those that their ends, sizes and formulas need."""
    needed, waiting = set(wanted), list(wanted)
    while waiting:
        name = waiting.pop()
        values = space.variables.get(name)
        more: set[str] = set()
        if name in space.derived:
            more |= names(space.derived[name])
        if values is not None:
            ends = (*values.sizes, *(end for end in (values.low, values.high) if end is not None))
            more |= frozenset().union(*map(names, ends))
        waiting += more - needed
        needed |= more
    return needed


def tied(needed: set[str], space: Space) -> set[str]:
    """Return names with those that conditions tie them to: `x < y` leaves out the greatest x."""
    found, more = set(needed), set(needed)
    said = [closed(names(each), space) for each in space.conditions]
    while more:
        together = frozenset().union(*(each for each in said if each & found))
        more = closed(together, space) - found - CONSTANTS.keys()
        found |= more
    return found


def narrowed(space: Space, needed: set[str]) -> Space:
    """Keep of a space what is needed, and the conditions that speak of nothing else."""
    variables = {name: each for name, each in space.variables.items() if name in needed}
    derived = {name: each for name, each in space.derived.items() if name in needed}
    objects = {name: kind for name, kind in space.objects.items() if name in needed}
    drawn = {*variables, *derived, *objects, *CONSTANTS} | Space(variables, {}, ()).size_names()
    conditions = tuple(each for each in space.conditions if names(each) <= drawn)
    return Space(variables, derived, conditions, objects=objects)
