"""The loss of a batch of windows, and its gradient summed over micro-batches."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from trainer.config import Distillation
from trainer.device import autocast
from trainer.exchange import processes, total, whole
from trainer.losses import IGNORED, cross_entropy, kd_loss, objective_text
from trainer.models import CausalModel

Terms = Mapping[str, Tensor]


class Goal(Protocol):
    """What is optimised: an `Objective`, or one that several processes share."""

    @property
    def text(self) -> str:
        """The goal in one line, with its numbers."""

    def terms(self, student: CausalModel, tokens: Tensor, labels: Tensor, /) -> Terms:
        """Return scalars by name for tokens and labels (B, T): means over the valid tokens."""

    def piece(self, *, last: bool) -> AbstractContextManager[object]:
        """Surround each micro-batch of a step."""


@dataclass(frozen=True, slots=True)
class Objective:
    """Distillation from `teacher`, or cross-entropy alone without one."""

    teacher: CausalModel | None
    distillation: Distillation
    mixed_precision: str

    @property
    def text(self) -> str:
        """The objective in one line, with its numbers."""
        if self.teacher is None:
            return "L = CE(labels, p_student), mean over valid tokens"
        return objective_text(self.distillation)

    def terms(self, student: CausalModel, tokens: Tensor, labels: Tensor) -> Terms:
        """Return scalars by name for tokens and labels (B, T): means over the valid tokens.

        `total` is what is optimised; `ce` always; `kd` (with its T^2), `teacher_entropy` and
        `agreement` with a teacher.
        """
        with autocast(tokens.device, self.mixed_precision):
            logits = student(tokens).flatten(0, 1)  # (N, V)
            teacher_logits = self._teach(tokens)
        labels = labels.flatten()
        if teacher_logits is None:
            ce = cross_entropy(logits, labels)
            return {"total": ce, "ce": ce}
        loss = kd_loss(logits, teacher_logits, labels, self.distillation)
        return {
            "total": loss.total,
            "ce": loss.ce,
            "kd": loss.kd,
            "teacher_entropy": loss.teacher_entropy,
            "agreement": loss.agreement,
        }

    def piece(self, *, last: bool) -> AbstractContextManager[object]:
        """Surround each micro-batch; alone, there is nothing to exchange."""
        del last
        return nullcontext()

    def _teach(self, tokens: Tensor) -> Tensor | None:
        if self.teacher is None:
            return None
        with torch.no_grad():
            logits: Tensor = self.teacher(tokens).flatten(0, 1)
        return logits


def accumulate(
    objective: Goal, student: CausalModel, tokens: Tensor, labels: Tensor, *, pieces: int
) -> dict[str, Tensor]:
    """Add the gradient of the whole batch, of which this process has (B, T), in `pieces`.

    Each piece weighs as many valid tokens as it has out of those of all processes, so that the
    gradient and the returned means do not depend on how the batch is split.
    """
    sums: dict[str, Tensor] = {}
    for number, (share, some_tokens, some_labels) in enumerate(shares(tokens, labels, pieces), 1):
        with objective.piece(last=number == pieces):
            terms = objective.terms(student, some_tokens, some_labels)
            weighed = terms["total"] * (share * processes())  # DDP and FSDP average gradients
            torch.autograd.backward(weighed)
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
    *valid, everywhere = torch.cat((counts, total(counts.sum()[None]))).tolist()
    for (some_tokens, some_labels), count in zip(parts, valid, strict=True):
        counted = some_labels if count else torch.zeros_like(some_labels)
        yield count / max(everywhere, 1), some_tokens, counted


def totals(sums: Terms) -> dict[str, Tensor]:
    """Add up the terms of all processes, in one exchange."""
    return dict(zip(sums, total(torch.stack(list(sums.values()))), strict=True))


@torch.no_grad()
def measure(
    objective: Goal, student: CausalModel, tokens: Tensor, labels: Tensor
) -> dict[str, float]:
    """Return the terms on one batch, of which this process has (B, T); change nothing."""
    ((share, tokens, labels),) = shares(tokens, labels, 1)
    terms = objective.terms(student, tokens, labels)
    return numbers(totals({name: value * share for name, value in terms.items()}))


def numbers(terms: Terms) -> dict[str, float]:
    """Fetch scalars from the device in one transfer."""
    values = torch.stack([whole(value.detach()).double() for value in terms.values()]).tolist()
    return dict(zip(terms, values, strict=True))
