"""The values of several variables together: kinds, ends, sizes, and conditions on them."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from pv.claims.tree import Comparison, Name, Node, called, names


class Values(NamedTuple):
    """The values of one variable: numbers of a kind between two ends, in an array of some sizes."""

    whole: bool = False
    low: Node | None = None
    high: Node | None = None
    open_low: bool = False
    open_high: bool = False
    sizes: tuple[Node, ...] = ()
    listed: tuple[Node, ...] = ()
    """The values, where they are listed."""
    simplex: bool = False
    """Not negative, with the sum 1 along the last axis; where 0 and 1 are listed, one of them 1."""
    said: tuple[str, ...] = ()
    """Predicates that hold of it: is_orthogonal, is_even."""

    def ends(self) -> tuple[Node, ...]:
        """Return the ends that there are."""
        return tuple(end for end in (self.low, self.high) if end is not None)


class Space(NamedTuple):
    """Variables, derived ones, and conditions that all of them meet."""

    variables: Mapping[str, Values]
    derived: Mapping[str, Node]
    conditions: tuple[Node, ...]
    conventions: tuple[Node, ...] = ()
    """Conventions for values that are not defined, such as 0 * log(0) := 0."""
    objects: Mapping[str, str] = {}
    """Variable -> what it is by name, where its values are no numbers: `s: string`, `G: graph`."""

    def unsettled(self, known: Collection[str]) -> Iterator[tuple[str, Node]]:
        """Yield each variable of which the domain says what has no value, and what it says.

        `known` are the functions that have one. `W: diagonal_weights` and `is_connected(G)` leave
        values out, and nothing tells which.
        """
        for said in self.conditions:
            match said:
                case Comparison(operators=(":",)) | Comparison((_, Name()), ("in",)):
                    unsettled = True
                case _:
                    unsettled = bool(called(said) - {*known})
            if unsettled:
                yield from ((name, said) for name in sorted(names(said) & {*self.variables}))

    def size_names(self) -> frozenset[str]:
        """Return the names that sizes are made of."""
        found = (names(size) for values in self.variables.values() for size in values.sizes)
        return frozenset().union(*found)


def order(space: Space) -> list[str]:
    """Return the names so that what an end, a size or a formula needs comes before it."""
    waiting = [
        *sorted(space.size_names() - space.variables.keys()),
        *space.variables,
        *space.derived,
    ]
    found: list[str] = []
    for _ in range(len(waiting)):
        for name in waiting:
            known = {*found, *space.objects, "inf", "pi", "π"}
            if name not in found and _needs(space, name) <= known:
                found.append(name)
    return found + [name for name in waiting if name not in found]


def _needs(space: Space, name: str) -> set[str]:
    if name in space.derived:
        return set(names(space.derived[name]))
    values = space.variables.get(name)
    if values is None:
        return set()
    return set(frozenset().union(*map(names, (*values.sizes, *values.ends()))))
