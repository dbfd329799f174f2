"""Convert values to those that JSON and messages can show: arrays become lists."""

import numpy as np

from pv.claims.values import Assignment, Value


def plain(value: Value) -> Value:
    """Return a value with lists and numbers in place of NumPy's, also within tuples."""
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def plain_case(case: Assignment) -> dict[str, Value]:
    """Return the values of a case as JSON can hold them."""
    return {name: plain(value) for name, value in case.items()}
