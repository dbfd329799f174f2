"""Convert arrays for a callable, and its results back."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pv.binding.model import Bound
from pv.claims.values import Implementation, Value
from pv.engines.calling.foreign_callables import Unusable, load_callable


def adapted(bound: Bound) -> Implementation:
    """Return the callable of a binding over arrays and numbers, which may not change them.

    Raises Unusable where it cannot be had.
    """
    function = load_callable(bound)
    convert = _given(bound)

    def call(*values: Value) -> Value:
        given = [convert(value) for value in values]
        before = [_snapshot(item) for item in given]
        found = function(*given)
        for number, (item, was) in enumerate(zip(given, before, strict=True), start=1):
            now = _snapshot(item)
            if was is not None and now is not None and not np.array_equal(was, now, equal_nan=True):
                raise Unusable(f"{bound.callable} changes its argument {number}; give it a copy")
        return to_claim_value(found)

    return call


def _given(bound: Bound) -> Callable[[Value], Value]:
    if bound.arrays == "torch":
        from pv.engines.calling.tensors import from_array  # noqa: PLC0415 - torch takes seconds to import

        return lambda value: (
            from_array(value, bound.dtype) if isinstance(value, np.ndarray) else value
        )
    dtype = np.dtype(bound.dtype)

    def convert(value: Value) -> Value:
        if not isinstance(value, np.ndarray):
            return value
        real = np.issubdtype(value.dtype, np.floating)
        return np.array(value, dtype=dtype if real else value.dtype)

    return convert


def to_claim_value(value: Value) -> Value:
    """Convert a result: arrays for tensors, numbers for arrays of one number."""
    if type(value).__module__.partition(".")[0] == "torch":
        from pv.engines.calling.tensors import to_array  # noqa: PLC0415 - torch is there already

        value = to_array(value)
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and not value.shape):
        return np.asarray(value)[()] if value.dtype == np.longdouble else value.item()
    if isinstance(value, tuple | list):
        return tuple(to_claim_value(each) for each in value)
    return value


def _snapshot(given: Value) -> NDArray[np.generic] | None:
    """Return a copy of an array, or of a tensor's numbers; None for what cannot be changed."""
    if type(given).__module__.partition(".")[0] == "torch":
        from pv.engines.calling.tensors import to_array  # noqa: PLC0415 - torch is there already

        given = to_array(given)
    return np.copy(given) if isinstance(given, np.ndarray) else None
