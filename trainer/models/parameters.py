"""Count and digest the parameters of any model."""

import hashlib
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from trainer.models.interface import LanguageModel


def parameter_count(model: nn.Module) -> int:
    """Return the number of parameters, shared ones once.

    >>> parameter_count(nn.Linear(3, 2))
    8
    """
    return sum(parameter.numel() for parameter in model.parameters())


def parameters_digest(model: nn.Module) -> str:
    """Return the SHA-256 of all parameters."""
    return tensors_digest(dict(model.named_parameters()))


def frozen_digest(model: LanguageModel) -> str | None:
    """Return the SHA-256 of the parameters beside a model's adapters; None if it has none."""
    if model.adapters is None:
        return None
    return tensors_digest({n: p for n, p in model.named_parameters() if not p.requires_grad})


def tensors_digest(tensors: Mapping[str, Tensor], rounded_to: torch.dtype | None = None) -> str:
    """Return the SHA-256 of tensors, by name, shape, type and bytes.

    With `rounded_to`, of what is left of them when they were stored in that type.
    """
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
        # a copy, since what NumPy looks into can never be freed by FSDP
        copied = tensor.detach().to("cpu", copy=True)
        kept = copied if rounded_to is None else copied.to(rounded_to).to(tensor.dtype)
        flat = kept.contiguous().view(-1).view(torch.uint8)
        digest.update(flat.numpy().tobytes())
    return digest.hexdigest()
