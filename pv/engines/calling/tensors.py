"""Torch tensors to arrays and back: the only module of pv that imports torch, when asked to."""

import numpy as np
from numpy.typing import NDArray

from pv.claims.values import Value


def to_array(value: Value) -> Value:
    """Return tensors as arrays, wherever they stand in tuples, lists and dictionaries.

    Those that NumPy lacks, such as bfloat16, are widened to float32 without loss; the others keep
    their type. A tensor without numbers, or of none that can be read, stays what it is.
    """
    import torch  # noqa: PLC0415 - takes seconds, and few claims need it

    if isinstance(value, torch.Tensor):
        try:
            return _numbers(value.detach().cpu()).numpy()
        except (RuntimeError, TypeError):  # what torch raises for the devices and types it cannot
            return value
    if isinstance(value, tuple | list):
        return type(value)(to_array(each) for each in value)
    if isinstance(value, dict):
        return {key: to_array(each) for key, each in value.items()}
    return value


def _numbers(tensor: Value) -> Value:
    """Return a tensor that stores each item, in a type that NumPy has."""
    tensor = tensor.dequantize() if tensor.is_quantized else tensor.to_dense()
    short = tensor.is_floating_point() and tensor.element_size() < _SHORTEST
    narrow = short or str(tensor.dtype) == "torch.bfloat16"
    return (tensor.float() if narrow else tensor).resolve_conj().resolve_neg()


_SHORTEST = 2
"""Bytes of the narrowest floats that NumPy has."""


def from_array(value: Value, dtype: str) -> Value:
    """Return arrays as tensors: reals in the type of that name, whole numbers as int64."""
    import torch  # noqa: PLC0415 - takes seconds, and few claims need it

    if isinstance(value, np.ndarray):
        copied: NDArray[np.generic] = np.ascontiguousarray(value)
        tensor = torch.from_numpy(copied.copy())
        real = copied.dtype.kind == "f"
        return tensor.to(getattr(torch, dtype)) if real else tensor
    if isinstance(value, tuple | list):
        return type(value)(from_array(each, dtype) for each in value)
    if isinstance(value, dict):
        return {key: from_array(each, dtype) for key, each in value.items()}
    return value
