"""Data parallelism: each process has a share of every batch, all apply the same gradient.

`ddp` replicates the student in each process and adds up gradients; `fsdp` (FSDP2) shards
parameters, gradients and the optimiser's state by rows. Every process has the full teacher.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from trainer.configuration.schema import Training
from trainer.device import resolve_device
from trainer.errors import TrainingFailure, UserError
from trainer.models.interface import CausalModel, LanguageModel
from trainer.processes.collectives import current_world
from trainer.processes.parameter_sharding import blocks
from trainer.processes.rank import World
from trainer.training.objective import Objective, Terms

_LOST = ("gloo", "NCCL", "Connection closed by peer", "Connection reset by peer")


@runtime_checkable
class _Sharded(Protocol):
    """The methods of torch's FSDPModule, whose import takes a second."""

    def unshard(self) -> object: ...
    def reshard(self) -> None: ...


@contextmanager
def process_group(world: World, wanted: str) -> Iterator[None]:
    """Join the run's process group within, and leave it at the end; a single process needs none.

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


class StudentWithObjective(nn.Module):
    """A student and its objective as one module.

    DDP and FSDP wrap this module, so that they see the whole forward pass, whichever parts of the
    student the objective calls. The teacher is not one of its submodules.
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
    """An objective that calls its student through DDP or FSDP."""

    module: nn.Module
    text: str

    def terms(self, student: CausalModel, tokens: Tensor, labels: Tensor) -> Terms:
        """Return the terms for this process's tokens and labels (B, T) from `module`."""
        del student
        terms: Terms = self.module(tokens, labels)
        return terms

    def micro_batch(self, *, last: bool) -> AbstractContextManager[object]:
        """Return a context that defers the exchange of gradients to a step's last micro-batch."""
        if isinstance(self.module, DistributedDataParallel) and not last:
            return self.module.no_sync()
        return nullcontext()

    @contextmanager
    def full_parameters(self) -> Iterator[None]:
        """Unshard the student's parameters within, where FSDP shards them; not for training."""
        sharded = [part for part in self.module.modules() if isinstance(part, _Sharded)]
        for part in sharded:
            part.unshard()
        try:
            yield
        finally:
            for part in sharded:
                part.reshard()


def parallelise(
    objective: Objective, student: LanguageModel, training: Training
) -> Objective | SharedObjective:
    """Wrap student and objective for several processes; return the objective of a single one as is.

    FSDP replaces the student's parameters: create the optimiser after this call.
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
    module = StudentWithObjective(student, objective)
    if parallel == "ddp":
        # gradients are views of the buckets, so that there is no second copy of them
        wrapped = DistributedDataParallel(module, gradient_as_bucket_view=True)
        return SharedObjective(wrapped, objective.text)
    from torch.distributed.fsdp import fully_shard  # noqa: PLC0415 - takes a second to import

    for block in blocks(student):
        fully_shard(block)
    fully_shard(module)
    return SharedObjective(module, objective.text)
