"""Collective operations among the processes of one run; for a single process, the identity.

Every process has to call the same operations in the same order.
"""

import torch
import torch.distributed as dist
from torch import Tensor

from trainer.processes.rank import World


def current_world() -> World:
    """Return this process's place among those that have joined; before that, a single process."""
    if not (dist.is_available() and dist.is_initialized()):
        return World()
    local_rank = dist.get_node_local_rank(fallback_rank=0)
    return World(dist.get_rank(), dist.get_world_size(), local_rank)


def wait_for_all() -> None:
    """Return when every process has called this."""
    if current_world().size > 1:
        dist.barrier()


def all_sum(value: Tensor) -> Tensor:
    """Return the sum of `value` over all processes."""
    if current_world().size > 1:
        value = value.clone()
        dist.all_reduce(value)
    return value


def all_max(value: int) -> int:
    """Return the largest of all processes' values."""
    if current_world().size == 1:
        return value
    shared = torch.tensor(value)
    dist.all_reduce(shared, dist.ReduceOp.MAX)
    return int(shared)


def full_tensor(tensor: Tensor) -> Tensor:
    """Return a tensor of which each process may hold a shard, gathered in full."""
    gather = getattr(tensor, "full_tensor", None)
    return tensor if gather is None else gather()


@torch.no_grad()
def assign(target: Tensor, full: Tensor) -> None:
    """Copy a full tensor into `target`, or into the shard of it that this process holds."""
    if hasattr(target, "full_tensor"):  # its module takes a second to import
        from torch.distributed.tensor import DTensor, distribute_tensor  # noqa: PLC0415 - likewise

        if isinstance(target, DTensor):
            full = distribute_tensor(full.to(target.device), target.device_mesh, target.placements)
    target.copy_(full)
