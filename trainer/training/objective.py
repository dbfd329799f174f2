"""The loss of a batch of windows, and its gradient summed over micro-batches."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from trainer.configuration.schema import Distillation
from trainer.device import autocast, product_type
from trainer.losses.chunked_loss import Chunking
from trainer.losses.from_hidden_states import linear_loss
from trainer.losses.from_top_k import kd_loss_from_cache
from trainer.losses.kd import cross_entropy, kd_loss, objective_text
from trainer.losses.teacher_logits import TeacherOutput
from trainer.models.interface import IGNORED, CausalModel, evaluating
from trainer.processes.collectives import all_sum, current_world, full_tensor
from trainer.teacher_cache.store import LogitCache

Terms = Mapping[str, Tensor]

_NAMES = ("ce", "kd", "teacher_entropy", "agreement")


class ObjectiveProtocol(Protocol):
    """The interface of an objective: of `Objective`, or of one wrapped by DDP or FSDP."""

    @property
    def text(self) -> str:
        """The objective as one line of text, with its numbers."""

    def terms(self, student: CausalModel, tokens: Tensor, labels: Tensor, /) -> Terms:
        """Return scalars by name for tokens and labels (B, T): means over the valid tokens."""

    def micro_batch(self, *, last: bool) -> AbstractContextManager[object]:
        """Return a context for each micro-batch of a step."""

    def full_parameters(self) -> AbstractContextManager[object]:
        """Return a context in which the student's parameters are unsharded."""


@dataclass(frozen=True, slots=True)
class Objective:
    """Distillation from `teacher`, or cross-entropy alone without one.

    >>> Objective(None, Distillation(), "none").text
    'L = CE(labels, p_student), mean over valid tokens'
    """

    teacher: CausalModel | None
    distillation: Distillation
    mixed_precision: str
    chunk_rows: int | None = None
    """Tokens whose logits exist at a time; None: all of them do."""
    cache: LogitCache | None = None
    """The teacher's stored logits, in place of a teacher."""
    fused: bool = False
    """Whether one Triton kernel passes over the rows of a chunk's logits."""

    @property
    def text(self) -> str:
        """The objective as one line of text, with its numbers."""
        if self.teacher is None and self.cache is None:
            return "L = CE(labels, p_student), mean over valid tokens"
        return objective_text(self.distillation)

    def terms(self, student: CausalModel, tokens: Tensor, labels: Tensor) -> Terms:
        """Return scalars by name for tokens and labels (B, T): means over the valid tokens.

        Labels may be in the host's memory, where looking at them makes no GPU wait.

        `total` is the loss that is optimised and differentiable; `ce` is always there; `kd` (with
        its T^2), `teacher_entropy` and `agreement` with a teacher. In nats, `agreement` a share.
        """
        head = student.head
        if self.chunk_rows is None or head is None or self.cache is not None:
            return self._dense_terms(student, tokens, labels.flatten().to(tokens.device))
        with autocast(tokens.device, self.mixed_precision):
            teacher_output = self._teach(tokens)  # first, before the student's activations exist
            hidden = student.hidden(tokens).flatten(0, 1)  # (N, D)
        chunking = Chunking(self.chunk_rows, product_type(self.mixed_precision), self.fused)
        total, means = linear_loss(hidden, head, labels.flatten(), teacher_output, chunking)
        return {"total": total, **dict(zip(_NAMES, means, strict=False))}

    def _dense_terms(self, student: CausalModel, tokens: Tensor, labels: Tensor) -> Terms:
        with autocast(tokens.device, self.mixed_precision):
            teacher_logits = None if self.teacher is None else self._logits(self.teacher, tokens)
            logits = student(tokens).flatten(0, 1)  # (N, V)
        if self.cache is not None:
            answers = self.cache.look_up(tokens)
            loss = kd_loss_from_cache(logits, answers, labels, self.distillation)
        elif teacher_logits is not None:
            loss = kd_loss(logits, teacher_logits, labels, self.distillation)
        else:
            ce = cross_entropy(logits, labels)
            return {"total": ce, "ce": ce}
        return {"total": loss.total, **{name: getattr(loss, name) for name in _NAMES}}

    def micro_batch(self, *, last: bool) -> AbstractContextManager[object]:
        """Return an empty context: a single process exchanges no gradients."""
        del last
        return nullcontext()

    def full_parameters(self) -> AbstractContextManager[object]:
        """Return an empty context: a single process has unsharded parameters."""
        return nullcontext()

    def _teach(self, tokens: Tensor) -> TeacherOutput | None:
        """Return the teacher's output for tokens (B, T), as hidden states where it has a head."""
        if self.teacher is None:
            return None
        head = self.teacher.head
        if head is None:
            return TeacherOutput(self._logits(self.teacher, tokens), None, self.distillation)
        with torch.no_grad():
            return TeacherOutput(self.teacher.hidden(tokens).flatten(0, 1), head, self.distillation)

    @staticmethod
    @torch.no_grad()
    def _logits(teacher: CausalModel, tokens: Tensor) -> Tensor:
        return teacher(tokens).flatten(0, 1)


def unscaled(loss: Tensor) -> Tensor:
    """Return the loss as it is."""
    return loss


def accumulate_gradients(
    objective: ObjectiveProtocol,
    student: CausalModel,
    tokens: Tensor,
    labels: Tensor,
    *,
    pieces: int,
    scale: Callable[[Tensor], Tensor] = unscaled,
) -> dict[str, Tensor]:
    """Add the gradient of the whole batch, of which this process has (B, T), in `pieces`.

    Each piece is weighted by its share of the valid tokens of all processes, so that gradient and
    returned means do not depend on how the batch is split. Returns the terms of the batch.
    """
    sums: dict[str, Tensor] = {}
    for number, (share, some_tokens, some_labels) in enumerate(
        micro_batches(tokens, labels, pieces), 1
    ):
        with objective.micro_batch(last=number == pieces):
            terms = objective.terms(student, some_tokens, some_labels)
            # DDP and FSDP average gradients over the processes, so the sum is scaled up here
            weighted = terms["total"] * (share * current_world().size)
            torch.autograd.backward(scale(weighted))
        for name, value in terms.items():
            part = value.detach() * share
            sums[name] = sums[name] + part if name in sums else part
    return sum_over_processes(sums)


def micro_batches(
    tokens: Tensor, labels: Tensor, pieces: int
) -> Iterator[tuple[float, Tensor, Tensor]]:
    """Yield for each piece its share of the valid tokens of all processes, tokens and labels.

    A piece without valid tokens has a share of zero and labels for every token: its terms are
    finite, and its process takes part in the collective operations.
    """
    parts = list(zip(tokens.tensor_split(pieces), labels.tensor_split(pieces), strict=True))
    counts = torch.stack([(some != IGNORED).sum() for _, some in parts])
    *valid, everywhere = torch.cat((counts, all_sum(counts.sum()[None]))).tolist()
    for (some_tokens, some_labels), count in zip(parts, valid, strict=True):
        counted = some_labels if count else torch.zeros_like(some_labels)
        yield count / max(everywhere, 1), some_tokens, counted


def sum_over_processes(sums: Terms) -> dict[str, Tensor]:
    """Return the terms summed over all processes, in one collective operation."""
    return dict(zip(sums, all_sum(torch.stack(list(sums.values()))), strict=True))


@torch.no_grad()
def measure_batch(
    objective: ObjectiveProtocol, student: CausalModel, tokens: Tensor, labels: Tensor
) -> dict[str, float]:
    """Return the terms on one batch, of which this process has (B, T), without a gradient.

    In evaluation mode, without dropout, so that the result is reproducible.
    """
    ((share, tokens, labels),) = micro_batches(tokens, labels, 1)
    with evaluating(student):
        terms = objective.terms(student, tokens, labels)
    return to_floats(sum_over_processes({name: value * share for name, value in terms.items()}))


def to_floats(terms: Terms) -> dict[str, float]:
    """Return scalars as floats, fetched from the device in one transfer."""
    values = [full_tensor(value.detach()).double() for value in terms.values()]
    return dict(zip(terms, torch.stack(values).tolist(), strict=True))
