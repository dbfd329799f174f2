"""Convert values to those that JSON and messages can show."""

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite

import numpy as np

from pv.claims.evaluation.errors import text_of
from pv.claims.evaluation.scalars.equality import real
from pv.claims.values import Assignment, Members, Opaque, Value

_LONGEST = 14_000
"""Bits of an integer that Python writes as a decimal number."""


def plain(value: Value) -> Value:
    """Return a value with lists and numbers in place of NumPy's, also within tuples."""
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    if isinstance(value, Fraction):
        return real(value)
    if isinstance(value, Opaque):
        return text_of(value)
    if isinstance(value, int) and value.bit_length() > _LONGEST:
        return shown(value)
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def plain_case(case: Assignment) -> dict[str, Value]:
    """Return the values of a case as JSON can hold them."""
    return {name: plain(value) for name, value in case.items()}


def shown(value: Value) -> str:
    """Return the text of a value: sets in braces, fractions exact, long integers shortened."""
    match value:
        case Members():
            return f"{{{', '.join(map(shown, value))}}}"
        case tuple():
            return f"({', '.join(map(shown, value))}{',' if len(value) == 1 else ''})"
        case Mapping():
            return f"{{{', '.join(f'{text_of(k)}: {shown(each)}' for k, each in value.items())}}}"
        case Fraction():
            near = real(value)
            if isfinite(near) and Fraction(repr(near)) == value:
                return repr(near).removesuffix(".0")
            whole = value.denominator == 1
            return shown(value.numerator) + ("" if whole else f"/{shown(value.denominator)}")
        case list():
            return f"[{', '.join(map(shown, value))}]"
        case np.ndarray() if value.dtype == object:
            return shown(value.ravel().tolist())
    return text_of(value.tolist() if isinstance(value, np.ndarray | np.generic) else value)
