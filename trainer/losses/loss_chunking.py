"""Choose how to compute the loss: from full logits or in chunks, and the size of a chunk.

The chunked loss is faster at every vocabulary that was measured (see
docs/measurements/kd_step.md), so by default only a model whose logits are not a linear map of its
hidden states gets the dense one. On a GPU the rows chosen here are the most that memory allows;
`trainer.losses.tuning` then measures whether fewer are as fast.
"""

from dataclasses import dataclass
from math import ceil
from typing import Literal

import psutil
import torch

from trainer.configuration.schema import Training
from trainer.errors import UserError

MIB = 1 << 20
_BUDGET = {"cpu": 256 * MIB, "cuda": 320 * MIB}
_MOST_ROWS = {"cpu": 512, "cuda": 1 << 16}
"""On a CPU, more rows are no faster: the head's gradient is read and written seldom enough."""
_SMALL = 2 * MIB
"""A chunk costs some 0.2 ms, so that smaller logits than these get more rows."""
_FEWEST_ROWS = {"cpu": 64, "cuda": 1024}
"""With fewer rows, matrix products are slow, and the head's gradient is read too often."""

_FEWEST_TRIED = 256


@dataclass(frozen=True, slots=True)
class LossShape:
    """The size of a micro-batch's logits."""

    tokens: int
    vocab_size: int
    item_size: int
    """Bytes of a logit as the matrix product writes it."""
    taught: bool
    """True if there is a teacher, whose logits are held too."""

    @property
    def dense_bytes(self) -> int:
        """Peak bytes of the dense loss: logits, logarithms, products and gradients."""
        logits = self.tokens * self.vocab_size
        return logits * (self.item_size * 2 + 24 if self.taught else self.item_size + 8)

    @property
    def row_bytes(self) -> int:
        """Bytes of a token's logits: the student's, and the teacher's if there is one."""
        return self.vocab_size * self.item_size * (2 if self.taught else 1)


@dataclass(frozen=True, slots=True)
class RowKernel:
    """What passes over the rows of a chunk's logits, and why that."""

    name: Literal["torch", "triton"]
    reason: str


@dataclass(frozen=True, slots=True)
class LossPlan:
    """The chosen loss; `rows` is the number of tokens whose logits exist at a time."""

    mode: Literal["dense", "chunked"]
    rows: int
    shape: LossShape
    reason: str
    kernel: RowKernel | None = None
    """Of a chunked loss, once it was chosen on the device of the run."""

    @property
    def logits_bytes(self) -> int:
        """Peak bytes of logits, the scratch space for a block left out."""
        if self.mode == "dense":
            return self.shape.dense_bytes
        return self.rows * self.shape.row_bytes

    @property
    def text(self) -> str:
        """The choice as one line for the user."""
        size = f"{self.shape.tokens:,} tokens x {self.shape.vocab_size:,} logits"
        if self.mode == "dense":
            return f"dense ({self.reason}), {size}, about {mib(self.shape.dense_bytes)}"
        return (
            f"chunked ({self.reason}), {self.rows:,} of {size} at a time, "
            f"{mib(self.logits_bytes)} where dense would hold about "
            f"{mib(self.shape.dense_bytes)}"
        )

    @property
    def fused(self) -> bool:
        """Whether the passes over a chunk's rows are one Triton kernel."""
        return self.kernel is not None and self.kernel.name == "triton"


def plan_loss(training: Training, shape: LossShape, device: str, *, linear: bool) -> LossPlan:
    """Choose for `device` (cpu or cuda); `linear`: logits are hidden states times the head.

    Raises UserError when a chunked loss is asked for and cannot be.
    """
    if training.loss == "chunked" and not linear:
        raise UserError(
            "training.loss is chunked, but this student's logits are not a linear map of its "
            "hidden states (they are capped or scaled); set training.loss to dense"
        )
    if training.loss == "dense" or not linear:
        reason = "as configured" if linear else "this student's logits are not a linear map"
        return LossPlan("dense", shape.tokens, shape, reason)
    free = free_bytes(device)
    budget, reason = _BUDGET[device], "as configured" if training.loss == "chunked" else "auto"
    if training.loss_memory_mib is not None:
        budget = training.loss_memory_mib * MIB
    else:
        budget = max(budget, _FEWEST_ROWS[device] * shape.row_bytes)
        budget = min(budget, max(_MOST_ROWS[device] * shape.row_bytes, _SMALL))
        if budget > free // 4:
            budget, reason = free // 4, f"{reason}, a quarter of the free memory"
    rows = chunk_rows(shape.tokens, shape.row_bytes, budget)
    return LossPlan("chunked", rows, shape, reason)


def chunk_rows(tokens: int, row_bytes: int, budget: int) -> int:
    """Return how many tokens' logits fit a budget of bytes: at least one, at most all.

    >>> chunk_rows(tokens=100, row_bytes=4, budget=40)
    10
    """
    return max(1, min(tokens, budget // row_bytes))


def row_choices(tokens: int, most: int) -> tuple[int, ...]:
    """Return sizes of chunks to try, ascending: all tokens split evenly, at most `most` at a time.

    >>> row_choices(tokens=4096, most=1500), row_choices(tokens=100, most=1500)
    ((256, 512, 1024), (100,))
    """
    halvings = range(max(1, tokens // _FEWEST_TRIED).bit_length())
    sizes = {ceil(tokens / 2**halving) for halving in halvings}
    return tuple(sorted(size for size in sizes if size <= most)) or (min(tokens, most),)


def free_bytes(device: str) -> int:
    """Return the bytes that are free on the device now."""
    if device == "cuda":
        return int(torch.cuda.mem_get_info()[0])
    return int(psutil.virtual_memory().available)


def mib(size: int) -> str:
    """Return a number of bytes as text.

    >>> mib(3 << 20), mib(2048)
    ('3 MiB', '2 KiB')
    """
    return f"{size / MIB:,.0f} MiB" if size >= MIB else f"{size / 1024:,.0f} KiB"
