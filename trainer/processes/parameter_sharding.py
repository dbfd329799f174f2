"""The layout of a student's parameters among processes under DDP or FSDP, and its bytes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class ParallelLayout:
    """DDP: a full replica in each process; FSDP2: sharded by rows, gathered when needed."""

    parallel: Literal["ddp", "fsdp"] = "ddp"
    processes: int = 1

    @property
    def sharded(self) -> bool:
        """True if a process holds only its rows of each parameter."""
        return self.parallel == "fsdp" and self.processes > 1

    @property
    def copied(self) -> bool:
        """True if gradients are copied to DDP's buckets, which stay between steps."""
        return self.parallel == "ddp" and self.processes > 1

    def held(self, parameters: Iterable[Tensor]) -> int:
        """Return the bytes of these parameters in the process that holds most."""
        if not self.sharded:
            return size(parameters)
        rows = ((p, p.shape[0] if p.dim() else 1) for p in parameters)
        return sum(p.nbytes // n * -(-n // self.processes) for p, n in rows)


def size(parameters: Iterable[Tensor]) -> int:
    """Return the total bytes of the tensors."""
    return sum(p.nbytes for p in parameters)


def blocks(model: nn.Module) -> list[nn.Module]:
    """Return the blocks that FSDP gathers one by one: the members of the model's module lists."""
    return [block for part in model.modules() if isinstance(part, nn.ModuleList) for block in part]


def outside_blocks(model: nn.Module) -> Iterator[nn.Parameter]:
    """Return the parameters outside of blocks, which FSDP gathers for the whole of a step."""
    inside = {id(p) for block in blocks(model) for p in block.parameters()}
    return (p for p in model.parameters() if id(p) not in inside)
