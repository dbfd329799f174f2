"""Several processes as one run: each has a share of every batch, all apply the same gradient.

`ddp` keeps the whole student in each process and adds up gradients; `fsdp` (FSDP2) also shards
parameters, gradients and the optimiser's state by rows. The teacher is whole in every process.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Literal

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from trainer.errors import TrainingFailure
from trainer.models import CausalModel, LanguageModel
from trainer.objective import Objective, Terms
from trainer.world import World

Parallel = Literal["ddp", "fsdp"]

_LOST = ("gloo", "NCCL", "Connection closed by peer", "Connection reset by peer")


@contextmanager
def joined(world: World, device: torch.device) -> Iterator[None]:
    """Meet the other processes, and part in the end; alone, do nothing.

    Raises TrainingFailure when another process of the run ends before this one is done.
    """
    if world.size == 1:
        yield
        return
    try:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
        yield
    except RuntimeError as fault:
        if not any(word in str(fault) for word in _LOST):
            raise
        raise TrainingFailure(
            f"process {world.rank} of {world.size}: another process of this run has ended, so "
            "this one stops; the other's own message says why"
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


def shared(objective: Objective, student: LanguageModel, parallel: Parallel) -> SharedObjective:
    """Let the processes train `student` together. Parameters keep their names.

    Under FSDP the student's parameters are new objects afterwards: make the optimiser then.
    """
    lesson = Lesson(student, objective)
    if parallel == "ddp":
        return SharedObjective(DistributedDataParallel(lesson), objective.text)
    from torch.distributed.fsdp import fully_shard  # noqa: PLC0415 - takes a second to import

    for blocks in (part for part in student.modules() if isinstance(part, nn.ModuleList)):
        for block in blocks:
            fully_shard(block)
    fully_shard(lesson)
    return SharedObjective(lesson, objective.text)
