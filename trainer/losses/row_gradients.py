"""The objective and its gradient for rows of logits, computed in place.

What `trainer.losses.kd` states and autograd differentiates, written out: a handful of passes over a
block of rows that fits a cache, and no memory but scratch space. A block leaves sums over the
vocabulary behind, from which `totals` computes the objective of all tokens at once.

Below, s and t are a token's logits, the student's and the teacher's, less their maximum;
p = exp(t / T) and q = exp(s / T), not normalised: p / sum(p) is the teacher's distribution at T.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from trainer.configuration.schema import Distillation


class Weights(NamedTuple):
    """What a token's CE and T² D weigh in the number that is differentiated."""

    ce: float
    kd: float


class Sums(NamedTuple):
    """What is kept of tokens, (N,) each. Without a teacher, only the first two are filled."""

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
    """R tokens. Their logits are overwritten: the student's by their gradient."""

    student: Tensor
    """(R, V)"""
    teacher: Tensor
    """(R, V)"""
    labels: Tensor
    """(R,)"""
    sums: Sums
    scratch: Tensor
    """(S, R, V), S as `scratch_blocks` says"""


Part = tuple[Tensor, Tensor]
"""A matrix (R, V), and what each of its rows weighs in a gradient, (R,)."""


def scratch_blocks(numbers: Distillation) -> int:
    """Return how many blocks of scratch space `differentiate` needs."""
    return 3 if numbers.divergence == "jsd" else 1


def differentiate_cross_entropy(student: Tensor, labels: Tensor, sums: Sums, weight: float) -> None:
    """Turn logits (R, V) into the gradient of weight CE by them; fill the first two sums."""
    _meet_labels(student, labels, sums)
    _to_cross_entropy_gradient(student, labels, sums, weight)


def differentiate(block: Block, numbers: Distillation, weights: Weights) -> None:
    """Turn the student's logits into the gradient of weights.ce CE + weights.kd T² D by them.

    Fills the block's sums, all but a gap for which its divergence D has no use.
    """
    student, teacher, labels, sums, scratch = block
    _meet_labels(student, labels, sums)
    _shift(teacher)
    torch.amax(torch.add(student, teacher, out=scratch[0]), -1, out=sums.nearest)
    _exponentials(teacher, 1, scratch[0], sums.teacher)
    torch.sum(scratch[0].mul_(teacher), -1, out=sums.teacher_moment)
    factor = weights.kd * numbers.temperature  # T² of the objective, 1/T of the inner derivative
    match numbers.divergence:
        case "forward_kl":
            parts = _forward_kl(block, numbers.temperature, factor)
        case "reverse_kl":
            parts = _reverse_kl(block, numbers.temperature, factor)
        case "jsd":
            parts = _jsd(block, numbers, factor)
    _to_cross_entropy_gradient(student, labels, sums, weights.ce)
    if weights.kd != 0:  # else left out, so that it cannot poison the rest
        for matrix, weight in parts:
            student.addcmul_(matrix, weight[:, None])


def totals(sums: Sums, numbers: Distillation | None) -> Tensor:
    """Return the sums over all tokens of CE, T² D, the teacher's entropy and agreement.

    (4,) float64, in nats, the entropy at temperature 1; without a teacher (1,), CE alone.
    """
    ce = _log(sums.student) - sums.label
    if numbers is None:
        return ce.sum()[None]
    kd = numbers.temperature**2 * _divergence(sums, numbers)
    entropy = _log(sums.teacher) - _ratio(sums.teacher_moment, sums.teacher)
    agreement = (sums.nearest == 0).double()
    return torch.stack([term.sum() for term in (ce, kd, entropy, agreement)])


def _divergence(sums: Sums, numbers: Distillation) -> Tensor:
    """Return D of each token (N,), float64."""
    log_p, log_q = _log(sums.p), _log(sums.q)
    match numbers.divergence:
        case "forward_kl":
            return _ratio(sums.p_gap, sums.p) / numbers.temperature - log_p + log_q
        case "reverse_kl":
            return _ratio(sums.q_gap, sums.q) / numbers.temperature - log_q + log_p
        case "jsd":
            of_teacher = _ratio(sums.p_gap, sums.p) - log_p
            of_student = _ratio(sums.q_gap, sums.q) - log_q
            return torch.lerp(of_student, of_teacher, numbers.teacher_share)


def _forward_kl(block: Block, temperature: float, factor: float) -> tuple[Part, ...]:
    """Return the gradient q - p of KL(p ‖ q), times a factor."""
    student, teacher, _, sums, scratch = block
    p = _exponentials(teacher, temperature, scratch[0], sums.p)
    torch.sum(teacher.sub_(student).mul_(p), -1, out=sums.p_gap)
    q = _exponentials(student, temperature, teacher, sums.q)
    return (q, factor / sums.q), (p, -factor / sums.p)


def _reverse_kl(block: Block, temperature: float, factor: float) -> tuple[Part, ...]:
    """Return the gradient q (log q - log p - KL) of KL(q ‖ p), times a factor."""
    student, teacher, _, sums, scratch = block
    _exponentials(teacher, temperature, scratch[0], sums.p)
    q = _exponentials(student, temperature, scratch[0], sums.q)
    gap = torch.sub(student, teacher, out=teacher).mul_(q)
    torch.sum(gap, -1, out=sums.q_gap)
    share = factor / temperature / sums.q
    return (gap, share), (q, -share * sums.q_gap / sums.q)


def _jsd(block: Block, numbers: Distillation, factor: float) -> tuple[Part, ...]:
    """Return the gradient (1 - beta) q (log q - log m - KL(q ‖ m)) of JSD, times a factor.

    JSD = beta KL(p ‖ m) + (1 - beta) KL(q ‖ m), m = beta p + (1 - beta) q, here all normalised:
    what m adds to the gradient cancels.
    """
    student, teacher, _, sums, (p, q, mixture) = block
    beta, temperature = numbers.teacher_share, numbers.temperature
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


def _meet_labels(student: Tensor, labels: Tensor, sums: Sums) -> None:
    """Subtract the maximum of each row, and keep what is then at its label."""
    _shift(student)
    torch.gather(student, -1, labels[:, None], out=sums.label[:, None])


def _to_cross_entropy_gradient(student: Tensor, labels: Tensor, sums: Sums, weight: float) -> None:
    """Turn shifted logits (R, V) into weight times their softmax, less 1 at the label."""
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
