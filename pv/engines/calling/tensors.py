"""Torch tensors to arrays and back: the only module of pv that imports torch, when asked to."""

import numpy as np
from numpy.typing import NDArray

from pv.claims.values import Value


def to_array(value: Value) -> Value:
    """Return tensors as arrays, wherever they stand in tuples, lists and dictionaries.

    bfloat16, which NumPy lacks, is widened to float32 without loss; the others keep their type.
    """
    import torch  # noqa: PLC0415 - takes seconds, and few claims need it

    if isinstance(value, torch.Tensor):
        plain = value.detach().cpu()
        wide = plain.float() if plain.dtype is torch.bfloat16 else plain
        return wide.numpy()
    if isinstance(value, tuple | list):
        return type(value)(to_array(each) for each in value)
    if isinstance(value, dict):
        return {key: to_array(each) for key, each in value.items()}
    return value


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
