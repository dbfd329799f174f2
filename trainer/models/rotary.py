"""Rotary positions (Su et al. 2021): queries and keys are turned by where they stand."""

import torch
from torch import Tensor


def rotary_tables(positions: int, head_size: int, theta: float) -> tuple[Tensor, Tensor]:
    """Return cosines and sines (positions, head_size) of the angles, the halves side by side.

    Pair j of a head turns by theta^(-2j / head_size) a position; float32.
    """
    even = torch.arange(0, head_size, 2, dtype=torch.int64).float()
    frequency = 1.0 / theta ** (even / head_size)
    angle = torch.outer(torch.arange(positions).float(), frequency)
    both = torch.cat((angle, angle), dim=-1)
    return both.cos(), both.sin()


def rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Turn (B, H, T, d) by its positions; the first half of d pairs with the second."""
    first, second = x.chunk(2, dim=-1)
    turned = torch.cat((-second, first), dim=-1)
    return x * cosine.to(x.dtype) + turned * sine.to(x.dtype)
