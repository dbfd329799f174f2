"""Compile the trunks of the models by torch.compile; the loss reads the heads themselves."""

import os
import shutil
from collections.abc import Iterable
from importlib.util import find_spec

import torch
from torch import Tensor

from trainer.device import autocast
from trainer.errors import UserError
from trainer.models.interface import LanguageModel

_REMEDY = "install one, or set training.compile to off"


def require_compiler(device: torch.device) -> None:
    """Raise UserError unless the code that torch.compile generates can be built for `device`."""
    if device.type == "cuda" and find_spec("triton") is None:
        raise UserError(f"training.compile: the package triton is missing; {_REMEDY}")
    wanted = os.environ.get("CXX")
    if not any(shutil.which(name) for name in ([wanted] if wanted else ["g++", "clang++"])):
        fact = f"CXX={wanted} is not found" if wanted else "neither g++ nor clang++ is found"
        raise UserError(f"training.compile needs a C++ compiler, and {fact}; {_REMEDY}")


def compile_trunks(models: Iterable[LanguageModel], tokens: Tensor, mixed_precision: str) -> None:
    """Compile in place, for tokens of this shape (B, T); run each model forward and backward once.

    Parameters and gradients stay as they are. Raises UserError when torch cannot compile a model.
    """
    for model in models:
        model.trunk.compile(dynamic=False)
        trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
        try:
            with torch.set_grad_enabled(bool(trained)), autocast(tokens.device, mixed_precision):
                hidden = model.hidden(tokens)
            if hidden.requires_grad:
                torch.autograd.grad(hidden.sum(), trained, allow_unused=True)
        except Exception as fault:
            fact = " ".join(str(fault).split())[:300]
            raise UserError(
                f"training.compile: torch cannot compile this model here "
                f"({type(fault).__name__}: {fact}); set training.compile to off"
            ) from fault
