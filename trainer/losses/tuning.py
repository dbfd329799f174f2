"""Choose on the device of a run how the chunked loss is computed: its kernel, and its rows.

On a CPU nothing is tried: torch's operations on blocks of a cache's size are the fastest there. On
a GPU the Triton kernel is compiled and compared with them once, before the first step, and some
sizes of chunks are timed. A kernel that does not compile, or whose gradient differs by more than
rounding, is not used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from time import perf_counter

import torch
from torch import Tensor

from trainer.configuration.schema import Distillation
from trainer.device import synchronise
from trainer.losses.chunked_loss import Chunking
from trainer.losses.from_hidden_states import linear_loss
from trainer.losses.kernel_choice import choose_kernel
from trainer.losses.loss_chunking import LossPlan, row_choices
from trainer.losses.teacher_logits import TeacherOutput
from trainer.models.interface import Head

_COMPARED_TOKENS = 32
_TIMED = 3
_SLACK = 1.05
"""Chunks up to 5 % slower than the fastest are as good, and the smallest of them is taken."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Random states before the heads of a run, to compute its loss from."""

    head: Head
    teacher: Head | None
    """None: the teacher gives logits, or there is no teacher."""
    teacher_vocabulary: int
    settings: Distillation | None
    """None: there is no teacher."""
    dtype: torch.dtype | None
    """Type of the matrix products; None: that of the student's head."""

    @property
    def device(self) -> torch.device:
        """The device of the run."""
        return self.head.weight.device

    @property
    def logits_type(self) -> torch.dtype:
        """The type in which the products write logits."""
        return self.dtype or self.head.weight.dtype

    def compute(self, tokens: int, rows: int, *, fused: bool) -> tuple[Tensor, ...]:
        """Return the terms of the loss and its gradients for some tokens, always the same ones."""
        generator = torch.Generator(self.device).manual_seed(0)

        def draw(width: int) -> Tensor:
            return torch.randn(tokens, width, device=self.device, generator=generator)

        hidden = draw(self.head.weight.shape[1]).to(self.head.weight.dtype).requires_grad_()
        labels = torch.arange(tokens, device=self.device) % len(self.head.weight)
        taught = None
        if self.settings is not None:
            head = self.teacher
            width = self.teacher_vocabulary if head is None else head.weight.shape[1]
            taught = TeacherOutput(draw(width).to(self.logits_type), head, self.settings)
        learnt = [hidden, *(part for part in self.head if part is not None and part.requires_grad)]
        chunking = Chunking(rows, self.dtype, fused)
        with torch.enable_grad():
            loss, terms = linear_loss(hidden, self.head, labels, taught, chunking)
            return (terms[:3], *torch.autograd.grad(loss, learnt))  # the agreement may jump


@dataclass(frozen=True, slots=True)
class Tuning:
    """A loss as it was chosen on its device, and the seconds that took."""

    plan: LossPlan
    seconds: float = 0.0
    by_rows: Mapping[int, float] = field(default_factory=dict)
    """Milliseconds by the rows of a chunk, where they were timed."""

    def lines(self) -> Iterator[str]:
        """Yield lines for the user, where anything was tried."""
        if self.seconds == 0 or self.plan.kernel is None:
            return
        kernel = self.plan.kernel
        kind = "loss kernel" if kernel.name == "triton" else "note: loss kernel"
        yield f"{kind}: {kernel.name}, {kernel.reason}; chosen in {self.seconds:.1f} s"
        if self.by_rows:
            times = ", ".join(f"{rows:,}: {ms:.2f} ms" for rows, ms in self.by_rows.items())
            yield f"loss chunks: {self.plan.rows:,} tokens; timed {times}"


def tune(plan: LossPlan, sample: Sample, *, fixed_rows: bool) -> Tuning:
    """Choose the kernel of a chunked loss and, unless `fixed_rows`, the tokens of a chunk."""
    device, started = sample.device, perf_counter()
    kernel = choose_kernel(
        device.type, sample.logits_type, partial(sample.compute, _COMPARED_TOKENS, _COMPARED_TOKENS)
    )
    plan = replace(plan, kernel=kernel)
    if device.type == "cpu":
        return Tuning(plan)
    timings: dict[int, float] = {}
    choices = row_choices(plan.shape.tokens, plan.rows)
    if not fixed_rows and len(choices) > 1:
        timings = {rows: _milliseconds(sample, rows, choices[-1], plan) for rows in choices}
        plan = replace(plan, rows=leanest(timings))
    return Tuning(plan, perf_counter() - started, timings)


def leanest(timings: Mapping[int, float]) -> int:
    """Return the fewest rows whose time is within 5 % of the shortest.

    >>> leanest({256: 20.0, 512: 11.0, 1024: 10.6, 2048: 10.5})
    512
    """
    limit = min(timings.values()) * _SLACK
    return min(rows for rows, milliseconds in timings.items() if milliseconds <= limit)


def _milliseconds(sample: Sample, rows: int, most: int, plan: LossPlan) -> float:
    """Return the shortest time of two of the largest chunks; infinity where memory is short."""
    tokens, times = min(plan.shape.tokens, 2 * most), []
    for _ in range(1 + _TIMED):
        synchronise(sample.device)
        started = perf_counter()
        try:
            sample.compute(tokens, rows, fused=plan.fused)
        except torch.OutOfMemoryError:
            return float("inf")
        synchronise(sample.device)
        times.append(perf_counter() - started)
    return min(times[1:]) * 1e3
