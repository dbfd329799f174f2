"""Choose what passes over the rows of a chunk's logits: torch's operations or a Triton kernel."""

from importlib.util import find_spec
from typing import Protocol

import torch
from torch import Tensor

from trainer.losses.loss_chunking import RowKernel

_TERMS = 1e-5
"""Largest distance of two losses: their sums are in float32, whatever the type of the logits."""


class Trial(Protocol):
    """Computes terms and gradients of a loss, always of the same batch."""

    def __call__(self, *, fused: bool) -> tuple[Tensor, ...]:
        """Return them as computed by the Triton kernel, or by torch's operations."""


def choose_kernel(device: str, logits_type: torch.dtype, trial: Trial) -> RowKernel:
    """Choose by device, type and a trial, which computes a small batch with the kernel and without.

    Whatever a trial raises is a reason against the kernel.
    """
    if device != "cuda":
        return RowKernel("torch", f"the device is a {device}")
    if logits_type == torch.float64:
        return RowKernel("torch", "the kernel computes in float32, and logits are in float64")
    if find_spec("triton") is None:
        return RowKernel("torch", "the package triton is not installed")
    try:
        fault = kernel_fault(trial(fused=True), trial(fused=False), logits_type)
    except Exception as raised:  # noqa: BLE001 - a compiler may raise anything
        fact = " ".join(str(raised).split())[:200]
        fault = f"the kernel does not run here ({type(raised).__name__}: {fact})"
    if fault is not None:
        return RowKernel("torch", fault)
    return RowKernel("triton", "a small batch has the same loss and gradient as with torch")


def kernel_fault(
    found: tuple[Tensor, ...], expected: tuple[Tensor, ...], logits_type: torch.dtype
) -> str | None:
    """Return in what the kernel's terms (first) and gradients are off by more than rounding."""
    names = ("loss", *("gradient" for _ in expected[1:]))
    limits = (_TERMS, *(tolerance(logits_type) for _ in expected[1:]))
    for name, limit, mine, theirs in zip(names, limits, found, expected, strict=True):
        gap = distance((mine,), (theirs,))
        if not gap <= limit:
            return (
                f"the kernel's {name} is off by {gap:.1e} of its size, where {limit:.1e} is usual"
            )
    return None


def distance(found: tuple[Tensor, ...], expected: tuple[Tensor, ...]) -> float:
    """Return the largest distance of two results, relative to the largest item of each tensor."""
    gaps = [
        (mine.double() - theirs.double()).abs().max() / theirs.double().abs().max().clamp_min(1e-30)
        for mine, theirs in zip(found, expected, strict=True)
    ]
    return float(torch.stack(gaps).amax())


def tolerance(logits_type: torch.dtype) -> float:
    """Return the distance that rounding explains: a gradient is rounded to the logits' type.

    >>> tolerance(torch.float32), tolerance(torch.bfloat16)
    (1e-05, 0.015625)
    """
    return max(1e-5, 2 * torch.finfo(logits_type).eps)
