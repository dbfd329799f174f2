"""Make a counterexample smaller: fewer items, then simpler numbers, as long as it stays one."""

from collections.abc import Callable, Collection, Iterator

import numpy as np

from pv.claims import EvaluationError
from pv.claims.domains.space import Space
from pv.claims.tree import Name
from pv.claims.values import Value
from pv.engines.calling.plain_values import shown
from pv.engines.spaces.membership import Members
from pv.engines.spaces.rounding import Drawn

_ROUNDS = 3
_MOST_TRIES = 400
_SIMPLE = (0, 1, -1, 2, 0.5)
_SMALL = 16
"""Integers below this are all tried."""


def smallest(case: Drawn, members: Members, fails: Callable[[Drawn], Value]) -> Drawn:
    """Return a simpler case of the space that fails too; greedy, so a local minimum."""
    space = members.space
    tries = 0

    def good(other: Drawn) -> bool:
        nonlocal tries
        tries += 1
        try:
            other.update(members.completed(other))
            return members.contains(other) and bool(fails(other))
        except EvaluationError:
            return False

    def going() -> bool:
        return tries < _MOST_TRIES

    for _ in range(_ROUNDS):
        before = shown(case)
        for size in sorted(space.size_names() & case.keys()):
            case = _shorter(case, space, {size}, good)
        case = _shorter(case, space, space.size_names() & case.keys(), good)  # for n ≤ m, n even
        for name in _replaceable(case, space):
            others = [{**case, name: simple} for simple in _candidates(case[name])]
            case = next((each for each in others if going() and good(each)), case)
        case = _itemwise(case, space, good, going)
        if shown(case) == before:
            break
    return case


def _replaceable(case: Drawn, space: Space) -> list[str]:
    fixed = {name for name, each in space.variables.items() if each.simplex or each.listed}
    return [name for name in space.variables if name in case.keys() - fixed - space.size_names()]


def _candidates(found: Value) -> Iterator[Value]:
    """Yield simpler values, the simplest first."""
    if isinstance(found, np.ndarray):
        if found.size:
            kind = found.dtype.type
            yield from (np.full(found.shape, simple).astype(kind) for simple in _SIMPLE)
            if found.dtype.kind == "f":
                yield np.round(found)
                yield np.round(found, 2)
        return
    if isinstance(found, bool) or not isinstance(found, int | float):
        return
    if isinstance(found, int):
        sign = -1 if found < 0 else 1
        yield from (sign * simple for simple in range(min(abs(found), _SMALL)))
        for shift in range(found.bit_length() - 1, 0, -1):
            yield sign * (abs(found) >> shift)
        if abs(found) > _SMALL:
            yield found - sign
        return
    for simple in _SIMPLE:
        if simple == found:
            return
        yield float(simple)
    for digits in range(4):
        if np.isfinite(found):
            yield round(found, digits)


def _itemwise(
    case: Drawn, space: Space, good: Callable[[Drawn], bool], going: Callable[[], bool]
) -> Drawn:
    """Simplify the items of arrays one at a time."""
    for name, values in space.variables.items():
        found = case.get(name)
        if not isinstance(found, np.ndarray) or found.dtype.kind not in "ifO" or values.simplex:
            continue
        real = found.dtype.kind == "f"
        for at in np.ndindex(found.shape):
            rounded = [np.round(found[at], digits) for digits in (0, 2)] if real else []
            for simple in (0, 1, *rounded):
                if not going():
                    return case
                if simple == case[name][at]:
                    break
                changed = case[name].copy()
                changed[at] = simple
                if good({**case, name: changed}):
                    case = {**case, name: changed}
                    break
    return case


def _shorter(
    case: Drawn, space: Space, sizes: Collection[str], good: Callable[[Drawn], bool]
) -> Drawn:
    """Leave out one item after the other, along every axis that has one of the sizes."""
    for at in reversed(range(min((case[size] for size in sizes), default=0))):
        other = case
        for size in sizes:
            other = _without(other, space, size, at)
        if all(other[size] > 0 for size in sizes) and good(other):
            case = other
    return case


def _without(case: Drawn, space: Space, size: str, at: int) -> Drawn:
    less = {**case, size: case[size] - 1}
    for name, values in space.variables.items():
        found = case.get(name)
        if isinstance(found, np.ndarray) and found.ndim == len(values.sizes):
            for axis, each in enumerate(values.sizes):
                if isinstance(each, Name) and each.name == size:
                    found = np.delete(found, at, axis)
            less[name] = found
    return less
