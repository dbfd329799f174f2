"""The objective: L = alpha T² KL(p_teacher^T ‖ p_student^T) + (1 − alpha) CE(labels, p_student).

Pure functions of logits. Sums and softmaxes are in float32 at least; float64 stays float64.
Hinton, Vinyals, Dean: Distilling the Knowledge in a Neural Network (2015), for the factor T².
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
from torch import Tensor

from trainer.errors import UserError

IGNORED = -100
"""Label of a token that counts nowhere."""


class KDLoss(NamedTuple):
    """Scalars of one batch; means over the valid tokens."""

    total: Tensor
    """What is optimised."""
    ce: Tensor
    kd: Tensor
    """T² KL, as it enters the total."""
    teacher_entropy: Tensor
    """In nats, at temperature 1."""
    agreement: Tensor
    """Share of tokens at which teacher and student have the same most likely token."""
    tokens: Tensor
    """Number of valid tokens."""


def cross_entropy(student_logits: Tensor, labels: Tensor) -> Tensor:
    """Return the mean cross-entropy in nats of logits (N, V) and labels (N,)."""
    return F.cross_entropy(_precise(student_logits), labels, ignore_index=IGNORED)


def forward_kl(
    student_logits: Tensor, teacher_logits: Tensor, temperature: float, valid: Tensor
) -> Tensor:
    """Return the mean of KL(p_teacher^T ‖ p_student^T) over the tokens where `valid` (N,) is true.

    Logits are (N, V), those of the teacher possibly (N, W) with W ≥ V: its columns past V are cut
    before the softmax. Raises UserError when W < V.
    """
    teacher_logits = _shared_vocabulary(student_logits, teacher_logits)
    student = F.log_softmax(_precise(student_logits) / temperature, dim=-1)
    teacher = F.log_softmax(_precise(teacher_logits) / temperature, dim=-1)
    per_token = F.kl_div(student, teacher, reduction="none", log_target=True).sum(-1)  # (N,)
    return _mean(per_token, valid)


def kd_loss(
    student_logits: Tensor,
    teacher_logits: Tensor,
    labels: Tensor,
    *,
    temperature: float,
    alpha: float,
) -> KDLoss:
    """Return the loss of logits (N, V), teacher logits (N, ≥ V) and labels (N,)."""
    teacher_logits = _shared_vocabulary(student_logits, teacher_logits)
    valid = labels != IGNORED
    ce = cross_entropy(student_logits, labels)
    kd = temperature**2 * forward_kl(student_logits, teacher_logits, temperature, valid)
    with torch.no_grad():
        log_teacher = F.log_softmax(_precise(teacher_logits), dim=-1)
        entropy = _mean(-(log_teacher.exp() * log_teacher).sum(-1), valid)
        same = (student_logits.argmax(-1) == teacher_logits.argmax(-1)).to(entropy.dtype)
        agreement = _mean(same, valid)
    return KDLoss(combine(ce, kd, alpha), ce, kd, entropy, agreement, valid.sum())


def combine(ce: Tensor, kd: Tensor, alpha: float) -> Tensor:
    """Weigh the two terms; a term of weight zero is left out, so that it cannot poison the sum."""
    if alpha == 0:
        return ce
    if alpha == 1:
        return kd
    return alpha * kd + (1 - alpha) * ce


def objective_text(temperature: float, alpha: float) -> str:
    """Write the objective in one line, with its numbers."""
    return (
        f"L = {alpha:g} * {temperature:g}^2 * KL(p_teacher^T || p_student^T) "
        f"+ {1 - alpha:g} * CE(labels, p_student), T = {temperature:g}, mean over valid tokens"
    )


def _precise(logits: Tensor) -> Tensor:
    return logits if logits.dtype == torch.float64 else logits.float()


def _mean(per_token: Tensor, valid: Tensor) -> Tensor:
    return per_token[valid].mean()


def _shared_vocabulary(student_logits: Tensor, teacher_logits: Tensor) -> Tensor:
    """Cut the teacher's logits to the vocabulary that both have."""
    mine, theirs = student_logits.shape[-1], teacher_logits.shape[-1]
    if mine > theirs:
        raise UserError(
            f"student vocab_size {mine} is larger than the teacher's {theirs}; "
            "distil into a student with at most the teacher's vocabulary"
        )
    return teacher_logits[..., :mine]
