"""The loss of a batch of windows, and its gradient summed over micro-batches."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from trainer.configuration.schema import Distillation
from trainer.device import autocast, product_type
from trainer.losses.chunked_loss import Chunking
from trainer.losses.from_hidden_states import linear_loss
from trainer.losses.from_top_k import kd_loss_from_cache
from trainer.losses.kd import IGNORED, cross_entropy, kd_loss, objective_text
from trainer.losses.teacher_logits import Teaching
from trainer.models.interface import CausalModel
from trainer.processes.collectives import all_sum, current_world, full_tensor
from trainer.teacher_cache.store import LogitCache

Terms = Mapping[str, Tensor]

_NAMES = ("ce", "kd", "teacher_entropy", "agreement")


class Goal(Protocol):
    """What is optimised: an `Objective`, or one that several processes share."""

    @property
    def text(self) -> str:
        """The goal in one line, with its numbers."""

    def terms(self, student: CausalModel, tokens: Tensor, labels: Tensor, /) -> Terms:
        """Return scalars by name for tokens and labels (B, T): means over the valid tokens."""

    def piece(self, *, last: bool) -> AbstractContextManager[object]:
        """Surround each micro-batch of a step."""

    def whole(self) -> AbstractContextManager[object]:
        """Surround what reads all of the student's parameters."""


@dataclass(frozen=True, slots=True)
class Objective:
    """Distillation from `teacher`, or cross-entropy alone without one."""

    teacher: CausalModel | None
    distillation: Distillation
    mixed_precision: str
    chunk_rows: int | None = None
    """Tokens whose logits exist at a time; None: all of them do."""
    cache: LogitCache | None = None
    """Answers in the teacher's stead."""

    @property
    def text(self) -> str:
        """The objective in one line, with its numbers."""
        if self.teacher is None and self.cache is None:
            return "L = CE(labels, p_student), mean over valid tokens"
        return objective_text(self.distillation)

    def terms(self, student: CausalModel, tokens: Tensor, labels: Tensor) -> Terms:
        """Return scalars by name for tokens and labels (B, T): means over the valid tokens.

        `total` is what is optimised; `ce` always; `kd` (with its T^2), `teacher_entropy` and
        `agreement` with a teacher.
        """
        head = student.head
        if self.chunk_rows is None or head is None or self.cache is not None:
            return self._dense_terms(student, tokens, labels.flatten())
        with autocast(tokens.device, self.mixed_precision):
            teaching = self._teach(tokens)  # first: nothing of the student is held meanwhile
            hidden = student.hidden(tokens).flatten(0, 1)  # (N, D)
        chunking = Chunking(self.chunk_rows, product_type(self.mixed_precision))
        total, means = linear_loss(hidden, head, labels.flatten(), teaching, chunking)
        return {"total": total, **dict(zip(_NAMES, means, strict=False))}

    def _dense_terms(self, student: CausalModel, tokens: Tensor, labels: Tensor) -> Terms:
        with autocast(tokens.device, self.mixed_precision):
            taught = None if self.teacher is None else self._logits(self.teacher, tokens)
            logits = student(tokens).flatten(0, 1)  # (N, V)
        if self.cache is not None:
            answers = self.cache.answers(tokens)
            loss = kd_loss_from_cache(logits, answers, labels, self.distillation)
        elif taught is not None:
            loss = kd_loss(logits, taught, labels, self.distillation)
        else:
            ce = cross_entropy(logits, labels)
            return {"total": ce, "ce": ce}
        return {"total": loss.total, **{name: getattr(loss, name) for name in _NAMES}}

    def piece(self, *, last: bool) -> AbstractContextManager[object]:
        """Surround each micro-batch; alone, there is nothing to exchange."""
        del last
        return nullcontext()

    def whole(self) -> AbstractContextManager[object]:
        """Surround what reads all of the student's parameters; alone, they are whole."""
        return nullcontext()

    def _teach(self, tokens: Tensor) -> Teaching | None:
        """Return what the teacher says of tokens (B, T), by hidden states if its head allows it."""
        if self.teacher is None:
            return None
        head = self.teacher.head
        if head is None:
            return Teaching(self._logits(self.teacher, tokens), None, self.distillation)
        with torch.no_grad():
            return Teaching(self.teacher.hidden(tokens).flatten(0, 1), head, self.distillation)

    @staticmethod
    @torch.no_grad()
    def _logits(teacher: CausalModel, tokens: Tensor) -> Tensor:
        return teacher(tokens).flatten(0, 1)


def unscaled(loss: Tensor) -> Tensor:
    """Return the loss as it is."""
    return loss


def accumulate(
    objective: Goal,
    student: CausalModel,
    tokens: Tensor,
    labels: Tensor,
    *,
    pieces: int,
    scale: Callable[[Tensor], Tensor] = unscaled,
) -> dict[str, Tensor]:
    """Add the gradient of the whole batch, of which this process has (B, T), in `pieces`.

    Each piece weighs as many valid tokens as it has out of those of all processes, so that the
    gradient and the returned means do not depend on how the batch is split.
    """
    sums: dict[str, Tensor] = {}
    for number, (share, some_tokens, some_labels) in enumerate(shares(tokens, labels, pieces), 1):
        with objective.piece(last=number == pieces):
            terms = objective.terms(student, some_tokens, some_labels)
            # DDP and FSDP average gradients over the processes, so the sum is scaled up here
            weighted = terms["total"] * (share * current_world().size)
            torch.autograd.backward(scale(weighted))
        for name, value in terms.items():
            part = value.detach() * share
            sums[name] = sums[name] + part if name in sums else part
    return totals(sums)


def shares(tokens: Tensor, labels: Tensor, pieces: int) -> Iterator[tuple[float, Tensor, Tensor]]:
    """Yield each piece and its share of the valid tokens of all processes.

    A piece without any has a share of zero and counts every token: its terms are finite, and it
    takes part in what the processes do together.
    """
    parts = list(zip(tokens.tensor_split(pieces), labels.tensor_split(pieces), strict=True))
    counts = torch.stack([(some != IGNORED).sum() for _, some in parts])
    *valid, everywhere = torch.cat((counts, all_sum(counts.sum()[None]))).tolist()
    for (some_tokens, some_labels), count in zip(parts, valid, strict=True):
        counted = some_labels if count else torch.zeros_like(some_labels)
        yield count / max(everywhere, 1), some_tokens, counted


def totals(sums: Terms) -> dict[str, Tensor]:
    """Add up the terms of all processes, in one exchange."""
    return dict(zip(sums, all_sum(torch.stack(list(sums.values()))), strict=True))


@torch.no_grad()
def measure(
    objective: Goal, student: CausalModel, tokens: Tensor, labels: Tensor
) -> dict[str, float]:
    """Return the terms on one batch, of which this process has (B, T); change nothing.

    Without dropout, so that what is measured twice is the same.
    """
    ((share, tokens, labels),) = shares(tokens, labels, 1)
    with evaluating(student):
        terms = objective.terms(student, tokens, labels)
    return numbers(totals({name: value * share for name, value in terms.items()}))


@contextmanager
def evaluating(model: CausalModel) -> Iterator[None]:
    """Have the model in evaluation mode within, and as it was afterwards."""
    if not isinstance(model, nn.Module):
        yield
        return
    training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(training)


def numbers(terms: Terms) -> dict[str, float]:
    """Fetch scalars from the device in one transfer."""
    values = [full_tensor(value.detach()).double() for value in terms.values()]
    return dict(zip(terms, torch.stack(values).tolist(), strict=True))
