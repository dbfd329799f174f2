"""Arrays on their way into a callable and out of it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from pv.binding.model import Bound
from pv.engines.callables import Unusable, watched


def adapted(bound: Bound) -> Callable[..., Any]:
    """Let a callable take arrays and numbers, and refuse one that changes what it was given.

    Raises Unusable where it cannot be had.
    """
    function = watched(bound)
    convert = _given(bound)

    def call(*values: Any) -> Any:
        given = [convert(value) for value in values]
        before = [np.copy(value) if isinstance(value, np.ndarray) else value for value in values]
        found = function(*given)
        for number, (value, item) in enumerate(zip(before, given, strict=True), start=1):
            if isinstance(value, np.ndarray) and _differs(value, item):
                raise Unusable(f"{bound.callable} changes its argument {number}; give it a copy")
        return returned(found)

    return call


def _given(bound: Bound) -> Callable[[Any], Any]:
    if bound.arrays == "torch":
        from pv.engines.tensors import from_array  # noqa: PLC0415 - torch takes seconds to import

        return lambda value: (
            from_array(value, bound.dtype) if isinstance(value, np.ndarray) else value
        )
    dtype = np.dtype(bound.dtype)

    def convert(value: Any) -> Any:
        if not isinstance(value, np.ndarray):
            return value
        real = np.issubdtype(value.dtype, np.floating)
        return np.array(value, dtype=dtype if real else value.dtype)

    return convert


def returned(value: Any) -> Any:
    """Return what claims compute with: arrays for tensors, numbers for arrays of one number."""
    if type(value).__module__.partition(".")[0] == "torch":
        from pv.engines.tensors import to_array  # noqa: PLC0415 - torch is there already

        value = to_array(value)
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and not value.shape):
        return np.asarray(value)[()] if value.dtype == np.longdouble else value.item()
    if isinstance(value, tuple | list):
        return tuple(returned(each) for each in value)
    return value


def _differs(before: Any, after: Any) -> bool:
    if type(after).__module__.partition(".")[0] == "torch":
        from pv.engines.tensors import to_array  # noqa: PLC0415 - torch is there already

        after = to_array(after)
    same = np.asarray(after) == np.asarray(before, dtype=np.asarray(after).dtype)
    both_nan = np.isnan(after) & np.isnan(before) if before.dtype.kind == "f" else False
    return not bool(np.all(same | both_nan))
