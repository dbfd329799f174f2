"""The memory of a step, before the first one: predicted from shapes, then measured."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from trainer.errors import UserError
from trainer.loop import Run
from trainer.loss_plan import LossPlan, free_bytes, mib
from trainer.memory import Memory, peak_bytes, predict_memory
from trainer.models.interface import LanguageModel
from trainer.objective import accumulate
from trainer.shapes import passes


@dataclass(frozen=True, slots=True)
class MemoryCheck:
    """Both numbers; `measured` is what one step added, in bytes."""

    predicted: Memory
    measured: int

    def lines(self) -> Iterator[str]:
        """Yield what the user should know, in one line."""
        step = self.predicted.during_step
        yield (
            f"memory: {mib(self.predicted.held)} of models and optimiser; a step adds "
            f"{mib(step)} predicted, {mib(self.measured)} measured "
            f"({step / self.measured - 1:+.0%})"
        )


def check_memory(run: Run, plan: LossPlan, teacher: LanguageModel | None) -> MemoryCheck:
    """Predict, then run the gradient of the first batch and throw it away.

    Nothing of the run changes. Raises UserError when the device has too little memory.
    """
    pieces = run.training.gradient_accumulation
    tokens, labels = run.batch(1)
    batch, length = -(-len(tokens) // pieces), tokens.shape[1]
    precision = run.training.mixed_precision
    mine = passes(run.student, batch, length, precision)
    theirs = None if teacher is None else passes(teacher, batch, length, precision)
    predicted = predict_memory(run.student, teacher, plan, mine, theirs)

    def step() -> None:
        accumulate(run.objective, run.student, tokens, labels, pieces=pieces)

    free = free_bytes(run.device.type)
    devices = [run.device] if run.device.type == "cuda" else []
    try:
        with torch.random.fork_rng(devices=devices):
            measured = peak_bytes(run.device, step)
    except torch.OutOfMemoryError as fault:
        raise UserError(
            f"a step needs more memory than {run.device} has: {mib(predicted.during_step)} "
            f"predicted, {mib(free)} free; raise training.gradient_accumulation, or lower "
            "training.batch_size or dataset.max_length"
        ) from fault
    finally:
        run.optimizer.clear_gradients()
    return MemoryCheck(predicted, measured)
