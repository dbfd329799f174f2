"""Facts about the parameters of any model."""

import hashlib

import torch
from torch import nn


def parameter_count(model: nn.Module) -> int:
    """Return the number of parameters, shared ones once."""
    return sum(parameter.numel() for parameter in model.parameters())


def parameters_digest(model: nn.Module) -> str:
    """Return the SHA-256 of all parameters, by name, shape, type and bytes."""
    digest = hashlib.sha256()
    for name, parameter in sorted(model.named_parameters()):
        digest.update(f"{name} {tuple(parameter.shape)} {parameter.dtype}".encode())
        # a copy, since what NumPy looks into can never be freed by FSDP
        flat = parameter.detach().to("cpu", copy=True).contiguous().view(-1).view(torch.uint8)
        digest.update(flat.numpy().tobytes())
    return digest.hexdigest()
