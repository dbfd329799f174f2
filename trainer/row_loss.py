"""The objective's terms and its gradient for rows of logits, computed in place.

What `trainer.losses` states and autograd differentiates, written out: a handful of passes over a
block of rows that fits a cache, and no memory but scratch space. D stands for the divergence at T,
p for the teacher's softened distribution, q for the student's.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from trainer.config import Distillation


class Weights(NamedTuple):
    """What a row's CE and T² D weigh in the number that is differentiated."""

    ce: float
    kd: float


class Rows(NamedTuple):
    """A block of tokens. Its logits are overwritten."""

    student: Tensor
    """(R, V)"""
    teacher: Tensor
    """(R, V)"""
    labels: Tensor
    """(R,)"""


def scratch_blocks(numbers: Distillation | None) -> int:
    """Return how many blocks of scratch space `add_row_terms` needs."""
    if numbers is None:
        return 1
    return 4 if numbers.divergence == "jsd" else 2


def add_row_terms(
    sums: Tensor, rows: Rows, numbers: Distillation, weights: Weights, scratch: Tensor
) -> None:
    """Add a block's terms to `sums`, and turn the student's logits into their gradient.

    sums (4,) float64: cross-entropy, T² D, the teacher's entropy at temperature 1 and agreement.
    scratch (S, R, V), S as `scratch_blocks` says. The gradient is that of
    weights.ce CE + weights.kd T² D, summed over the rows.
    """
    student, teacher, labels = rows
    temperature = numbers.temperature
    exponentials, spare = scratch[0], scratch[1]
    student -= student.amax(-1, keepdim=True)
    teacher -= teacher.amax(-1, keepdim=True)
    agreed = torch.add(student, teacher, out=spare).amax(-1) == 0  # both are 0 at one column
    ce, mass = _cross_entropy(student, labels, exponentials)
    entropy = _entropy(teacher, spare)
    if temperature != 1:
        student *= 1 / temperature
        teacher *= 1 / temperature
    factor = weights.kd * temperature  # T² from the objective, 1/T from the inner derivative
    match numbers.divergence:
        case "forward_kl":
            divergence = _forward_kl(student, teacher, factor, spare)
        case "reverse_kl":
            divergence = _reverse_kl(student, teacher, factor, spare)
        case "jsd":
            divergence = _jsd(student, teacher, factor, scratch[1:], numbers.teacher_share)
    if weights.kd == 0:  # left out, so that it cannot poison the rest
        student.zero_()
    if weights.ce != 0:
        _add_cross_entropy_gradient(student, exponentials, mass, labels, weights.ce)
    terms = (ce, temperature**2 * divergence, entropy, agreed.double())
    sums += torch.stack([term.sum() for term in terms])


def add_row_cross_entropy(sums: Tensor, student: Tensor, labels: Tensor, scratch: Tensor) -> None:
    """Add a block's cross-entropy to `sums` (1,), and turn `student` into its gradient."""
    student -= student.amax(-1, keepdim=True)
    ce, mass = _cross_entropy(student, labels, scratch[0])
    student.zero_()
    _add_cross_entropy_gradient(student, scratch[0], mass, labels, 1)
    sums += ce.sum()


def _cross_entropy(logits: Tensor, labels: Tensor, exponentials: Tensor) -> tuple[Tensor, Tensor]:
    """Return each row's cross-entropy, float64, and the sum of its exponentials, which it fills."""
    mass = torch.exp(logits, out=exponentials).sum(-1)
    return mass.double().log() - logits.gather(-1, labels[:, None])[:, 0].double(), mass


def _add_cross_entropy_gradient(
    gradient: Tensor, exponentials: Tensor, mass: Tensor, labels: Tensor, weight: float
) -> None:
    gradient.addcmul_(exponentials, (weight / mass)[:, None])
    gradient.scatter_add_(-1, labels[:, None], gradient.new_full((len(labels), 1), -weight))


def _entropy(logits: Tensor, spare: Tensor) -> Tensor:
    """Return each row's entropy in nats, float64."""
    mass = torch.exp(logits, out=spare).sum(-1).double()
    return mass.log() - spare.mul_(logits).sum(-1).double() / mass


def _forward_kl(student: Tensor, teacher: Tensor, factor: float, spare: Tensor) -> Tensor:
    """Return KL(p ‖ q) of each row; the gradient is q - p."""
    p, taught = spare, torch.exp(teacher, out=spare).sum(-1)
    torch.sub(teacher, student, out=teacher)
    inner = teacher.mul_(p).sum(-1).double() / taught
    learnt = student.exp_().sum(-1)
    student.mul_((factor / learnt)[:, None]).addcmul_(p, (-factor / taught)[:, None])
    return inner - taught.double().log() + learnt.double().log()


def _reverse_kl(student: Tensor, teacher: Tensor, factor: float, spare: Tensor) -> Tensor:
    """Return KL(q ‖ p) of each row; the gradient is q (log q - log p - KL)."""
    taught = torch.exp(teacher, out=spare).sum(-1)
    q, learnt = spare, torch.exp(student, out=spare).sum(-1)
    student.sub_(teacher).mul_(q)  # q (log q - log p), but for the two masses
    inner = student.sum(-1).double() / learnt
    student.addcmul_(q, -inner.to(q.dtype)[:, None]).mul_((factor / learnt)[:, None])
    return inner + taught.double().log() - learnt.double().log()


def _jsd(student: Tensor, teacher: Tensor, factor: float, scratch: Tensor, beta: float) -> Tensor:
    """Return beta KL(p ‖ m) + (1 - beta) KL(q ‖ m) of each row.

    The gradient is (1 - beta) q (log q - log m - KL(q ‖ m)): what m adds to it cancels.
    """
    p, q, mixture = scratch
    taught = torch.exp(teacher, out=p).sum(-1)
    learnt = torch.exp(student, out=q).sum(-1)
    torch.mul(p, (beta / taught)[:, None], out=mixture)
    mixture.addcmul_(q, ((1 - beta) / learnt)[:, None])
    mixture.clamp_min_(torch.finfo(mixture.dtype).tiny).log_()
    of_teacher = teacher.sub_(mixture).mul_(p).sum(-1).double() / taught
    student.sub_(mixture).mul_(q)
    of_student = student.sum(-1).double() / learnt
    inner = (1 - beta) * factor / learnt
    student.addcmul_(q, -of_student.to(q.dtype)[:, None]).mul_(inner[:, None])
    return beta * (of_teacher - taught.double().log()) + (1 - beta) * (
        of_student - learnt.double().log()
    )
