"""The loss where of the teacher only the k largest logits and the weight of the others are known.

Teacher and student are made into distributions over k + 1 outcomes, the last of which is all the
rest; every divergence of `trainer.losses.kd` is then defined as it stands. By the chain rule of
relative entropy the forward KL is below the one over V outcomes by
p_tail · KL(p | tail ‖ q | tail) ≤ p_tail · (max − min)((t − s) / T).
"""

from typing import NamedTuple

import torch
from torch import Tensor

from trainer.configuration.schema import Distillation
from trainer.losses.kd import IGNORED, KDLoss, combine, cross_entropy, divergence, precise


class Taught(NamedTuple):
    """What is known of a teacher's logits of N tokens. `ids` are sorted, the likeliest first."""

    ids: Tensor
    """(N, k), int64."""
    logits: Tensor
    """(N, k), of those ids."""
    tail: Tensor
    """(N,), T · log Σ exp(z / T) over all other logits; where k = V there are none, and it is 0."""
    entropy: Tensor
    """(N,), of all logits, in nats at temperature 1."""


@torch.no_grad()
def shorten(logits: Tensor, k: int, temperature: float) -> Taught:
    """Keep of a teacher's logits (…, V) what the loss at this temperature needs."""
    wide = precise(logits)
    largest, ids = wide.topk(k, dim=-1)
    log_p = torch.log_softmax(wide, dim=-1)
    entropy = -(log_p.exp() * log_p).sum(-1)
    return Taught(ids, largest, _rest(wide, ids, temperature), entropy)


def kd_loss_from_cache(
    student_logits: Tensor, taught: Taught, labels: Tensor, numbers: Distillation
) -> KDLoss:
    """Return the loss of logits (N, V) and labels (N,), as `kd_loss` does from all logits.

    `taught.tail` has to be of the temperature in `numbers`.
    """
    valid = labels != IGNORED
    ce = cross_entropy(student_logits, labels)
    mine, theirs = outcomes(student_logits, taught, numbers.temperature)
    kd = numbers.temperature**2 * divergence(mine, theirs, valid, numbers)
    with torch.no_grad():
        best = taught.logits == taught.logits[:, :1]
        same = student_logits.gather(-1, taught.ids) == student_logits.amax(-1, keepdim=True)
        agreement = (best & same).any(-1)[valid].to(taught.entropy.dtype).mean()
        entropy = taught.entropy[valid].mean()
    return KDLoss(combine(ce, kd, numbers.alpha), ce, kd, entropy, agreement, valid.sum())


def outcomes(student_logits: Tensor, taught: Taught, temperature: float) -> tuple[Tensor, Tensor]:
    """Return logits (N, k + 1) of student and teacher over the kept tokens and the rest.

    Divided by T and normalised they are the probabilities at T; with k = V there is no rest.
    """
    wide = precise(student_logits)
    mine = wide.gather(-1, taught.ids)
    if taught.ids.shape[-1] == wide.shape[-1]:
        return mine, taught.logits
    rest = _rest(wide, taught.ids, temperature)
    return (
        torch.cat((mine, rest[..., None]), dim=-1),
        torch.cat((taught.logits, taught.tail[..., None]), dim=-1),
    )


def _rest(logits: Tensor, ids: Tensor, temperature: float) -> Tensor:
    """Return T · log Σ exp(z / T) over the logits that are not among `ids`; 0 if none is."""
    if ids.shape[-1] == logits.shape[-1]:
        return torch.zeros_like(logits[..., 0])
    others = logits.scatter(-1, ids, -torch.inf)
    return temperature * torch.logsumexp(others / temperature, dim=-1)
