"""What a forward and a backward pass take, told from the shapes that one window makes.

A batch takes as many times what a window takes as it has windows. (Tensors without numbers would
do as well, but they bring in a package of symbolic mathematics, which costs every start a second.)
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from trainer.device import autocast
from trainer.models.interface import LanguageModel


@dataclass(frozen=True, slots=True)
class Passes:
    """What a model's trunk, all but the head, takes for one batch."""

    saved_bytes: int
    """What the forward pass keeps for the backward one, the parameters left out."""
    hidden_bytes: int
    """The hidden states that the head reads."""


def passes(model: LanguageModel, batch: int, length: int, mixed_precision: str) -> Passes:
    """Tell what tokens (batch, length) take in `model`; nothing of the model changes."""
    known = {_storage(tensor) for tensor in _held(model)}
    saved: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        if _storage(tensor) not in known:
            saved[_storage(tensor)] = tensor.untyped_storage().nbytes()
        return tensor

    hidden = one_window(
        model, length, mixed_precision, lambda: saved_tensors_hooks(keep, lambda tensor: tensor)
    )
    size = hidden.numel() * hidden.element_size()
    return Passes(saved_bytes=batch * sum(saved.values()), hidden_bytes=batch * size)


def one_window(
    model: LanguageModel,
    length: int,
    mixed_precision: str,
    watching: Callable[[], AbstractContextManager[object]],
) -> Tensor:
    """Run a window of `length` through the trunk under a watch; return hidden states (1, T, D).

    A frozen model is run without a graph. The random generators are as before.
    """
    device = next(model.parameters()).device
    tokens = torch.zeros(1, length, dtype=torch.int64, device=device)
    trained = any(parameter.requires_grad for parameter in model.parameters())
    with (
        torch.random.fork_rng(devices=[device] if device.type == "cuda" else []),
        torch.set_grad_enabled(trained),
        autocast(device, mixed_precision),
        watching(),
    ):
        return model.hidden(tokens)


def _held(model: nn.Module) -> Iterator[Tensor]:
    yield from model.parameters()
    yield from model.buffers()


def _storage(tensor: Tensor) -> int:
    """Return the address of a tensor's memory, which views of it share."""
    return tensor.untyped_storage().data_ptr()
