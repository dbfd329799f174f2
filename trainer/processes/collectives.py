"""What the processes of one run tell each other; with a single process, each is the identity.

Every process has to make the same exchanges in the same order.
"""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor


def processes() -> int:
    """Return how many processes compute a step together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """Return which of them this is, from 0."""
    return dist.get_rank() if dist.is_initialized() else 0


def leads() -> bool:
    """Tell whether this process is the one that prints and writes."""
    return rank() == 0


def wait_for_all() -> None:
    """Return when every process has come here."""
    if processes() > 1:
        dist.barrier()


def total(value: Tensor) -> Tensor:
    """Return the sum of `value` over all processes."""
    if processes() > 1:
        value = value.clone()
        dist.all_reduce(value)
    return value


def most(value: int) -> int:
    """Return the largest of all processes' values."""
    if processes() == 1:
        return value
    shared = torch.tensor(value)
    dist.all_reduce(shared, dist.ReduceOp.MAX)
    return int(shared)


def whole(tensor: Tensor) -> Tensor:
    """Return in full a tensor of which each process may have a shard."""
    gather = getattr(tensor, "full_tensor", None)
    return tensor if gather is None else gather()


@torch.no_grad()
def assign(held: Tensor, full: Tensor) -> None:
    """Set a tensor, or the shard of it that is held here, from the full one."""
    sharded: Any = held  # a DTensor, whose module takes a second to import
    if hasattr(sharded, "full_tensor"):
        from torch.distributed.tensor import distribute_tensor  # noqa: PLC0415 - likewise

        full = distribute_tensor(full.to(held.device), sharded.device_mesh, sharded.placements)
    held.copy_(full)
