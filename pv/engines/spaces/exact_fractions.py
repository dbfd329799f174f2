"""Exact arithmetic, for claims about code that computes with decimal or other fractions."""

from fractions import Fraction
from math import isfinite

from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.values import Value


def _fraction(number: Value) -> Value:
    """Return a number as it is written: 0.1 is a tenth."""
    return Fraction(repr(number)) if isinstance(number, float) and isfinite(number) else number


def _divided(left: Value, right: Value) -> Value:
    exact = {type(left), type(right)} <= {int, Fraction}
    return Fraction(left) / right if exact and right else ARRAYS.binary["/"](left, right)


FRACTIONS = ARRAYS._replace(binary={**ARRAYS.binary, "/": _divided}, literal=_fraction)
"""As over arrays, but for literals and quotients of integers, which are fractions."""
