"""Views of the loss from hidden states for claims: labels with a mask, gradients as distances."""

from collections.abc import Sequence

import torch
from torch import Tensor

from trainer.configuration.schema import Distillation
from trainer.losses.chunked_loss import Chunking
from trainer.losses.from_hidden_states import linear_loss as chunked
from trainer.losses.kd import KDLoss, kd_loss
from trainer.losses.teacher_logits import TeacherOutput
from trainer.models.interface import IGNORED, Head

Numbers = Tensor | Sequence[float]
Side = tuple[Tensor, Tensor]
"""Hidden states (N, D) and the weight of a head (V, D)."""

torch.set_num_threads(1)  # a case is tiny, and threads would only wait for each other


def linear_loss(  # noqa: PLR0913, PLR0917 - the equation has as many
    hidden: Tensor,
    weight: Tensor,
    taught: Tensor,
    teacher_weight: Tensor,
    labels: Numbers,
    kept: Numbers,
    temperature: float,
    alpha: float,
    rows: int,
) -> float:
    """Return the loss of a student's and a teacher's hidden states, `rows` tokens at a time."""
    numbers = Distillation(temperature=temperature, alpha=alpha)
    teacher = (taught, teacher_weight)
    loss, _ = _chunked((hidden, weight), teacher, _masked(labels, kept), numbers, rows)
    return loss.item()


def gradient_gap(  # noqa: PLR0913, PLR0917 - likewise
    hidden: Tensor,
    weight: Tensor,
    taught: Tensor,
    teacher_weight: Tensor,
    labels: Numbers,
    kept: Numbers,
    temperature: float,
    kind: str,
    rows: int,
) -> float:
    """Return the largest distance of a gradient from that of float64."""
    numbers = Distillation.model_validate({"temperature": temperature, "divergence": kind})
    masked, teacher = _masked(labels, kept), (taught, teacher_weight)
    found, exact = _leaves(hidden, weight), _leaves(hidden.double(), weight.double())
    loss, _ = _chunked(found, teacher, masked, numbers, rows)
    total = _exact(exact, teacher, masked, numbers).total
    pairs = zip(torch.autograd.grad(loss, found), torch.autograd.grad(total, exact), strict=True)
    return max(_distance(mine, theirs, temperature) for mine, theirs in pairs)


def loss_gap(  # noqa: PLR0913, PLR0917 - likewise
    hidden: Tensor,
    weight: Tensor,
    taught: Tensor,
    teacher_weight: Tensor,
    labels: Numbers,
    kept: Numbers,
    temperature: float,
    kind: str,
    rows: int,
) -> float:
    """Return the largest distance of the loss or one of its terms from that of float64."""
    numbers = Distillation.model_validate({"temperature": temperature, "divergence": kind})
    masked, student, teacher = _masked(labels, kept), (hidden, weight), (taught, teacher_weight)
    loss, terms = _chunked(student, teacher, masked, numbers, rows)
    exact = _exact(student, teacher, masked, numbers)
    pairs = zip((loss, *terms[:3]), exact[:4], strict=True)
    return max(_distance(mine, theirs, temperature**2) for mine, theirs in pairs)


def _chunked(
    student: Side, teacher: Side, labels: Tensor, numbers: Distillation, rows: int
) -> tuple[Tensor, Tensor]:
    """Return the loss under test and its terms, `rows` tokens at a time."""
    hidden, weight = student
    taught, teacher_weight = teacher
    teacher_output = TeacherOutput(taught, Head(teacher_weight), numbers)
    return chunked(hidden, Head(weight), labels, teacher_output, Chunking(int(rows)))


def _exact(student: Side, teacher: Side, labels: Tensor, numbers: Distillation) -> KDLoss:
    """Return the loss of all logits in float64."""
    mine, theirs = (hidden.double() @ weight.double().T for hidden, weight in (student, teacher))
    return kd_loss(mine, theirs, labels, numbers)


def _masked(labels: Numbers, kept: Numbers) -> Tensor:
    wanted = torch.as_tensor(labels).long()
    return wanted.masked_fill(torch.as_tensor(kept).long() == 0, IGNORED)


def _leaves(hidden: Tensor, weight: Tensor) -> Side:
    """Return both as what a gradient is asked by."""
    return hidden.clone().requires_grad_(), weight.clone().requires_grad_()


def _distance(mine: Tensor, theirs: Tensor, factor: float) -> float:
    """Return the largest distance of two tensors; the largest of 1, factor and size is the unit."""
    unit = max(1.0, factor, theirs.abs().max().item())
    return (mine.double() - theirs).abs().max().item() / unit
