"""The objective from hidden states, a chunk of tokens at a time, without the full logits.

The gradient is computed beside the loss, while a chunk's logits exist; kept for the backward pass
are only the gradients by the hidden states and the head. (The idea is that of Hsu et al. 2024,
Liger Kernel, arXiv:2410.10989.)
"""

from dataclasses import replace
from typing import Protocol

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from trainer.losses.chunked_loss import ChunkedLoss, Chunking, Gradients
from trainer.losses.kd import combine
from trainer.losses.teacher_logits import TeacherOutput
from trainer.models.interface import IGNORED, Head


def linear_loss(
    hidden: Tensor,
    head: Head,
    labels: Tensor,
    teacher_output: TeacherOutput | None,
    chunking: Chunking,
) -> tuple[Tensor, Tensor]:
    """Return the loss of tokens with hidden states (N, D) and labels (N,), and its terms.

    The loss is a scalar in nats, differentiable once by `hidden` and `head`. The terms are float64
    means over the valid tokens, not differentiable: CE, T² D, the teacher's entropy and the
    agreement; without a teacher CE alone, which then is the loss. Labels of `kd.IGNORED` are left
    out; labels in the host's memory make no GPU wait for their number. Raises UserError when the
    divergence is the reverse KL and the teacher's vocabulary is smaller than the student's.

    >>> hidden, head = torch.zeros(3, 4), Head(torch.zeros(8, 4))
    >>> loss, terms = linear_loss(hidden, head, torch.tensor([1, 2, IGNORED]), None, Chunking(2))
    >>> round(loss.item(), 4)  # log 8
    2.0794
    """
    inputs = (hidden, *head)
    wanted = [torch.is_grad_enabled() and x is not None and x.requires_grad for x in inputs]
    with torch.no_grad():
        valid = (labels != IGNORED).nonzero()[:, 0]
        some = len(valid) < len(labels)
        labels = (labels[valid] if some else labels).to(hidden.device, non_blocking=True)
        if some:
            valid = valid.to(hidden.device, non_blocking=True)
        if some and teacher_output is not None:
            teacher_output = replace(teacher_output, states=teacher_output.states[valid])
        sweep = ChunkedLoss(hidden[valid] if some else hidden, head, teacher_output, chunking)
        means, gradients = sweep.run(labels, wanted)
        if some and gradients[0] is not None:
            gradients[0] = torch.zeros_like(hidden).index_copy_(0, valid, gradients[0])
        total = means[0]
        if teacher_output is not None:
            total = combine(means[0], means[1], teacher_output.settings.alpha)
    attached: Tensor = _Attached.apply(  # type: ignore[no-untyped-call]
        total, gradients, sweep.left_out, *inputs
    )
    return attached, means


class _Context(Protocol):
    """The attributes that the forward pass leaves for the backward pass."""

    gradients: Gradients | None
    factor: float


class _Attached(torch.autograd.Function):
    """A scalar whose gradient by the inputs has been computed already, up to a factor."""

    @staticmethod
    def forward(
        ctx: _Context, value: Tensor, gradients: Gradients, factor: float, *inputs: Tensor | None
    ) -> Tensor:
        del inputs
        ctx.gradients, ctx.factor = gradients, factor
        return value.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: _Context, outer: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients, scaled in place: there is one backward pass and no copy."""
        gradients, ctx.gradients = ctx.gradients, None
        if gradients is None:
            raise RuntimeError("the gradient of this loss was used already; compute the loss again")
        scale = outer.double() * ctx.factor
        if scale.device.type != "cpu" or scale != 1:  # on a GPU, comparing would synchronise
            gradients = [None if g is None else g.mul_(scale.to(g.dtype)) for g in gradients]
        return None, None, None, *gradients
