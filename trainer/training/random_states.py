"""The states of all global random number generators, as tensors for a checkpoint."""

import json
import random
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

_TORCH, _PYTHON, _NUMPY, _CUDA = "torch", "python", "numpy", "cuda"


def random_states() -> dict[str, Tensor]:
    """Return the states of torch, Python, NumPy and each GPU, as bytes."""
    kind, keys, position, has_gauss, cached = np.random.get_state(legacy=True)  # noqa: NPY002 - the global one is what others may draw from
    numpy_state = [kind, np.asarray(keys).tolist(), position, has_gauss, cached]
    states = {
        _TORCH: torch.get_rng_state(),
        _PYTHON: _bytes(json.dumps(random.getstate())),
        _NUMPY: _bytes(json.dumps(numpy_state)),
    }
    if torch.cuda.is_available():
        for index, state in enumerate(torch.cuda.get_rng_state_all()):
            states[f"{_CUDA}.{index}"] = state
    return states


def restore_random_states(states: Mapping[str, Tensor]) -> None:
    """Set every generator whose state was kept and whose device is still there."""
    torch.set_rng_state(states[_TORCH])
    version, internal, gauss = json.loads(_text(states[_PYTHON]))
    random.setstate((version, tuple(internal), gauss))
    kind, keys, position, has_gauss, cached = json.loads(_text(states[_NUMPY]))
    np.random.set_state((kind, np.array(keys, dtype=np.uint32), position, has_gauss, cached))  # noqa: NPY002 - likewise
    for index in range(torch.cuda.device_count()):
        if f"{_CUDA}.{index}" in states:
            torch.cuda.set_rng_state(states[f"{_CUDA}.{index}"], index)


def _bytes(text: str) -> Tensor:
    return torch.frombuffer(bytearray(text.encode()), dtype=torch.uint8)


def _text(state: Tensor) -> str:
    return state.numpy().tobytes().decode()
