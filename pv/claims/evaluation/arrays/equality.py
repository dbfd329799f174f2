"""Compare arrays for equality, item by item, up to a tolerance."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pv.claims.evaluation.arrays.operators import array_of
from pv.claims.evaluation.scalars.equality import FORMATS, Tolerance, equal
from pv.claims.values import Members, Value

Array: TypeAlias = NDArray[Any]
"""An array of numbers, whatever their type."""


def close(left: Value, right: Value, tolerance: Tolerance) -> Value:
    """Compare two numbers or arrays item by item, up to a tolerance.

    Arrays of different shapes are equal nowhere, unless one of them is a single number; truth
    values equal only truth values, and a text no number.
    """
    if not isinstance(left, np.ndarray) and not isinstance(right, np.ndarray):
        return equal(_plain(left), _plain(right), tolerance)
    if any(each is None or isinstance(each, str | Mapping | Members) for each in (left, right)):
        return np.False_
    try:
        first, second = array_of(left), array_of(right)
    except ValueError:  # a list whose items have several lengths
        return np.False_
    if {first.dtype.kind, second.dtype.kind} & {*"US"}:
        return np.False_
    if first.shape != second.shape and first.ndim and second.ndim:
        return np.False_
    if (first.dtype == bool) is not (second.dtype == bool):
        return np.False_
    if object in (first.dtype, second.dtype) or (tolerance.exact and _differ(first, second)):
        one_by_one = np.frompyfunc(lambda a, b: equal(a, b, tolerance), 2, 1)
        return np.asarray(one_by_one(first, second), dtype=bool)
    real = np.issubdtype(first.dtype, np.inexact) or np.issubdtype(second.dtype, np.inexact)
    if tolerance.exact or not real:
        return np.equal(first, second)
    return _near(first, second, tolerance)


def _differ(first: Array, second: Array) -> bool:
    """Return whether integers are to be compared with floats, which have fewer of them."""
    return {first.dtype.kind, second.dtype.kind} == {"i", "f"}


def _near(left: Array, right: Array, tolerance: Tolerance) -> Value:
    kind = np.result_type(left, right, np.float64)  # numbers with more digits keep them
    first, second = left.astype(kind), right.astype(kind)
    with np.errstate(all="ignore"):  # infinities among them
        apart = np.abs(first - second)
        largest = np.maximum(np.abs(first), np.abs(second))
        near = (apart <= tolerance.absolute) | (apart <= tolerance.relative * largest)
        if tolerance.ulp:
            near |= apart <= tolerance.ulp * units(largest, tolerance.dtype)
    return (first == second) | (near & np.isfinite(first) & np.isfinite(second))


def units(magnitudes: Array, dtype: str) -> Array:
    """Return the unit in the last place that each magnitude has in a type of numbers."""
    bits, least = FORMATS[dtype]
    exponents = np.maximum(np.frexp(magnitudes)[1] - 1, least)
    found: Array = np.ldexp(1.0, exponents - bits)
    return found


def _plain(value: Value) -> Value:
    if isinstance(value, tuple | list):
        return type(value)(map(_plain, value))
    return value.item() if isinstance(value, np.generic) else value
