"""Several processes as one run: each has a share of every batch, all apply the same gradient.

`ddp` keeps the whole student in each process and adds up gradients; `fsdp` (FSDP2) also shards
parameters, gradients and the optimiser's state by rows. The teacher is whole in every process.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from trainer.configuration.schema import Training
from trainer.device import resolve_device
from trainer.errors import TrainingFailure, UserError
from trainer.models.interface import CausalModel, LanguageModel
from trainer.processes.collectives import current_world
from trainer.processes.parallel_layout import blocks
from trainer.processes.rank import World
from trainer.training.objective import Objective, Terms

_LOST = ("gloo", "NCCL", "Connection closed by peer", "Connection reset by peer")


@contextmanager
def joined(world: World, wanted: str) -> Iterator[None]:
    """Be a member of the run's process group within; a single process needs none.

    `wanted` is the configured device (auto, cpu or cuda); each process of a machine takes the GPU
    of its local rank.

    Raises UserError where torch was built without torch.distributed, and TrainingFailure when
    another process of the run ends before this one is done.
    """
    if world.size == 1:
        yield
        return
    if not dist.is_available():
        raise UserError(
            f"WORLD_SIZE is {world.size}, but torch {torch.__version__} was built without "
            "torch.distributed; install a build that has it, or start the run without torchrun"
        )
    backend = "gloo"
    if resolve_device(wanted).type == "cuda":
        torch.cuda.set_device(world.local_rank)
        backend = "cpu:gloo,cuda:nccl"  # small tensors of facts are exchanged on the CPU
    try:
        dist.init_process_group(backend)
        yield
    except RuntimeError as fault:
        if not any(word in str(fault) for word in _LOST):
            raise
        raise TrainingFailure(
            "another process of this run has ended, so this one stops; its own message says why"
        ) from fault
    finally:
        if dist.is_initialized():
            dist.destroy_process_group()


class Lesson(nn.Module):
    """A student under an objective, as one module.

    DDP and FSDP wrap this one, so that they see the whole of a forward pass, whichever parts of
    the student the objective calls. The teacher is no part of it.
    """

    def __init__(self, student: LanguageModel, objective: Objective) -> None:
        super().__init__()
        self.student = student
        self.objective = objective

    def forward(self, tokens: Tensor, labels: Tensor) -> Terms:
        """Return the objective's terms for tokens and labels (B, T)."""
        return self.objective.terms(self.student, tokens, labels)


@dataclass(frozen=True, slots=True)
class SharedObjective:
    """An objective that reaches its student through DDP or FSDP."""

    lesson: nn.Module
    text: str

    def terms(self, student: CausalModel, tokens: Tensor, labels: Tensor) -> Terms:
        """Return the terms for this process's tokens and labels (B, T); `lesson` has `student`."""
        del student
        terms: Terms = self.lesson(tokens, labels)
        return terms

    def piece(self, *, last: bool) -> AbstractContextManager[object]:
        """Hold back the exchange of gradients within, except at a step's last micro-batch."""
        if isinstance(self.lesson, DistributedDataParallel) and not last:
            return self.lesson.no_sync()
        return nullcontext()

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Have the student's parameters whole within, where FSDP shards them; not for training."""
        sharded: list[Any] = [part for part in self.lesson.modules() if hasattr(part, "unshard")]
        for part in sharded:
            part.unshard()
        try:
            yield
        finally:
            for part in sharded:
                part.reshard()


def shared(
    objective: Objective, student: LanguageModel, training: Training
) -> Objective | SharedObjective:
    """Let the processes train `student` together; alone, return the objective as it is.

    Under FSDP the student's parameters are new objects afterwards: make the optimiser then.
    Raises UserError for a batch that has no window for each micro-batch of each process.
    """
    parallel, pieces = training.parallel, training.gradient_accumulation
    processes = current_world().size
    if processes == 1:
        return objective
    if training.batch_size < processes * pieces:
        raise UserError(
            f"training.batch_size is {training.batch_size}, but {processes} processes with "
            f"training.gradient_accumulation {pieces} need at least {processes * pieces} windows"
        )
    lesson = Lesson(student, objective)
    if parallel == "ddp":
        whole = DistributedDataParallel(lesson, gradient_as_bucket_view=True)  # no second copy
        return SharedObjective(whole, objective.text)
    from torch.distributed.fsdp import fully_shard  # noqa: PLC0415 - takes a second to import

    for block in blocks(student):
        fully_shard(block)
    fully_shard(lesson)
    return SharedObjective(lesson, objective.text)
