"""Views of `trainer.losses.kd` for one token, so that claims about vectors reach its batches.

Logits come as tensors (V,) in the type that is to be checked, or as tuples of numbers.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from trainer.configuration.schema import Distillation
from trainer.losses import kd as objective

Logits = Tensor | Sequence[float]
_ONE = torch.tensor([True])
"""The mask of one valid token."""


def forward_kl(student: Logits, teacher: Logits, temperature: float) -> float:
    """Return the divergence at one token."""
    return objective.forward_kl(_row(student), _row(teacher), temperature, _ONE).item()


def reverse_kl(student: Logits, teacher: Logits, temperature: float) -> float:
    """Return the divergence the other way round, at one token."""
    return objective.reverse_kl(_row(student), _row(teacher), temperature, _ONE).item()


def jsd(student: Logits, teacher: Logits, temperature: float, beta: float) -> float:
    """Return the mixed divergence at one token."""
    return objective.jsd(_row(student), _row(teacher), temperature, _ONE, beta=beta).item()


def three_logits(*numbers: float) -> float:
    """Return the divergence of the first three logits from the next three, at a temperature."""
    return forward_kl(numbers[:3], numbers[3:6], numbers[6])


def cross_entropy(student: Logits, label: int) -> float:
    """Return the cross-entropy at one token."""
    return objective.cross_entropy(_row(student), torch.tensor([label])).item()


def total_loss(
    student: Logits, teacher: Logits, label: int, temperature: float, alpha: float
) -> float:
    """Return the whole objective at one token."""
    numbers = Distillation(temperature=temperature, alpha=alpha)
    found = objective.kd_loss(_row(student), _row(teacher), torch.tensor([label]), numbers)
    return found.total.item()


def combined_loss(ce: Tensor, kd: Tensor, alpha: float) -> Tensor:
    """Return the two terms weighed, item by item."""
    return objective.combine(ce, kd, alpha)


def weighing(ce: float, kd: float, alpha: float) -> float:
    """Return the two terms weighed, as numbers."""
    terms = torch.tensor([ce, kd], dtype=torch.float64)
    return objective.combine(terms[0], terms[1], alpha).item()


def kd_gradient(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Return the derivative of the KD term, with its T², by the student's logits (V,)."""
    return _gradient(student, teacher, Distillation(temperature=temperature))


def reverse_gradient(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Return the same derivative under the reverse divergence."""
    numbers = Distillation(temperature=temperature, divergence="reverse_kl")
    return _gradient(student, teacher, numbers)


def jsd_gradient(student: Tensor, teacher: Tensor, temperature: float, beta: float) -> Tensor:
    """Return the same derivative under the mixed divergence."""
    numbers = Distillation(temperature=temperature, divergence="jsd", beta=beta)
    return _gradient(student, teacher, numbers)


def _gradient(student: Tensor, teacher: Tensor, numbers: Distillation) -> Tensor:
    row = _row(student).clone().requires_grad_()
    term = objective.kd_loss(row, _row(teacher), torch.tensor([0]), numbers).kd
    (gradient,) = torch.autograd.grad(term, row)
    return gradient[0]


def _row(logits: Logits) -> Tensor:
    """Return logits as a batch of one token, (1, V)."""
    if isinstance(logits, Tensor):
        return logits[None]
    return torch.tensor([list(logits)], dtype=torch.float64)
