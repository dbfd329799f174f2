"""Compare two values for equality, up to a tolerance."""

import math
from dataclasses import dataclass

from pv.claims.evaluation.budget import spend
from pv.claims.values import Value


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Distances up to which two reals count as equal; any one of the three suffices."""

    absolute: float = 0.0
    relative: float = 0.0
    """A share of the larger magnitude."""
    ulp: int = 0
    """Units in the last place of the larger magnitude, in `dtype`."""
    dtype: str = "float64"

    @property
    def exact(self) -> bool:
        """True where nothing but equality counts as equal."""
        return not (self.absolute or self.relative or self.ulp)


EXACT = Tolerance()
FORMATS = {
    "float64": (52, -1022),
    "float32": (23, -126),
    "float16": (10, -14),
    "bfloat16": (7, -126),
}
"""Type -> bits of the fraction, and the least exponent of a normal number (IEEE 754)."""


def unit(magnitude: float, dtype: str) -> float:
    """Return the unit in the last place that a finite magnitude has in a type of numbers."""
    bits, least = FORMATS[dtype]
    return math.ldexp(1.0, max(math.frexp(magnitude)[1] - 1, least) - bits)


def equal(left: Value, right: Value, tolerance: Tolerance) -> bool:
    """Compare two values: reals within the tolerance, everything else exactly.

    Booleans equal only booleans; NaN equals nothing; collections compare item by item.
    """
    if isinstance(left, float) or isinstance(right, float):
        return _real(left) and _real(right) and _close(left, right, tolerance)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, tuple | list) and isinstance(right, tuple | list):
        if len(left) != len(right):
            return False
        spend(len(left))
        return all(equal(a, b, tolerance) for a, b in zip(left, right, strict=True))
    same = left == right
    return not hasattr(same, "__len__") and bool(same)  # an array equals no number


def _real(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond every float
        return False


def _close(left: float, right: float, tolerance: Tolerance) -> bool:
    if left == right:
        return True
    if tolerance.exact or not (_finite(left) and _finite(right)):
        return False
    apart = abs(left - right)
    largest = max(abs(left), abs(right))
    return (
        apart <= tolerance.absolute
        or apart <= tolerance.relative * largest
        or apart <= tolerance.ulp * unit(largest, tolerance.dtype)
    )
