"""Scalar views of `trainer.losses`, so that claims about tuples of numbers reach its tensors.

Everything is float64: the contract states the mathematics, not the rounding.
"""

from collections.abc import Sequence

import torch

from trainer import losses

Logits = Sequence[float]


def forward_kl(student: Logits, teacher: Logits, temperature: float) -> float:
    """Return the divergence at one token, for logits given as numbers."""
    valid = torch.tensor([True])
    return losses.forward_kl(_row(student), _row(teacher), temperature, valid).item()


def cross_entropy(student: Logits, label: int) -> float:
    """Return the cross-entropy at one token."""
    return losses.cross_entropy(_row(student), torch.tensor([label])).item()


def total_loss(
    student: Logits, teacher: Logits, label: int, temperature: float, alpha: float
) -> float:
    """Return the whole objective at one token."""
    found = losses.kd_loss(
        _row(student), _row(teacher), torch.tensor([label]), temperature=temperature, alpha=alpha
    )
    return found.total.item()


def combined_loss(ce: float, kd: float, alpha: float) -> float:
    """Return the two terms weighed."""
    terms = torch.tensor([ce, kd], dtype=torch.float64)
    return losses.combine(terms[0], terms[1], alpha).item()


def kd_gradient(student: Logits, teacher: Logits, temperature: float, k: int) -> float:
    """Return the derivative of the KD term, with its T², by the student's logit `k`."""
    row = _row(student).requires_grad_()
    label = torch.tensor([0])
    kd = losses.kd_loss(row, _row(teacher), label, temperature=temperature, alpha=1.0).kd
    (gradient,) = torch.autograd.grad(kd, row)
    return gradient[0, k].item()


def softened(logits: Logits, temperature: float, k: int) -> float:
    """Return component `k` of softmax(logits / T)."""
    return torch.softmax(_row(logits)[0] / temperature, dim=-1)[k].item()


def _row(logits: Logits) -> torch.Tensor:
    return torch.tensor([list(logits)], dtype=torch.float64)  # (1, V)
