"""The loss of a batch of windows, and its gradient summed over micro-batches."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.config import Distillation
from trainer.device import autocast
from trainer.losses import IGNORED, cross_entropy, kd_loss, objective_text
from trainer.models import CausalModel

Terms = Mapping[str, Tensor]


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

    def _teach(self, tokens: Tensor) -> Tensor | None:
        if self.teacher is None:
            return None
        with torch.no_grad():
            logits: Tensor = self.teacher(tokens).flatten(0, 1)
        return logits


def accumulate(
    objective: Objective, student: CausalModel, tokens: Tensor, labels: Tensor, *, pieces: int
) -> dict[str, Tensor]:
    """Add the gradient of the whole batch (B, T), computed in `pieces` micro-batches.

    Each piece weighs as many valid tokens as it has out of all of them, so that the gradient
    and the returned means do not depend on how the batch is split.
    """
    parts = list(zip(tokens.chunk(pieces), labels.chunk(pieces), strict=True))
    valid = torch.stack([(some_labels != IGNORED).sum() for _, some_labels in parts]).tolist()
    sums: dict[str, Tensor] = {}
    for (some_tokens, some_labels), count in zip(parts, valid, strict=True):
        if count == 0:
            continue
        share = count / sum(valid)
        terms = objective.terms(student, some_tokens, some_labels)
        (terms["total"] * share).backward()
        for name, value in terms.items():
            part = value.detach() * share
            sums[name] = sums[name] + part if name in sums else part
    return sums


@torch.no_grad()
def measure(
    objective: Objective, student: CausalModel, tokens: Tensor, labels: Tensor
) -> dict[str, float]:
    """Return the terms on one batch, as numbers, changing nothing."""
    return numbers(objective.terms(student, tokens, labels))


def numbers(terms: Terms) -> dict[str, float]:
    """Fetch scalars from the device in one transfer."""
    values = torch.stack([value.detach().double() for value in terms.values()]).tolist()
    return dict(zip(terms, values, strict=True))
