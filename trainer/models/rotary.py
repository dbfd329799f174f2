"""Rotary position embeddings (Su et al. 2021, arXiv:2104.09864)."""

import torch
from torch import Tensor


def rotary_tables(positions: int, head_size: int, theta: float) -> tuple[Tensor, Tensor]:
    """Return cosines and sines (positions, head_size) of the angles, repeated for both halves.

    Pair j of a head is rotated by theta^(-2j / head_size) for each position; float32.
    """
    even = torch.arange(0, head_size, 2, dtype=torch.int64).float()
    frequency = 1.0 / theta ** (even / head_size)
    angle = torch.outer(torch.arange(positions).float(), frequency)
    both = torch.cat((angle, angle), dim=-1)
    return both.cos(), both.sin()


def rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotate (B, H, T, d) by its positions; the first half of d pairs with the second.

    >>> tables = rotary_tables(positions=3, head_size=4, theta=10_000.0)
    >>> x = torch.ones(1, 1, 3, 4)
    >>> turned = rotate(x, *tables)
    >>> torch.equal(turned[..., 0, :], x[..., 0, :])  # the first position is not rotated
    True
    """
    first, second = x.chunk(2, dim=-1)
    turned = torch.cat((-second, first), dim=-1)
    return x * cosine.to(x.dtype) + turned * sine.to(x.dtype)
