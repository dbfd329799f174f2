"""The loss from a teacher's k largest logits and the total weight of the others.

Teacher and student become distributions over k + 1 outcomes, the last of which stands for all
other tokens; every divergence of `trainer.losses.kd` applies to them unchanged. By the chain rule
of relative entropy the forward KL is below the one over V outcomes by
p_tail · KL(p | tail ‖ q | tail) ≤ p_tail · (max − min)((t − s) / T).
"""

from typing import NamedTuple

import torch
from torch import Tensor

from trainer.configuration.schema import Distillation
from trainer.losses.kd import KDLoss, combine, cross_entropy, divergence, precise
from trainer.models.interface import IGNORED


class TopKLogits(NamedTuple):
    """A teacher's top-k logits of N tokens, the likeliest token first."""

    ids: Tensor
    """(N, k), int64: the tokens of the k largest logits."""
    logits: Tensor
    """(N, k), of those ids."""
    tail: Tensor
    """(N,), T · log Σ exp(z / T) over all other logits; 0 where k = V."""
    entropy: Tensor
    """(N,), of all logits, in nats at temperature 1."""


@torch.no_grad()
def keep_top_k(logits: Tensor, k: int, temperature: float) -> TopKLogits:
    """Return the top k of a teacher's logits (…, V), with their tail at this temperature.

    >>> kept = keep_top_k(torch.tensor([[0.0, 2.0, 1.0]]), 2, temperature=1.0)
    >>> kept.ids.tolist(), kept.logits.tolist(), kept.tail.tolist()
    ([[1, 2]], [[2.0, 1.0]], [0.0])
    """
    wide = precise(logits)
    largest, ids = wide.topk(k, dim=-1)
    log_p = torch.log_softmax(wide, dim=-1)
    entropy = -(log_p.exp() * log_p).sum(-1)
    return TopKLogits(ids, largest, _rest(wide, ids, temperature), entropy)


def kd_loss_from_cache(
    student_logits: Tensor, teacher: TopKLogits, labels: Tensor, settings: Distillation
) -> KDLoss:
    """Return the loss of logits (N, V) and labels (N,), as `kd_loss` does from full logits.

    `teacher.tail` must have been computed at the temperature in `settings`.
    """
    valid = labels != IGNORED
    ce = cross_entropy(student_logits, labels)
    mine, theirs = outcomes(student_logits, teacher, settings.temperature)
    kd = settings.temperature**2 * divergence(mine, theirs, valid, settings)
    with torch.no_grad():
        best = teacher.logits == teacher.logits[:, :1]
        same = student_logits.gather(-1, teacher.ids) == student_logits.amax(-1, keepdim=True)
        agreement = (best & same).any(-1)[valid].to(teacher.entropy.dtype).mean()
        entropy = teacher.entropy[valid].mean()
    return KDLoss(combine(ce, kd, settings.alpha), ce, kd, entropy, agreement, valid.sum())


def outcomes(
    student_logits: Tensor, teacher: TopKLogits, temperature: float
) -> tuple[Tensor, Tensor]:
    """Return logits (N, k + 1) of student and teacher over the kept tokens and all others.

    Divided by T and normalised they are the probabilities at T; with k = V there are no others.
    """
    wide = precise(student_logits)
    mine = wide.gather(-1, teacher.ids)
    if teacher.ids.shape[-1] == wide.shape[-1]:
        return mine, teacher.logits
    rest = _rest(wide, teacher.ids, temperature)
    return (
        torch.cat((mine, rest[..., None]), dim=-1),
        torch.cat((teacher.logits, teacher.tail[..., None]), dim=-1),
    )


def _rest(logits: Tensor, ids: Tensor, temperature: float) -> Tensor:
    """Return T · log Σ exp(z / T) over the logits that are not among `ids`; 0 if none is."""
    if ids.shape[-1] == logits.shape[-1]:
        return torch.zeros_like(logits[..., 0])
    others = logits.scatter(-1, ids, -torch.inf)
    return temperature * torch.logsumexp(others / temperature, dim=-1)
