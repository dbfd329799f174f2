"""Turn values of claims into the arguments that code takes."""

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from pv.binding.model import Bound
from pv.claims.values import Members, Value
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.calling.results import RESULTS


def converter(bound: Bound) -> Callable[[Value], Value]:
    """Return the conversion of arguments that a binding asks for.

    What other code returned is given as it was.
    """
    arrays = _KINDS[bound.arrays](bound.dtype)

    def convert(value: Value) -> Value:
        original = RESULTS.original(value)
        return original if original is not value else _argument(value, arrays)

    return convert


def _argument(value: Value, arrays: Callable[[Value], Value]) -> Value:
    match value:
        case np.ndarray():
            return arrays(_stored(value))
        case np.generic():
            return value if isinstance(value, np.longdouble) else value.item()
        case Fraction():
            return float(value)
        case Members():
            return {_argument(each, arrays) for each in value}
        case tuple() | list():
            return type(value)(_argument(each, arrays) for each in value)
    return value


def _stored(array: Value) -> Value:
    """Return integers that 64 bits without a sign hold in that type; larger ones stay Python's."""
    items = array.ravel().tolist() if array.dtype == object else ()
    fitting = items and all(type(each) is int and 0 <= each < _UNSIGNED for each in items)
    return array.astype(np.uint64) if fitting else array


_UNSIGNED = 2**64


def _tensors(dtype: str) -> Callable[[Value], Value]:
    from pv.engines.calling.tensors import from_array  # noqa: PLC0415 - torch takes seconds to import

    return lambda value: from_array(value, dtype)


def _lists(_: str) -> Callable[[Value], Value]:
    """Return Python's own lists; its floats have 64 bits, whatever the binding says."""
    return lambda value: value.tolist()


def _arrays(dtype: str) -> Callable[[Value], Value]:
    if dtype == "bfloat16":
        return _no_bfloat16
    real = np.dtype(dtype)

    def convert(value: Value) -> Value:
        return np.array(value, dtype=real if value.dtype.kind == "f" else value.dtype)

    return convert


def _no_bfloat16(_: Value) -> Value:
    raise Unusable("NumPy has no bfloat16; say `arrays: torch` in the binding, or another `dtype`")


_KINDS: Mapping[str, Callable[[str], Callable[[Value], Value]]] = {
    "numpy": _arrays,
    "torch": _tensors,
    "list": _lists,
}
"""What a binding may say under `arrays` -> what makes them."""
