"""Numbers in the type that an implementation computes in: formula and code see the same."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pv.claims.values import Value

Drawn = dict[str, Value]


def rounded(case: Drawn, dtype: str) -> Drawn:
    """Round the real numbers of a case to a type."""
    if dtype == "float64":
        return case
    return {name: rounded_value(each, dtype) for name, each in case.items()}


def rounded_value(each: Value, dtype: str) -> Value:
    """Round a real number, or an array of them; anything else is as it was."""
    if isinstance(each, float):
        return float(_in_type(np.asarray(each), dtype))
    if isinstance(each, np.ndarray) and each.dtype.kind == "f":
        return _in_type(each, dtype)
    return each


def every_value(dtype: str) -> NDArray[np.float64]:
    """Return every finite value of float16 or bfloat16."""
    bits = np.arange(2**16, dtype=np.uint16)
    every: NDArray[np.floating] = (
        bits.view(np.float16)
        if dtype == "float16"
        else (bits.astype(np.uint32) << 16).view(np.float32)
    )
    found: NDArray[np.float64] = every[np.isfinite(every)].astype(np.float64)
    return found  # without those that are no number: widening a signalling NaN would warn


def _in_type(array: NDArray[Any], dtype: str) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):
        if dtype != "bfloat16":
            return array.astype(dtype).astype(np.float64)
        single = array.astype(np.float32).view(np.uint32)
    even = (single >> 16) & 1  # to nearest, ties to even
    return ((single + 0x7FFF + even) & 0xFFFF0000).view(np.float32).astype(np.float64)
