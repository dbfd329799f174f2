"""Laws between two functions: one undoes the other, or both do the same."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from pv.proposals.model import Function, Kind, Law, Sort


def pairs_of(called: Sequence[Function], others: Sequence[Function]) -> Sequence[Law]:
    """Return laws between two functions, those that their names suggest first.

    One undoes the other, or both do the same. For `others` no values can be drawn: they are given
    what a function that is `called` returns.
    """
    pairs = [*_inverses(called, others), *_equals(called)]
    return sorted(pairs, key=lambda law: not law.is_expected)


def _equals(called: Sequence[Function]) -> Iterator[Law]:
    for one, other in combinations(called, 2):
        if _is_known(one.result) and _signature(one) == _signature(other):
            yield Law(
                f"equals-{other.name}", one.name, "equivalence", f"The same as `{other.name}`",
                f"{one.call} = {other.of(*(each.name for each in one.parameters))}",
                is_expected=False,
            )  # fmt: skip


def _inverses(called: Sequence[Function], others: Sequence[Function]) -> Iterator[Law]:
    for one in called:
        for other in (*called, *others):
            if one is not other and _undoes(one, other):
                (given,) = one.parameters
                yield Law(
                    f"undone-by-{other.name}", one.name, "roundtrip", f"`{other.name}` undoes it",
                    f"{other.of(one.call)} = {given.name}",
                    is_expected=_opposite(one.name, other.name),
                )  # fmt: skip


def _signature(function: Function) -> tuple[object, ...]:
    return (*(each.kind for each in function.parameters), function.result)


def _undoes(one: Function, other: Function) -> bool:
    """Return whether names or kinds suggest that one function undoes another."""
    if len(one.parameters) != 1 or len(other.parameters) != 1:
        return False
    if _opposite(one.name, other.name):
        return True
    (given,), (taken,) = one.parameters, other.parameters
    return _is_known(one.result) and (one.result, other.result) == (taken.kind, given.kind)


def _is_known(kind: Kind | None) -> bool:
    return kind is not None and kind.sort is not Sort.OTHER


def _opposite(one: str, other: str) -> bool:
    return any(
        one.replace(there, back, 1) == other or one.replace(back, there, 1) == other
        for there, back in _OPPOSITES
    )


_OPPOSITES = (
    ("encode", "decode"), ("to_", "from_"), ("dump", "load"), ("dumps", "loads"),
    ("compress", "decompress"), ("pack", "unpack"), ("parse", "format"), ("escape", "unescape"),
    ("serialize", "deserialize"), ("quote", "unquote"),
)  # fmt: skip
