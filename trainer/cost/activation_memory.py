"""Predict the activation memory of a batch from a forward pass of a single window.

Memory grows in proportion to the number of windows. (Meta or fake tensors would do as well, but
importing them brings in sympy, which takes a second.)
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
class ActivationBytes:
    """Bytes that a model's trunk, all but the head, takes for one batch."""

    saved_bytes: int
    """Saved by the forward pass for the backward one, parameters left out."""
    hidden_bytes: int
    """Of the hidden states that the head reads."""


def activation_bytes(
    model: LanguageModel,
    batch: int,
    length: int,
    mixed_precision: str,
    *,
    documents: str = "joined",
) -> ActivationBytes:
    """Return the bytes that tokens (batch, length) take in `model`, which is left as it was.

    Where `documents` are separate, tokens come with their positions, from which a mask is made.
    """
    known = {_storage(tensor) for tensor in _held(model)}
    saved: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        if _storage(tensor) not in known:
            saved[_storage(tensor)] = tensor.untyped_storage().nbytes()
        return tensor

    window = (length,) if documents == "joined" else (2, length)
    hidden = run_one_window(
        model, window, mixed_precision, lambda: saved_tensors_hooks(keep, lambda tensor: tensor)
    )
    size = hidden.numel() * hidden.element_size()
    return ActivationBytes(saved_bytes=batch * sum(saved.values()), hidden_bytes=batch * size)


def run_one_window(
    model: LanguageModel,
    window: tuple[int, ...],
    mixed_precision: str,
    recorder: Callable[[], AbstractContextManager[object]],
) -> Tensor:
    """Return the trunk's hidden states (1, T, D) of a window (T,) or (2, T), under a recorder.

    A frozen model is run without an autograd graph. The random generators are left as they were.
    """
    device = next(model.parameters()).device
    tokens = torch.zeros(1, *window, dtype=torch.int64, device=device)
    trained = any(parameter.requires_grad for parameter in model.parameters())
    with (
        torch.random.fork_rng(devices=[device] if device.type == "cuda" else []),
        torch.set_grad_enabled(trained),
        autocast(device, mixed_precision),
        recorder(),
    ):
        return model.hidden(tokens)


def _held(model: nn.Module) -> Iterator[Tensor]:
    yield from model.parameters()
    yield from model.buffers()


def _storage(tensor: Tensor) -> int:
    """Return the address of a tensor's memory, which views of it share."""
    return tensor.untyped_storage().data_ptr()
