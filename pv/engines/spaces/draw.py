"""Draw cases from a space: numbers at which code often fails first, then random ones.

Variables are drawn independently of each other, and sometimes near: equal, opposite, of integers
adjacent. Reals next to each other would contradict `x < y implies f(x) < f(y)` by rounding alone.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from pv.claims import EvaluationError
from pv.claims.domains.space import Values
from pv.claims.tree import Span
from pv.claims.values import Value
from pv.engines.spaces import numbers
from pv.engines.spaces.constrained_draws import constructed
from pv.engines.spaces.membership import Extent, Members
from pv.engines.spaces.rounding import Drawn

__all__ = ["Drawn", "cases", "drawn"]

SIZES = (1, 2, 3, 5, 8)
"""Sizes that no domain bounds."""
TRIES = 40
"""Draws for one case before its conditions count as not met."""
_SIMPLE = 40
"""In so many cases, sizes take turns."""
_CORNERS = 3
"""In so many cases all variables are at their first or second notable number, then each is on its
own."""
_TWINS = 8
"""In one case of so many, variables may be near each other."""
_NEAR = 1 / 2
"""Then each of them is in so many cases."""
_WAYS = 6
"""To be near: opposite, adjacent on either side, and equal in the others."""
_STEPS = {1: 1, 2: -1}
_NOWHERE = Span(0, 0)

_ALL = numbers.Wanted()

Generator = np.random.Generator


class _Nothing(EvaluationError):  # noqa: N818 - what is found
    """Raised where a variable has no value beside those of the others."""


def cases(
    members: Members, count: int, seed: int, wanted: numbers.Wanted = _ALL
) -> Iterator[Drawn]:
    """Yield up to `count` members of a space, the same ones for the same seed.

    Raises EvaluationError where there is none, and what the space says had no value.
    """
    if members.without_values() is not None:
        return
    draws = _Draws(members, seed, wanted)
    fault: EvaluationError | None = None
    any_inside = False
    for number in range(count):
        for attempt in range(TRIES):
            try:
                case = members.completed(draws.case(number, attempt))
                inside = members.contains(case)
            except _Nothing:
                continue
            except EvaluationError as found:
                fault = found
                continue
            if inside:
                any_inside = True
                yield case
                break
    if fault is not None and not any_inside:
        raise fault


def drawn(
    extent: Extent, draw: Generator, wanted: numbers.Wanted = _ALL, *, first: bool = False
) -> Value:
    """Return a random value of one variable, made to be what is said of it.

    Raises EvaluationError where there is none.
    """
    found = _random(extent, wanted, draw)
    if extent.values.said:
        found = constructed(
            extent.values.said, found, lambda wanted: _items(extent, (wanted,), draw), draw,
            first=first,
        )  # fmt: skip
    return found


class _Draws:
    """The plan of what to draw: in each case, for each variable."""

    def __init__(self, members: Members, seed: int, wanted: numbers.Wanted) -> None:
        self.members = members
        self.wanted = wanted
        self.draw = np.random.default_rng(seed)
        self.starts = {name: int(self.draw.integers(2**16)) for name in members.order}

    def case(self, number: int, attempt: int) -> Drawn:
        """Return a case that may lie outside; further attempts leave the plan."""
        found: Drawn = {}
        space = self.members.space
        for at, name in enumerate(self.members.order):
            if name in space.derived:
                found[name] = self.members.value(space.derived[name], found)
            elif name in space.variables:
                found[name] = self._variable(name, found, number, attempt, at)
            else:
                found[name] = self._size(number, attempt)
        return found

    def _size(self, number: int, attempt: int) -> int:
        if number < _SIMPLE and attempt < 1:
            return SIZES[number % len(SIZES)]
        return int(self.draw.choice(SIZES))

    def _variable(self, name: str, case: Drawn, number: int, attempt: int, at: int) -> Value:
        extent = self.members.extent(name, case)
        if extent.is_empty:
            raise _Nothing(f"no value of `{name}` lies between its ends", _NOWHERE)
        values, few = extent.values, name in self.members.sizes
        if number % _TWINS == _TWINS - 1 and not few and self.draw.uniform() < _NEAR:
            twin = self._twin(extent, case)
            if twin is not None:
                return twin
        if values.simplex or values.listed or values.said:
            return drawn(extent, self.draw, self.wanted, first=attempt == 0)
        return self._number(name, extent, number, attempt, at)

    def _number(self, name: str, extent: Extent, number: int, attempt: int, at: int) -> Value:
        whole, few = extent.values.whole, name in self.members.sizes
        pool = numbers.notable(extent.ends, self.wanted, whole=whole, few=few)
        planned = attempt == 0 and number < _CORNERS + len(pool)
        if pool and planned:
            if number < _CORNERS:  # all at the first, all but one, all at the second
                chosen = (number + at % 2) // 2
            else:
                chosen = self.starts[name] + number * _stride(len(pool))
            return _filled(pool[chosen % len(pool)], extent, whole=whole)
        grown = numbers.with_more_digits(extent.ends) if whole and not few else []
        later = number - _CORNERS - len(pool)
        if attempt == 0 and later < len(grown):
            chosen = self.starts[name] + later * _stride(len(grown))
            return _filled(grown[chosen % len(grown)], extent, whole=True)
        if pool and self.draw.uniform() < 1 / 4:
            return _mixed(pool, extent, self.draw, whole=whole)
        return _plain(extent, extent.shape, self.draw, few=few)

    def _twin(self, extent: Extent, case: Drawn) -> Value | None:
        """Return a value near that of another variable, if it is inside."""
        others = [each for name, each in case.items() if name in self.members.space.variables]
        if not others:
            return None
        other = others[int(self.draw.integers(len(others)))]
        real = np.asarray(other).dtype.kind == "f"
        if not extent.values.listed and real is extent.values.whole:
            return None
        near = _beside(other, int(self.draw.integers(_WAYS)), real=real)
        return near if extent.holds(near, self.members.tolerance) else None


def _beside(other: Value, way: int, *, real: bool) -> Value:
    """Return what is near a value: often it itself, with zeros of the other sign."""
    if not np.issubdtype(np.asarray(other).dtype, np.number):
        return other
    if way == 0:
        return -other
    if not real:
        return other + _STEPS.get(way, 0)
    near = np.where(other == 0, -other, other)
    return near if isinstance(other, np.ndarray) else float(near)


def _stride(length: int) -> int:
    """Return a step that reaches every place of a circle, and is no 1 where that can be."""
    return next(step for step in (7, 11, 13, 1) if length % step or step == 1)


def _random(extent: Extent, wanted: numbers.Wanted, draw: Generator) -> Value:
    values, shape = extent.values, extent.shape
    if values.simplex:
        return _distribution(values, shape, draw)
    if values.listed:
        return _items(extent, shape, draw)
    pool = numbers.notable(extent.ends, wanted, whole=values.whole)
    if pool and draw.uniform() < 1 / 3:
        return _mixed(pool, extent, draw, whole=values.whole)
    return _plain(extent, shape, draw)


def _items(extent: Extent, shape: tuple[int, ...], draw: Generator) -> Value:
    """Return random items of the set, of a listed one those that are listed."""
    if not extent.values.listed:
        return _plain(extent, shape, draw)
    picked = draw.choice(len(extent.listed), size=shape)
    return _array_of(extent.listed)[picked] if shape else extent.listed[int(picked)]


def _plain(extent: Extent, shape: tuple[int, ...], draw: Generator, *, few: bool = False) -> Value:
    try:
        if extent.values.whole:
            return numbers.integers(extent.ends, shape, draw, few=few)
        return numbers.reals(extent.ends, shape, draw)
    except ValueError as fault:
        raise EvaluationError(str(fault), _NOWHERE) from fault


def _filled(number: Value, extent: Extent, *, whole: bool) -> Value:
    if not extent.shape:
        return number
    kind = numbers.whole_array([number]).dtype if whole else float
    return np.full(extent.shape, number, dtype=kind)


def _mixed(pool: Sequence[Value], extent: Extent, draw: Generator, *, whole: bool) -> Value:
    """Return an array out of notable numbers, or one of them."""
    if not extent.shape:
        return pool[int(draw.integers(len(pool)))]
    every = numbers.whole_array(pool) if whole else np.asarray(pool, dtype=float)
    return draw.choice(every, size=extent.shape)


def _array_of(listed: Sequence[Value]) -> Value:
    """Return an array of what is listed, in a type that keeps each value what it is."""
    made = np.asarray(listed)
    if made.dtype.kind in "iufbU" and made.tolist() == list(listed):
        kinds = {isinstance(each, bool) for each in listed}
        if len(kinds) == 1:
            return made
    boxed = np.empty(len(listed), dtype=object)
    boxed[:] = listed
    return boxed


def _distribution(values: Values, shape: tuple[int, ...], draw: Generator) -> Value:
    """Return weights that are not negative and sum to 1: corners, the middle, and others."""
    whole = values.whole or bool(values.listed)
    if not shape:
        return 1 if whole else 1.0
    size = shape[-1]
    if size == 0:
        return np.zeros(shape)
    places = draw.integers(0, size, size=shape[:-1])
    corners = np.arange(size) == places[..., np.newaxis]
    if whole:
        return corners.astype(int)
    middle = np.full(shape, 1.0 / size)
    share = draw.choice((0.0, 0.1, 0.5, 1.0, 1.0, 1.0))
    if draw.uniform() < 1 / 4:
        return share * corners + (1 - share) * middle
    weights = draw.dirichlet(np.ones(size) * draw.choice((0.1, 1.0, 10.0)), size=shape[:-1] or None)
    return share * weights + (1 - share) * middle
