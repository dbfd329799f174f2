"""How a student lies in the processes that train it, in bytes. Nothing here exchanges anything."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Spread:
    """DDP: whole in each of so many processes; FSDP2: sharded by rows, gathered when needed."""

    parallel: Literal["ddp", "fsdp"] = "ddp"
    processes: int = 1

    @property
    def sharded(self) -> bool:
        """Whether a process holds its rows of each parameter alone."""
        return self.parallel == "fsdp" and self.processes > 1

    @property
    def copied(self) -> bool:
        """Whether gradients lie in the buckets that DDP exchanges, also between steps."""
        return self.parallel == "ddp" and self.processes > 1

    def held(self, parameters: Iterable[Tensor]) -> int:
        """Return the bytes of a process's part of them, of the process with most."""
        if not self.sharded:
            return size(parameters)
        rows = ((p, p.shape[0] if p.dim() else 1) for p in parameters)
        return sum(p.nbytes // n * -(-n // self.processes) for p, n in rows)


def size(parameters: Iterable[Tensor]) -> int:
    """Return the bytes of all of them."""
    return sum(p.nbytes for p in parameters)


def blocks(model: nn.Module) -> list[nn.Module]:
    """Return what FSDP gathers one by one: the members of the model's lists of modules."""
    return [block for part in model.modules() if isinstance(part, nn.ModuleList) for block in part]


def outside_blocks(model: nn.Module) -> Iterator[nn.Parameter]:
    """Yield the parameters that FSDP gathers at the start of a step and holds to its end."""
    inside = {id(p) for block in blocks(model) for p in block.parameters()}
    return (p for p in model.parameters() if id(p) not in inside)
