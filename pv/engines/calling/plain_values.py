"""Convert values to those that JSON and messages can show."""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from pv.claims.values import Assignment, Members, Value


def plain(value: Value) -> Value:
    """Return a value with lists and numbers in place of NumPy's, also within tuples."""
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    if isinstance(value, Fraction):
        return float(value)
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def plain_case(case: Assignment) -> dict[str, Value]:
    """Return the values of a case as JSON can hold them."""
    return {name: plain(value) for name, value in case.items()}


def shown(value: Value) -> str:
    """Return the text of a value for a message: sets in braces, fractions as exact decimals."""
    match value:
        case Members():
            return f"{{{', '.join(map(shown, value))}}}"
        case tuple():
            return f"({', '.join(map(shown, value))}{',' if len(value) == 1 else ''})"
        case Mapping():
            return f"{{{', '.join(f'{k!r}: {shown(each)}' for k, each in value.items())}}}"
        case Fraction():
            near = repr(float(value))
            return near.removesuffix(".0") if Fraction(near) == value else str(value)
        case np.ndarray() if value.dtype == object:
            return f"[{', '.join(map(shown, value.ravel().tolist()))}]"
    return repr(plain(value))
