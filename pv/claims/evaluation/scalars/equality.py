"""Compare two values for equality, up to a tolerance."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from pv.claims.evaluation.budget import spend
from pv.claims.evaluation.errors import text_of
from pv.claims.values import Members, Value


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

    Booleans equal only booleans; NaN equals nothing; collections compare item by item, sets by
    their members.
    """
    if isinstance(left, float | Fraction) or isinstance(right, float | Fraction):
        return _real(left) and _real(right) and _close(left, right, tolerance)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, Members) or isinstance(right, Members):
        if not (isinstance(left, Members) and isinstance(right, Members)):
            return False
        return within(left, right, tolerance) and within(right, left, tolerance)
    if isinstance(left, tuple | list) and isinstance(right, tuple | list):
        if len(left) != len(right):
            return False
        spend(len(left))
        return all(equal(a, b, tolerance) for a, b in zip(left, right, strict=True))
    same = left == right
    return not hasattr(same, "__len__") and bool(same)  # an array equals no number


def within(some: Iterable[Value], others: Value, tolerance: Tolerance) -> bool:
    """Return whether each of some values equals one of the others."""
    return all(is_among(each, others, tolerance) for each in some)


def is_among(value: Value, others: Value, tolerance: Tolerance) -> bool:
    """Return whether a value equals one of the others."""
    spend(len(others))
    return any(equal(value, each, tolerance) for each in others)


def members(items: Iterable[Value]) -> Members:
    """Return the set of some values."""
    kept: dict[Value, Value] = {}
    others: list[Value] = []
    for each in items:
        if isinstance(each, bool | int | float | str | Fraction):
            kept.setdefault((isinstance(each, bool), each), each)
        elif not is_among(each, others, EXACT):
            others.append(each)
    return Members(sorted((*kept.values(), *others), key=_place))


def _place(member: Value) -> tuple[int, Value]:
    if isinstance(member, bool) or not isinstance(member, int | float | str | Fraction):
        return (0, text_of(member))
    return (1, member) if isinstance(member, str) else (2, member)


def _real(value: Value) -> bool:
    return isinstance(value, int | float | Fraction) and not isinstance(value, bool)


def comparable(left: Value, right: Value) -> tuple[Value, Value]:
    """Return two numbers, a fraction as the real nearest to it where the other is a real."""
    if isinstance(left, Fraction) and isinstance(right, float):
        return real(left), right
    if isinstance(right, Fraction) and isinstance(left, float):
        return left, real(right)
    return left, right


def real(value: Value) -> float:
    """Return the float nearest to a number; one beyond all floats is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _close(left: float, right: float, tolerance: Tolerance) -> bool:
    left, right = comparable(left, right)
    if left == right:
        return True
    if tolerance.exact or not (math.isfinite(real(left)) and math.isfinite(real(right))):
        return False
    apart = abs(left - right)
    largest = max(abs(left), abs(right))
    return (
        apart <= tolerance.absolute
        or apart <= tolerance.relative * largest
        or apart <= tolerance.ulp * unit(largest, tolerance.dtype)
    )
