"""The objective from hidden states, a chunk of tokens at a time; the logits of all never exist.

The gradient is computed beside the loss, while a chunk's logits are there: what is kept for the
backward pass is as large as the hidden states and the head. (The idea is that of Hsu et al. 2024,
Liger Kernel, arXiv:2410.10989.)
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from trainer.config import Distillation
from trainer.losses import IGNORED, combine, require_vocabulary
from trainer.models.interface import Head
from trainer.row_loss import Rows, Weights, add_row_cross_entropy, add_row_terms, scratch_blocks

_CACHED = 512 * 1024
"""Bytes of a block of logits for each CPU thread: a few such blocks fit a core's own cache."""

_ALL = 1 << 62

Gradients = list[Tensor | None]


@dataclass(frozen=True, slots=True)
class Teaching:
    """What the teacher says of N tokens: hidden states (N, E) and their head, or logits (N, W)."""

    states: Tensor
    head: Head | None
    numbers: Distillation

    @property
    def vocab_size(self) -> int:
        """W."""
        return self.states.shape[-1] if self.head is None else len(self.head.weight)


@dataclass(frozen=True, slots=True)
class Chunking:
    """How the loss walks over the tokens."""

    rows: int
    """Tokens whose logits exist at a time."""
    dtype: torch.dtype | None = None
    """Type of the matrix products; None: the type of the hidden states."""


def linear_loss(
    hidden: Tensor, head: Head, labels: Tensor, teaching: Teaching | None, chunking: Chunking
) -> tuple[Tensor, Tensor]:
    """Return the loss of tokens with hidden states (N, D) and labels (N,), and its terms.

    The terms are float64 means over the valid tokens: CE, T² D, the teacher's entropy and the
    agreement; without a teacher CE alone, which then is the loss. Only the loss is differentiable,
    once. Raises UserError when the teacher's vocabulary is smaller than the student's.
    """
    inputs = (hidden, *head)
    wanted = [torch.is_grad_enabled() and x is not None and x.requires_grad for x in inputs]
    with torch.no_grad():
        valid = (labels != IGNORED).nonzero()[:, 0]
        some = len(valid) < len(labels)
        if some and teaching is not None:
            teaching = replace(teaching, states=teaching.states[valid])
        sweep = _Sweep(hidden[valid] if some else hidden, head, teaching, chunking)
        means, gradients = sweep.run(labels[valid], wanted)
        if some and gradients[0] is not None:
            gradients[0] = torch.zeros_like(hidden).index_copy_(0, valid, gradients[0])
        total = means[0]
        if teaching is not None:
            total = combine(means[0], means[1], teaching.numbers.alpha)
    attached: Tensor = _Attached.apply(  # type: ignore[no-untyped-call]
        total, gradients, 1 / max(1, len(valid)), *inputs
    )
    return attached, means


class _Attached(torch.autograd.Function):
    """A mean whose gradient by the inputs is known already, as that of the sum.

    A token's share is applied last: before, it would push small items of a float16 gradient to 0.
    """

    @staticmethod
    def forward(
        ctx: Any, value: Tensor, gradients: Gradients, share: float, *inputs: Tensor | None
    ) -> Tensor:
        del inputs
        ctx.gradients, ctx.share = gradients, share
        return value.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, outer: Tensor) -> tuple[Tensor | None, ...]:
        """Hand the gradients over, scaled in place: there is one backward pass and no copy."""
        gradients, ctx.gradients = ctx.gradients, None
        if gradients is None:
            raise RuntimeError("the gradient of this loss was handed over; compute the loss anew")
        scale = outer.double() * ctx.share
        scaled = (g if g is None else g.mul_(scale.to(g.dtype)) for g in gradients)
        return None, None, None, *scaled


class _Sweep:
    """A walk over N tokens, all of which count, with the space for a chunk of them."""

    def __init__(
        self, hidden: Tensor, head: Head, teaching: Teaching | None, chunking: Chunking
    ) -> None:
        vocabulary = len(head.weight)
        if teaching is not None:
            require_vocabulary(vocabulary, teaching.vocab_size)
        self.hidden, self.teaching = hidden, teaching
        self.head = _cast(head, chunking.dtype or hidden.dtype)
        self.precise = torch.float64 if hidden.dtype == torch.float64 else torch.float32
        self.rows = max(1, min(chunking.rows, len(hidden)))
        self.student = self.head.weight.new_empty(self.rows, vocabulary)
        self.teacher = None if teaching is None else _Taught(teaching, self.student)
        self.block = min(self.rows, _cached_rows(hidden.device, vocabulary))
        spare = scratch_blocks(None if teaching is None else teaching.numbers)
        self.scratch = hidden.new_empty(spare, self.block, vocabulary, dtype=self.precise)

    def run(self, labels: Tensor, wanted: Sequence[bool]) -> tuple[Tensor, Gradients]:
        """Return the means, and the gradients by hidden states, weight and bias as wanted."""
        weight = self.head.weight
        by_hidden = torch.empty_like(self.hidden) if wanted[0] else None
        by_weight = torch.zeros_like(weight, dtype=self.precise) if wanted[1] else None
        by_bias = weight.new_zeros(len(weight), dtype=self.precise) if wanted[2] else None
        sums = weight.new_zeros(1 if self.teaching is None else 4, dtype=torch.float64)
        for start in range(0, len(labels), self.rows):
            chunk = slice(start, min(start + self.rows, len(labels)))
            states = self.hidden[chunk].to(weight.dtype)
            gradient = _logits(states, self.head, self.student)  # (rows, V)
            self._differentiate(gradient, chunk, labels, sums)
            if by_hidden is not None:
                by_hidden[chunk] = gradient @ weight
            if by_weight is not None:
                _add_product(by_weight, gradient.T, states)
            if by_bias is not None:
                by_bias += gradient.sum(0, dtype=self.precise)
        return sums / len(labels), [by_hidden, by_weight, by_bias]

    def _differentiate(self, logits: Tensor, chunk: slice, labels: Tensor, sums: Tensor) -> None:
        """Add a chunk's terms to `sums`, and turn its logits into the gradient of the sum."""
        labels = labels[chunk]
        taught = None if self.teacher is None else self.teacher.logits(chunk)
        for start in range(0, len(logits), self.block):
            block = slice(start, start + self.block)
            mine = logits[block].to(self.precise)
            scratch = self.scratch[:, : len(mine)]
            if self.teaching is None or taught is None:
                add_row_cross_entropy(sums, mine, labels[block], scratch)
            else:
                theirs = taught[block].to(self.precise, copy=self.teaching.head is None)
                numbers = self.teaching.numbers
                weights = Weights(1 - numbers.alpha, numbers.alpha)
                rows = Rows(mine, theirs, labels[block])
                add_row_terms(sums, rows, numbers, weights, scratch)
            if mine.dtype != logits.dtype:
                logits[block] = mine


class _Taught:
    """The teacher's logits over the student's vocabulary, a chunk at a time."""

    def __init__(self, teaching: Teaching, space: Tensor) -> None:
        self.states = teaching.states
        self.vocabulary = space.shape[-1]
        self.head, self.space = None, space
        if teaching.head is not None:
            weight, bias = _cast(teaching.head, space.dtype)
            cut = slice(self.vocabulary)
            self.head = Head(weight[cut], None if bias is None else bias[cut])
            self.space = torch.empty_like(space)

    def logits(self, chunk: slice) -> Tensor:
        """Return logits (rows, V), in space of their own unless they were given as logits."""
        if self.head is None:
            return self.states[chunk, : self.vocabulary]
        return _logits(self.states[chunk].to(self.space.dtype), self.head, self.space)


def _logits(states: Tensor, head: Head, space: Tensor) -> Tensor:
    """Compute logits (rows, V) of states (rows, D) in the first rows of `space`."""
    logits = torch.mm(states, head.weight.T, out=space[: len(states)])
    return logits if head.bias is None else logits.add_(head.bias)


def _add_product(total: Tensor, left: Tensor, right: Tensor) -> None:
    """Add the product of two matrices, of a narrower type perhaps, to `total`."""
    if total.dtype == left.dtype:
        total.addmm_(left, right)
    else:
        total += left @ right


def _cast(head: Head, dtype: torch.dtype) -> Head:
    return Head(head.weight.to(dtype), None if head.bias is None else head.bias.to(dtype))


def _cached_rows(device: torch.device, vocabulary: int) -> int:
    """Return how many rows of logits are worked on at a time; on a GPU, a whole chunk is."""
    if device.type != "cpu":
        return _ALL
    return max(1, _CACHED * torch.get_num_threads() // (vocabulary * 4))
