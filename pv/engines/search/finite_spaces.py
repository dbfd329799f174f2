"""Spaces with so few points that each can be tried, and the number types that make them so."""

from collections.abc import Iterator
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from pv.checks.model import Formulas
from pv.claims import EvaluationError, names
from pv.claims.domains.space import Space, Values
from pv.claims.values import Assignment, Value
from pv.engines.search.draw import Drawn, ends, meets, value

MOST_POINTS = 200_000
"""Larger spaces are drawn from."""
_SHORT = frozenset({"float16", "bfloat16"})


def points(plan: Formulas) -> Iterator[Drawn] | None:
    """Return every point of a plan's space; None if there are too many or they depend on sizes.

    A real number in float16 or bfloat16 has 65,536 values at most, so it is finite too.
    """
    space = plan.space
    if space.size_names() or not space.variables:
        return None
    axes = {}
    for name, values in space.variables.items():
        axis = _axis(values, plan.dtype)
        if axis is None:
            return None
        axes[name] = axis
    if prod(len(axis) for axis in axes.values()) > MOST_POINTS:
        return None
    return _points(space, axes)


def _points(space: Space, axes: Assignment) -> Iterator[Drawn]:
    holds = meets(space)
    for chosen in product(*axes.values()):
        case: Drawn = dict(zip(axes, chosen, strict=True))
        for name, body in space.derived.items():
            case[name] = value(body, case)
        if holds(case):
            yield case


def _axis(values: Values, dtype: str) -> range | list[Value] | None:
    """Return every value of one variable, if it does not depend on others."""
    ends_of = [end for end in (values.low, values.high) if end is not None]
    if values.sizes or values.simplex or any(names(end) - {"inf", "pi", "π"} for end in ends_of):
        return None
    if values.listed:
        return [value(each, {}) for each in values.listed]
    try:
        low, high = ends(values, {})
    except EvaluationError:
        return None
    if values.whole:
        if low is None or high is None or high - low >= MOST_POINTS:
            return None
        return range(int(low), int(high) + 1)
    return _short_floats(low, high, values, dtype) if dtype in _SHORT else None


def _short_floats(low: float | None, high: float | None, values: Values, dtype: str) -> list[float]:
    bits = np.arange(2**16, dtype=np.uint16)
    every: NDArray[np.floating] = (
        bits.view(np.float16)
        if dtype == "float16"
        else (bits.astype(np.uint32) << 16).view(np.float32)
    )
    kept = every[np.isfinite(every)].astype(np.float64)  # widening a signalling NaN would warn
    if low is not None:
        kept = kept[kept > low if values.open_low else kept >= low]
    if high is not None:
        kept = kept[kept < high if values.open_high else kept <= high]
    found: list[float] = kept.tolist()
    return found


def rounded(case: Drawn, dtype: str) -> Drawn:
    """Round the real numbers of a case to a type: formula and implementation see the same."""
    if dtype == "float64":
        return case
    return {name: _rounded(each, dtype) for name, each in case.items()}


def _rounded(each: Value, dtype: str) -> Value:
    if isinstance(each, float):
        return float(_in_type(np.asarray(each), dtype))
    if isinstance(each, np.ndarray) and each.dtype.kind == "f":
        return _in_type(each, dtype)
    return each


def _in_type(array: NDArray[np.generic], dtype: str) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):
        if dtype != "bfloat16":
            return array.astype(dtype).astype(np.float64)
        single = array.astype(np.float32).view(np.uint32)
    even = (single >> 16) & 1  # to nearest, ties to even
    return ((single + 0x7FFF + even) & 0xFFFF0000).view(np.float32).astype(np.float64)
