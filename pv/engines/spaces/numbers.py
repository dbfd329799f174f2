"""Numbers between two ends: those at which code often fails, and random ones."""

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from pv.claims.evaluation.errors import text_of
from pv.claims.values import Value
from pv.engines.ends import Ends

Generator = np.random.Generator

_TINY = 1e-150
_USUAL = (1.0, -1.0, 0.5, -2.0, 30.0, -30.0, 1000.0, -1000.0, 1e-8, 1e6)
_SMALL = (5e-324, 2.2250738585072014e-308)
"""The least float, and the least normal one: drawn where a domain ends at 0."""
_SCALES = (0.1, 1.0, 10.0, 1e3)
"""Magnitudes of reals that no domain bounds."""
_STEPS = (4, 12, 12, 100)
"""So far do integers reach that have no end there."""
_LARGEST_FREE = 10_000
"""Constants up to here are tried as integers that have no end: code may count up to them."""
_POWERS = (*(10**k for k in range(2, 31)), *(2**k for k in (7, 8, 15, 16, 31, 32, 53, 63, 64)))
IN_ARRAY = 2**63
"""Integers that NumPy's arrays of the usual type hold are smaller than this."""


class Wanted(NamedTuple):
    """What numbers are wanted beside the ends of a domain."""

    constants: Sequence[float] = ()
    tiny: bool = True
    """Also reals whose square is 0: of code, for in a formula only its rounding fails there."""


def notable(ends: Ends, wanted: Wanted, *, whole: bool, few: bool = False) -> list[Value]:
    """Return the ends, their neighbours, 0, −0, 1, constants and theirs, as far as they are inside.

    `few` leaves out all but the ends: of sizes.
    """
    every = _integers(ends, wanted.constants, few=few) if whole else _reals(ends, wanted)
    inside = (each for each in every if each in ends)
    return list({text_of(each): each for each in inside}.values())


def _integers(ends: Ends, constants: Iterable[float], *, few: bool) -> Iterator[Value]:
    low, high = ends.whole()
    yield from (end for end in (low, high) if end is not None)
    yield from (low + 1,) if low is not None else ()
    yield from (high - 1,) if high is not None else ()
    if few:
        return
    yield from (0, 1, -1, 2, 10)
    free = low is None or high is None
    for each in constants:
        if math.isfinite(each) and not (free and abs(each) > _LARGEST_FREE):
            yield from (math.floor(each), math.floor(each) + 1, math.floor(each) - 1)


def with_more_digits(ends: Ends) -> Sequence[int]:
    """Return the integers between two ends at which a digit or a bit is added, and one below each.

    There texts grow, units change and types overflow. Without an end there are too many of them.
    """
    low, high = ends.whole()
    return () if low is None or high is None else _between(low, high)


@lru_cache(maxsize=1_000)
def _between(low: int, high: int) -> Sequence[int]:
    every = (each for power in _POWERS for size in (power - 1, power) for each in (size, -size))
    return tuple(each for each in every if low <= each <= high)


def _reals(ends: Ends, wanted: Wanted) -> Iterator[Value]:
    every = _all_reals(ends, wanted.constants)
    yield from every if wanted.tiny else (each for each in every if not 0 < abs(each) < _TINY)


def _all_reals(ends: Ends, constants: Iterable[float]) -> Iterator[float]:
    low, high = ends.floats()
    if low > high:
        return
    yield from (0.0, -0.0)
    for end, stated, inwards in ((low, ends.low, math.inf), (high, ends.high, -math.inf)):
        if stated is not None:
            yield from (end, math.nextafter(end, inwards))  # of an infinite one, the largest float
        if stated == 0:
            yield from (math.copysign(each, inwards) for each in _SMALL)
    yield from _USUAL
    for each in constants:
        near = _as_float(each)
        yield from (near, math.nextafter(near, math.inf), math.nextafter(near, -math.inf))


def _as_float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:  # an integer beyond every float
        return math.inf


def integers(ends: Ends, shape: tuple[int, ...], draw: Generator, *, few: bool = False) -> Value:
    """Return random integers between two ends."""
    low, high = ends.whole()
    reach = _STEPS[0 if few else int(draw.integers(len(_STEPS)))]
    first = low if low is not None else (-reach if high is None else high - reach)
    last = high if high is not None else first + reach * (2 if low is None else 1)
    if shape and first >= -IN_ARRAY and last < IN_ARRAY:
        return draw.integers(first, last, size=shape, endpoint=True)
    bits = (last - first).bit_length() // 8 + 2
    found = [
        first + int.from_bytes(draw.bytes(bits)) % (last - first + 1)
        for _ in range(math.prod(shape))
    ]
    return whole_array(found).reshape(shape) if shape else found[0]


def whole_array(items: Sequence[Value]) -> Value:
    """Return an array of integers: Python's own, if 64 bits are too few for one of them."""
    small = all(-IN_ARRAY <= each < IN_ARRAY for each in items)
    return np.asarray(items, dtype=np.int64 if small else object)


def reals(ends: Ends, shape: tuple[int, ...], draw: Generator) -> Value:
    """Return random reals between two ends; raises ValueError where there are none."""
    low, high = ends.floats()
    if low > high:
        raise ValueError(f"no number lies in {low}..{high}")
    if low == math.inf or high == -math.inf:  # the only value
        return np.full(shape, low) if shape else low
    low, high = max(low, -sys.float_info.max), min(high, sys.float_info.max)
    endless_low, endless_high = ends.low in (None, -math.inf), ends.high in (None, math.inf)
    if not endless_low and not endless_high:
        share = draw.uniform(size=shape)
        if draw.uniform() < 1 / 4:  # small ones, in a wide interval
            share = share**8
        found = low * (1 - share) + high * share
    else:
        found = draw.normal(0.0, draw.choice(_SCALES), size=shape)
        if not endless_low:
            found = np.where(found < low, low + np.abs(found), found)
        if not endless_high:
            found = np.where(found > high, high - np.abs(found), found)
    clipped = np.clip(found, low, high)
    return clipped if shape else float(clipped)
