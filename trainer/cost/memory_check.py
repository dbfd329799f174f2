"""Check the memory of a step before the first one: predicted from shapes, then measured."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from trainer.cost.step_memory import Memory, peak_bytes
from trainer.errors import UserError
from trainer.losses.loss_chunking import free_bytes, mib
from trainer.processes.collectives import all_max, current_world
from trainer.training.loop import Run
from trainer.training.objective import accumulate_gradients


@dataclass(frozen=True, slots=True)
class MemoryCheck:
    """Predicted and measured memory, the largest of all processes; `measured` is in bytes."""

    predicted: Memory
    measured: int

    def lines(self) -> Iterator[str]:
        """Yield the report for the user, in one line."""
        step = self.predicted.during_step
        processes = current_world().size
        where = "" if processes == 1 else f", the largest of {processes} processes"
        yield (
            f"memory: {mib(self.predicted.held)} of models and optimiser; a step adds "
            f"{mib(step)} predicted, {mib(self.measured)} measured "
            f"({step / self.measured - 1:+.0%}){where}"
        )


def check_memory(run: Run, predicted: Memory) -> MemoryCheck:
    """Compute and discard the gradient of the first batch; return its memory beside `predicted`.

    Nothing of the run changes. Every process of a run has to call this. Raises UserError when the
    device has too little memory.
    """
    free = free_bytes(run.device.type)
    try:
        measured = peak_bytes(run.device, lambda: discard_gradient(run))
    except torch.OutOfMemoryError as fault:
        raise UserError(
            f"a step needs more memory than {run.device} has: {mib(predicted.during_step)} "
            f"predicted, {mib(free)} free; raise training.gradient_accumulation, or lower "
            "training.batch_size or dataset.max_length"
        ) from fault
    return MemoryCheck(predicted, all_max(measured))


def discard_gradient(run: Run) -> None:
    """Compute the gradient of the first batch and discard it; nothing of the run changes.

    Every process of a run has to call this. DDP orders its buckets by the first gradient, and with
    more than two processes the order of summation follows from it. Uninterrupted and resumed runs
    both call this before their first step, so that they add in the same order.
    """
    tokens, labels = run.batch(1)
    devices = [run.device] if run.device.type == "cuda" else []
    try:
        with torch.random.fork_rng(devices=devices):
            pieces = run.training.gradient_accumulation
            accumulate_gradients(run.objective, run.student, tokens, labels, pieces=pieces)
    finally:
        run.optimizer.clear_gradients()
