"""Logits of a teacher over the vocabulary of its student, which may be shorter or longer."""

import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
from torch import Tensor

from trainer.errors import UserError

_LOWEST = -1e30
"""A logit of probability 0 at any temperature in use; -inf would make 0 * inf of a divergence."""


def absent_logit(dtype: torch.dtype) -> float:
    """Return the logit, in this type, of a token that a teacher does not have."""
    return max(_LOWEST, torch.finfo(dtype).min)


def fit_vocabulary(teacher: Tensor, size: int) -> Tensor:
    """Return logits (..., size): those past it are cut, and tokens that are missing are absent.

    >>> fit_vocabulary(torch.tensor([1.0, 2.0, 3.0]), 2)
    tensor([1., 2.])
    >>> fit_vocabulary(torch.tensor([1.0, 2.0]), 3).softmax(0)[2]
    tensor(0.)
    """
    missing = size - teacher.shape[-1]
    if missing <= 0:
        return teacher[..., :size]
    return F.pad(teacher, (0, missing), value=absent_logit(teacher.dtype))


def require_finite_divergence(student: int, teacher: int, divergence: str) -> None:
    """Raise UserError where a larger vocabulary of the student makes the divergence infinite."""
    if student > teacher and divergence == "reverse_kl":
        raise UserError(
            f"student vocab_size {student} is larger than the teacher's {teacher}: reverse_kl is "
            "infinite where the teacher has no such token; set distillation.divergence to "
            "forward_kl or jsd"
        )
