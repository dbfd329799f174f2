"""The objective and its gradients, a chunk of tokens at a time; no logits outlive their chunk.

A chunk holds the rows of one matrix product. Within it, a block holds the rows that the passes
over the vocabulary work on: on a CPU, as many as fit a core's own cache.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

import torch
from torch import Tensor

from trainer.losses.row_gradients import (
    Block,
    Sums,
    Weights,
    differentiate,
    differentiate_cross_entropy,
    scratch_blocks,
    totals,
)
from trainer.losses.teacher_logits import TeacherLogits, TeacherOutput
from trainer.losses.vocabulary import require_finite_divergence
from trainer.models.interface import Head

Gradients = list[Tensor | None]

_CACHED = 512 * 1024
"""Bytes of a block of logits for each CPU thread: three or four fit a core's own cache."""

_ALL = 1 << 62
_ALIGNED = 64


@dataclass(frozen=True, slots=True)
class Chunking:
    """Settings of the chunked loss."""

    rows: int
    """Tokens whose logits exist at a time."""
    dtype: torch.dtype | None = None
    """Type of the matrix products; None: the type of the hidden states."""
    fused: bool = False
    """Whether the passes over a chunk's rows are one Triton kernel, which must not be float64."""


class ChunkedLoss:
    """The loss of N tokens, all of them valid, with the buffers for one chunk."""

    def __init__(
        self, hidden: Tensor, head: Head, teacher_output: TeacherOutput | None, chunking: Chunking
    ) -> None:
        """Take hidden states (N, D); raise UserError where the divergence would be infinite."""
        vocabulary = len(head.weight)
        if teacher_output is not None:
            asked = teacher_output.settings.divergence
            require_finite_divergence(vocabulary, teacher_output.vocab_size, asked)
        self._teaching = teacher_output
        self._hidden, self._head = hidden, head.to(chunking.dtype or hidden.dtype)
        self._precise = torch.float64 if hidden.dtype == torch.float64 else torch.float32
        self._rows = max(1, min(chunking.rows, len(hidden)))
        width = _row_width(hidden.device, vocabulary)
        self._student = self._head.weight.new_empty(self._rows, width)[:, :vocabulary]
        self._teacher = (
            None if teacher_output is None else TeacherLogits(teacher_output, self._student)
        )
        self._fused = chunking.fused
        self._block = min(self._rows, _cached_rows(hidden.device, vocabulary))
        spare = (
            0 if teacher_output is None or self._fused else scratch_blocks(teacher_output.settings)
        )
        self._scratch = self._exactly(spare, self._block, vocabulary)
        self._sums = self._exactly(len(Sums._fields), len(hidden))
        share = 1 / max(1, len(hidden))
        narrow = self._student.dtype == torch.float16
        share, self.left_out = (1.0, share) if narrow else (share, 1.0)
        """A token's weight in the mean, and the factor that the gradients still lack.

        Applied before the products of float16, it would push small items of the gradient to 0.
        """
        self._settings = None if teacher_output is None else teacher_output.settings
        alpha = 0.0 if self._settings is None else self._settings.alpha
        self._weights = Weights((1 - alpha) * share, alpha * share)

    def run(self, labels: Tensor, wanted: Sequence[bool]) -> tuple[Tensor, Gradients]:
        """Return the means, and the gradients by hidden states, weight and bias as wanted."""
        weight = self._head.weight
        by_hidden = torch.empty_like(self._hidden) if wanted[0] else None
        by_weight = self._exactly(*weight.shape).zero_() if wanted[1] else None
        by_bias = self._exactly(len(weight)).zero_() if wanted[2] else None
        for start in range(0, len(labels), self._rows):
            chunk = slice(start, min(start + self._rows, len(labels)))
            states = self._hidden[chunk].to(weight.dtype)
            gradient = self._head.logits(states, self._student)  # (rows, V)
            self._differentiate(gradient, chunk, labels)
            if by_hidden is not None:
                _put_product(by_hidden[chunk], gradient, weight)
            if by_weight is not None:
                _add_product(by_weight, gradient.T, states)
            if by_bias is not None:
                by_bias += gradient.sum(0, dtype=self._precise)
        means = totals(Sums(*self._sums), self._settings) / len(labels)
        return means, [by_hidden, by_weight, by_bias]

    def _differentiate(self, logits: Tensor, chunk: slice, labels: Tensor) -> None:
        """Overwrite a chunk's logits (rows, V) with their gradient, and fill its sums."""
        teacher_logits = None if self._teacher is None else self._teacher.of(chunk)
        labels, sums = labels[chunk], self._sums[:, chunk]
        if self._fused:
            kernel = import_module("trainer.losses.fused_rows")  # needs Triton, which is optional
            rows_of_chunk = kernel.Rows(logits, teacher_logits, labels, sums)
            kernel.differentiate_rows(rows_of_chunk, self._settings, self._weights)
            return
        for start in range(0, len(logits), self._block):
            rows = slice(start, start + self._block)
            mine, kept = logits[rows].to(self._precise), Sums(*sums[:, rows])
            if teacher_logits is None or self._teaching is None:
                differentiate_cross_entropy(mine, labels[rows], kept, self._weights.ce)
            else:
                theirs = teacher_logits[rows].to(self._precise, copy=self._teaching.is_logits)
                block = Block(mine, theirs, labels[rows], kept, self._scratch[:, : len(mine)])
                differentiate(block, self._teaching.settings, self._weights)
            if mine.dtype != logits.dtype:
                logits[rows] = mine

    def _exactly(self, *shape: int) -> Tensor:
        """Return an empty tensor in the precision of the sums."""
        return self._hidden.new_empty(*shape, dtype=self._precise)


def _put_product(result: Tensor, left: Tensor, right: Tensor) -> None:
    """Write the product of two matrices, of a narrower type perhaps, to `result`."""
    if result.dtype == left.dtype:
        torch.mm(left, right, out=result)
    else:
        result.copy_(left @ right)


def _add_product(total: Tensor, left: Tensor, right: Tensor) -> None:
    """Add the product of two matrices, of a narrower type perhaps, to `total`."""
    if total.dtype == left.dtype:
        total.addmm_(left, right)
    else:
        total += left @ right


def _row_width(device: torch.device, vocabulary: int) -> int:
    """Return the items that a row of logits takes; on a GPU, each row begins at whole 128 bytes.

    Its matrix units and wide loads need rows that are aligned, and a vocabulary may be odd.
    """
    return vocabulary if device.type == "cpu" else -(-vocabulary // _ALIGNED) * _ALIGNED


def _cached_rows(device: torch.device, vocabulary: int) -> int:
    """Return the rows of a block of logits; on a GPU, a block is the whole chunk."""
    if device.type != "cpu":
        return _ALL
    return max(1, _CACHED * torch.get_num_threads() // (vocabulary * 4))
