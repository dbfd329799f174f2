"""Predict the memory of a step from shapes, in the process that holds most.

Left out are torch's own code and workspaces, and temporary tensors within a layer. In the tests
the prediction is within 25 % of the measurement.
"""

from collections.abc import Iterable

from torch import Tensor, nn

from trainer.cost.activation_memory import ActivationBytes
from trainer.cost.step_memory import Memory
from trainer.losses.loss_chunking import LossPlan
from trainer.models.interface import LanguageModel
from trainer.processes.parameter_sharding import ParallelLayout, blocks, outside_blocks, size


def predict_memory(
    models: tuple[LanguageModel, LanguageModel | None],
    plan: LossPlan,
    taken: tuple[ActivationBytes, ActivationBytes | None],
    layout: ParallelLayout,
    *,
    pieces: int,
) -> Memory:
    """Return the memory of a run whose step has `pieces` micro-batches.

    `models` and `taken` are of student and teacher; the student is not sharded yet.
    """
    student, teacher = models
    gradients = layout.held(_trained(student.parameters()))
    head = _head_gradient(student)
    early = head if plan.mode == "chunked" else 0  # made with the loss
    tied = head if _embeds_head(student) else 0
    hidden = sum(each.hidden_bytes for each in (taken[0], *taken) if each is not None)
    gathered = size(outside_blocks(student)) if layout.sharded else 0
    kept = gradients if pieces > 1 else 0  # those of the micro-batches before
    before = kept + gathered + taken[0].saved_bytes + hidden + early
    return Memory(
        student=layout.held(student.parameters()),
        teacher=0 if teacher is None else size(teacher.parameters()),
        optimizer=2 * gradients,
        gradients=gradients,
        activations=taken[0].saved_bytes,
        logits=plan.logits_bytes,
        head_gradient=early,
        tied_gradient=tied,
        hidden=hidden,
        buckets=gradients if layout.copied else 0,
        gathered=gathered,
        at_loss=before + plan.logits_bytes,
        at_backward=_at_backward(student, layout, before, tied, early, pieces),
    )


def _at_backward(
    student: nn.Module, layout: ParallelLayout, before: int, tied: int, early: int, pieces: int
) -> int:
    """Return the peak bytes of the backward pass beyond those held between steps.

    DDP copies each gradient into its bucket and frees it. FSDP2 has four candidates for the peak:
    at the last block, gathered beside its gradient and the block before it; at the first block,
    while the last one's gradient is still being scattered; when all parameters outside of the
    blocks have their gradient; and when that is scattered, which gloo does in a copy.
    """
    if layout.copied and pieces == 1:
        return max(p.nbytes for p in _trained(student.parameters())) + tied
    gradients = layout.held(_trained(student.parameters()))
    if not layout.sharded:
        return gradients + tied
    block = max((size(block.parameters()) for block in blocks(student)), default=0)
    outside = list(outside_blocks(student))
    of_blocks = gradients - layout.held(_trained(outside))
    whole = size(_trained(outside))
    copies = 1 if outside and outside[0].device.type == "cuda" else 2
    later = of_blocks * (1 - 1 / max(len(blocks(student)), 1))
    first = size(outside) + int(later) + early + (3 + copies) * block
    scattering = gradients + copies * whole + (0 if tied else early)
    ending = of_blocks + size(outside) + whole + tied + block
    kept = gradients if pieces > 1 else 0
    return max(before + 3 * block, kept + max(first, ending, scattering))


def _trained(parameters: Iterable[Tensor]) -> list[Tensor]:
    return [p for p in parameters if p.requires_grad]


def _head_gradient(student: LanguageModel) -> int:
    """Return the bytes of the gradient by the head's weight; 0 without one."""
    head = student.head
    return head.weight.nbytes if head is not None and head.weight.requires_grad else 0


def _embeds_head(student: LanguageModel) -> bool:
    """Return whether the head's weight is tied to an embedding."""
    head = student.head
    embeddings = (part for part in student.modules() if isinstance(part, nn.Embedding))
    return head is not None and any(part.weight is head.weight for part in embeddings)
