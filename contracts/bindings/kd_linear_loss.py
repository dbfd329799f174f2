"""Views of `trainer.linear_loss` for claims: labels with a mask, gradients as distances."""

from collections.abc import Sequence

import torch
from torch import Tensor

from trainer.config import Distillation
from trainer.linear_loss import linear_loss as chunked
from trainer.losses import IGNORED, kd_loss
from trainer.models.interface import Head
from trainer.sweep import Chunking
from trainer.teaching import Teaching

Numbers = Tensor | Sequence[float]
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
    teaching = Teaching(taught, Head(teacher_weight), numbers)
    loss, _ = chunked(hidden, Head(weight), _masked(labels, kept), teaching, Chunking(int(rows)))
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
    masked = _masked(labels, kept)
    numbers = Distillation.model_validate({"temperature": temperature, "divergence": kind})
    found = _sides(hidden, weight)
    teaching = Teaching(taught, Head(teacher_weight), numbers)
    loss, _ = chunked(found[0], Head(found[1]), masked, teaching, Chunking(int(rows)))
    exact = _sides(hidden.double(), weight.double())
    total = kd_loss(
        exact[0] @ exact[1].T, taught.double() @ teacher_weight.double().T, masked, numbers
    ).total
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
    masked = _masked(labels, kept)
    numbers = Distillation.model_validate({"temperature": temperature, "divergence": kind})
    teaching = Teaching(taught, Head(teacher_weight), numbers)
    loss, terms = chunked(hidden, Head(weight), masked, teaching, Chunking(int(rows)))
    exact = kd_loss(
        hidden.double() @ weight.double().T,
        taught.double() @ teacher_weight.double().T,
        masked,
        numbers,
    )
    pairs = zip((loss, *terms[:3]), exact[:4], strict=True)
    return max(_distance(mine, theirs, temperature**2) for mine, theirs in pairs)


def _masked(labels: Numbers, kept: Numbers) -> Tensor:
    wanted = torch.as_tensor(labels).long()
    return wanted.masked_fill(torch.as_tensor(kept).long() == 0, IGNORED)


def _sides(hidden: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    return hidden.clone().requires_grad_(), weight.clone().requires_grad_()


def _distance(mine: Tensor, theirs: Tensor, factor: float) -> float:
    """Return the largest distance of two tensors; the largest of 1, factor and size is the unit."""
    unit = max(1.0, factor, theirs.abs().max().item())
    return (mine.double() - theirs).abs().max().item() / unit
