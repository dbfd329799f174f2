"""The objective and its gradient for rows of logits, computed in place.

The gradient of `trainer.losses.kd` written out by hand: a few passes over a block of rows that fits
a cache, without memory beyond scratch space. A block leaves sums over the vocabulary, from which
`totals` computes the objective of all tokens at once.

In the comments, s and t are a token's logits, the student's and the teacher's, less their maximum;
p = exp(t / T) and q = exp(s / T), not normalised: p / sum(p) is the teacher's distribution at T.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from trainer.configuration.schema import Distillation


class Weights(NamedTuple):
    """Weights of a token's CE and T² D in the loss that is differentiated."""

    ce: float
    kd: float


class Sums(NamedTuple):
    """Sums over the vocabulary for each token, (N,) each; without a teacher, only the first two."""

    label: Tensor
    """s at the label"""
    student: Tensor
    """Σ exp(s)"""
    teacher: Tensor
    """Σ exp(t)"""
    teacher_moment: Tensor
    """Σ t exp(t)"""
    nearest: Tensor
    """max(s + t): 0 where both have their maximum at one column"""
    p: Tensor
    """Σ p"""
    q: Tensor
    """Σ q"""
    p_gap: Tensor
    """Forward KL: Σ p (t - s); JSD: Σ p (t / T - log m), where m is the mixture"""
    q_gap: Tensor
    """Reverse KL: Σ q (s - t); JSD: Σ q (s / T - log m)"""


class Block(NamedTuple):
    """Logits and labels of R tokens. The student's logits are overwritten by their gradient."""

    student: Tensor
    """(R, V)"""
    teacher: Tensor
    """(R, V)"""
    labels: Tensor
    """(R,)"""
    sums: Sums
    scratch: Tensor
    """(S, R, V), S as `scratch_blocks` says"""


WeightedMatrix = tuple[Tensor, Tensor]
"""A matrix (R, V), and the weight of each of its rows in a gradient, (R,)."""


def scratch_blocks(settings: Distillation) -> int:
    """Return how many blocks of scratch space `differentiate` needs."""
    return 3 if settings.divergence == "jsd" else 1


def differentiate_cross_entropy(student: Tensor, labels: Tensor, sums: Sums, weight: float) -> None:
    """Overwrite logits (R, V) with the gradient of weight * CE; fill the first two sums."""
    _shift_to_labels(student, labels, sums)
    _to_cross_entropy_gradient(student, labels, sums, weight)


def differentiate(block: Block, settings: Distillation, weights: Weights) -> None:
    """Overwrite the student's logits with the gradient of weights.ce CE + weights.kd T² D.

    Fills the block's sums, except a gap that its divergence D does not use.
    """
    student, teacher, labels, sums, scratch = block
    _shift_to_labels(student, labels, sums)
    _shift(teacher)
    torch.amax(torch.add(student, teacher, out=scratch[0]), -1, out=sums.nearest)
    _exponentials(teacher, 1, scratch[0], sums.teacher)
    torch.sum(scratch[0].mul_(teacher), -1, out=sums.teacher_moment)
    factor = weights.kd * settings.temperature  # T² of the objective, 1/T of the inner derivative
    match settings.divergence:
        case "forward_kl":
            parts = _forward_kl(block, settings.temperature, factor)
        case "reverse_kl":
            parts = _reverse_kl(block, settings.temperature, factor)
        case "jsd":
            parts = _jsd(block, settings, factor)
    _to_cross_entropy_gradient(student, labels, sums, weights.ce)
    if weights.kd != 0:  # else left out, as it may be NaN
        for matrix, weight in parts:
            student.addcmul_(matrix, weight[:, None])


def totals(sums: Sums, settings: Distillation | None) -> Tensor:
    """Return the sums over all tokens of CE, T² D, the teacher's entropy and agreement.

    (4,) float64, in nats, the entropy at temperature 1; without a teacher (1,), CE alone.
    """
    ce = _log(sums.student) - sums.label
    if settings is None:
        return ce.sum()[None]
    kd = settings.temperature**2 * _divergence(sums, settings)
    entropy = _log(sums.teacher) - _ratio(sums.teacher_moment, sums.teacher)
    agreement = (sums.nearest == 0).double()
    return torch.stack([term.sum() for term in (ce, kd, entropy, agreement)])


def _divergence(sums: Sums, settings: Distillation) -> Tensor:
    """Return D of each token (N,), float64."""
    log_p, log_q = _log(sums.p), _log(sums.q)
    match settings.divergence:
        case "forward_kl":
            return _ratio(sums.p_gap, sums.p) / settings.temperature - log_p + log_q
        case "reverse_kl":
            return _ratio(sums.q_gap, sums.q) / settings.temperature - log_q + log_p
        case "jsd":
            of_teacher = _ratio(sums.p_gap, sums.p) - log_p
            of_student = _ratio(sums.q_gap, sums.q) - log_q
            return torch.lerp(of_student, of_teacher, settings.teacher_share)


def _forward_kl(block: Block, temperature: float, factor: float) -> tuple[WeightedMatrix, ...]:
    """Return the gradient q - p of KL(p ‖ q), times a factor, as a sum of matrices."""
    student, teacher, _, sums, scratch = block
    p = _exponentials(teacher, temperature, scratch[0], sums.p)
    torch.sum(teacher.sub_(student).mul_(p), -1, out=sums.p_gap)
    q = _exponentials(student, temperature, teacher, sums.q)
    return (q, factor / sums.q), (p, -factor / sums.p)


def _reverse_kl(block: Block, temperature: float, factor: float) -> tuple[WeightedMatrix, ...]:
    """Return the gradient q (log q - log p - KL) of KL(q ‖ p), times a factor."""
    student, teacher, _, sums, scratch = block
    _exponentials(teacher, temperature, scratch[0], sums.p)
    q = _exponentials(student, temperature, scratch[0], sums.q)
    gap = torch.sub(student, teacher, out=teacher).mul_(q)
    torch.sum(gap, -1, out=sums.q_gap)
    share = factor / temperature / sums.q
    return (gap, share), (q, -share * sums.q_gap / sums.q)


def _jsd(block: Block, settings: Distillation, factor: float) -> tuple[WeightedMatrix, ...]:
    """Return the gradient (1 - beta) q (log q - log m - KL(q ‖ m)) of JSD, times a factor.

    JSD = beta KL(p ‖ m) + (1 - beta) KL(q ‖ m), m = beta p + (1 - beta) q, all normalised here;
    the terms of the gradient through m cancel.
    """
    student, teacher, _, sums, (p, q, mixture) = block
    beta, temperature = settings.teacher_share, settings.temperature
    _exponentials(teacher, temperature, p, sums.p)
    _exponentials(student, temperature, q, sums.q)
    torch.mul(p, (beta / sums.p)[:, None], out=mixture)
    mixture.addcmul_(q, ((1 - beta) / sums.q)[:, None])
    mixture.clamp_min_(torch.finfo(mixture.dtype).tiny).log_()
    torch.sum(teacher.mul_(1 / temperature).sub_(mixture).mul_(p), -1, out=sums.p_gap)
    gap = torch.mul(student, 1 / temperature, out=teacher).sub_(mixture).mul_(q)
    torch.sum(gap, -1, out=sums.q_gap)
    share = (1 - beta) * factor / sums.q
    return (gap, share), (q, -share * sums.q_gap / sums.q)


def _shift_to_labels(student: Tensor, labels: Tensor, sums: Sums) -> None:
    """Subtract the maximum of each row, and store its entry at the label."""
    _shift(student)
    torch.gather(student, -1, labels[:, None], out=sums.label[:, None])


def _to_cross_entropy_gradient(student: Tensor, labels: Tensor, sums: Sums, weight: float) -> None:
    """Overwrite shifted logits (R, V) with weight * (softmax - one-hot label)."""
    _exponentials(student, 1, student, sums.student)
    student *= (weight / sums.student)[:, None]
    student.scatter_add_(-1, labels[:, None], student.new_full((len(labels), 1), -weight))


def _shift(logits: Tensor) -> None:
    """Subtract the maximum of each row, so that no exponential overflows."""
    logits -= logits.amax(-1, keepdim=True)


def _exponentials(logits: Tensor, temperature: float, space: Tensor, total: Tensor) -> Tensor:
    """Return exp(logits / temperature), written to `space`, and write its sum to `total`."""
    if temperature == 1:
        torch.exp(logits, out=space)
    else:
        torch.mul(logits, 1 / temperature, out=space).exp_()
    torch.sum(space, -1, out=total)
    return space


def _log(total: Tensor) -> Tensor:
    return total.double().log()


def _ratio(total: Tensor, mass: Tensor) -> Tensor:
    return total.double() / mass
