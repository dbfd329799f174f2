"""Draw values from a space: simple ones first, then extreme, then random ones."""

import math
from collections.abc import Callable, Iterator

import numpy as np

from pv.claims import EvaluationError, Node, compile_expression
from pv.claims.domains.space import Space, Values, order
from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.evaluation.budget import MOST_ITEMS
from pv.claims.evaluation.scalars.equality import Tolerance
from pv.claims.tree import Span
from pv.claims.values import Assignment, Value
from pv.engines.search.constrained_draws import CONSTRUCTED

SIZES = (1, 2, 3, 5, 8)
"""Sizes that no domain bounds."""
TRIES = 40
"""Draws for one case before its conditions count as not met."""
_REACH = 1e3
"""Reals that no domain bounds are drawn from here, and from a few magnitudes beyond."""
_EXTREMES = (0.0, 1.0, -1.0, 0.5, -2.0, 30.0, -30.0, 1000.0, -1000.0, 1e-8, 1e6)
_ROUNDING = Tolerance(1e-9, 1e-9)

_NOWHERE = Span(0, 0)

Drawn = dict[str, Value]


def cases(space: Space, count: int, seed: int) -> Iterator[Drawn]:
    """Yield up to `count` cases that meet the conditions of the space.

    The same seed gives the same cases. Raises EvaluationError for a space that has no meaning.
    """
    draw = np.random.default_rng(seed)
    sequence = order(space)
    holds = meets(space)
    for number in range(count):
        for _ in range(TRIES):
            case = _case(space, sequence, number, draw)
            if holds(case):
                yield case
                break


def meets(space: Space) -> Callable[[Drawn], bool]:
    """Return the test whether a case meets the conditions of a space."""
    conditions = [compile_expression(each, {}, _ROUNDING, ARRAYS) for each in space.conditions]
    return lambda case: all(condition(case) for condition in conditions)


def _case(space: Space, sequence: list[str], number: int, draw: np.random.Generator) -> Drawn:
    case: Drawn = {}
    for name in sequence:
        if name in space.derived:
            case[name] = value(space.derived[name], case)
        elif name in space.variables:
            case[name] = drawn(space.variables[name], case, number, draw)
        else:
            case[name] = int(SIZES[number % len(SIZES)]) if number < 40 else int(draw.choice(SIZES))  # noqa: PLR2004 - simple ones first
    return case


def drawn(values: Values, case: Drawn, number: int, draw: np.random.Generator) -> Value:
    """Return a value of one variable, made to be what is said of it; simple ones come first."""
    found = _drawn(values, case, number, draw)
    for said in values.said:
        if said in CONSTRUCTED:
            found = CONSTRUCTED[said](found)
    return found


def _drawn(values: Values, case: Drawn, number: int, draw: np.random.Generator) -> Value:
    shape = tuple(max(0, int(value(size, case))) for size in values.sizes)
    if math.prod(shape) > MOST_ITEMS:
        raise EvaluationError(f"an array has at most {MOST_ITEMS:,} items", _NOWHERE)
    if values.simplex and values.listed:
        return _one_hot(shape, draw)
    if values.simplex:
        return _distribution(shape, number, draw)
    if values.listed:
        listed = [value(each, case) for each in values.listed]
        picked = draw.choice(len(listed), size=shape)
        return np.asarray(listed)[picked] if shape else listed[int(picked)]
    low, high = ends(values, case)
    if values.whole:
        return _whole(low, high, shape, draw, plain=number < len(_EXTREMES))
    found = _reals(low, high, shape, number, draw)
    if values.open_low and low is not None:
        found = np.where(found <= low, np.nextafter(low, math.inf) + _step(low, high), found)
    if values.open_high and high is not None:
        found = np.where(found >= high, high - _step(low, high), found)
    return found if shape else float(found)


def ends(values: Values, case: Drawn) -> tuple[float | None, float | None]:
    """Return the ends of a variable's values where the case stands; None where there is none."""
    low = None if values.low is None else value(values.low, case)
    high = None if values.high is None else value(values.high, case)
    if not values.whole:
        return None if low is None else float(low), None if high is None else float(high)
    if low is not None and math.isfinite(low):
        low = math.ceil(low) + (values.open_low and low % 1 == 0)
    if high is not None and math.isfinite(high):
        high = math.floor(high) - (values.open_high and high % 1 == 0)
    return low, high  # integers, of whatever size


def _step(low: float | None, high: float | None) -> float:
    width = (high - low) if low is not None and high is not None else 1.0
    return width * 1e-3


def _whole(
    low: float | None, high: float | None, shape: tuple[int, ...], draw: np.random.Generator,
    *, plain: bool,
) -> Value:  # fmt: skip
    first = int(low) if low is not None else (int(high) - 8 if high is not None else -4)
    last = int(high) if high is not None else first + (4 if plain else 12)
    if last < first:
        raise EvaluationError(f"no whole number lies between {first} and {last}", _NOWHERE)
    if not shape:
        bytes_of = (last - first).bit_length() // 8 + 2
        return first + int.from_bytes(draw.bytes(bytes_of)) % (last - first + 1)
    limits = np.iinfo(np.int64)  # the items of an array are no larger
    first, last = max(first, int(limits.min)), min(last, int(limits.max))
    return draw.integers(first, last, size=shape, endpoint=True)


def _reals(
    low: float | None, high: float | None, shape: tuple[int, ...], number: int,
    draw: np.random.Generator,
) -> Value:  # fmt: skip
    if number < len(_EXTREMES):  # one plain value everywhere
        found = np.full(shape, _EXTREMES[number])
    elif number % 3 == 0:  # a mixture of plain and extreme values
        found = draw.choice(_EXTREMES, size=shape)
    elif low is not None and high is not None:
        found = 2 * draw.uniform(low / 2, high / 2, size=shape)  # the width may be infinite
    else:
        scale = draw.choice((0.1, 1.0, 10.0, _REACH))
        found = draw.normal(0.0, scale, size=shape)
    if low is not None and high is None:
        found = np.where(found < low, low + np.abs(found), found)
    if high is not None and low is None:
        found = np.where(found > high, high - np.abs(found), found)
    return np.clip(found, -math.inf if low is None else low, math.inf if high is None else high)


def _distribution(shape: tuple[int, ...], number: int, draw: np.random.Generator) -> Value:
    """Return weights that are not negative and sum to 1, corners and the middle first."""
    if not shape:
        return 1.0
    size = shape[-1]
    if size == 0:
        return np.zeros(shape)
    if number % 4 == 0:
        found = np.zeros(shape)
        found[..., number // 4 % size] = 1.0
        return found
    if number % 4 == 1:
        return np.full(shape, 1.0 / size)
    return draw.dirichlet(np.ones(size) * draw.choice((0.1, 1.0, 10.0)), size=shape[:-1] or None)


def _one_hot(shape: tuple[int, ...], draw: np.random.Generator) -> Value:
    """Return zeros with a single 1 along the last axis."""
    if not shape:
        return 1
    places = draw.integers(0, max(1, shape[-1]), size=shape[:-1])
    return (np.arange(shape[-1]) == places[..., np.newaxis]).astype(int)


def value(node: Node, case: Assignment) -> Value:
    """Evaluate an end, a size or a derived value; raises EvaluationError."""
    return compile_expression(node, {}, _ROUNDING, ARRAYS)(case)
