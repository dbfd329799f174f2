"""The memory of a training step: its parts, and the measurement of its peak."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch.autograd.profiler import profile  # torch.profiler imports the compiler

from trainer.losses.loss_chunking import mib


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes by purpose; `during_step` is the most that a step adds to those held before it."""

    student: int
    teacher: int
    optimizer: int
    gradients: int
    activations: int
    logits: int
    head_gradient: int
    tied_gradient: int
    hidden: int
    buckets: int
    """DDP's buckets for gradients, which stay between steps."""
    gathered: int
    """Parameters of the student that FSDP gathers for the whole of a step."""
    at_loss: int
    """Added to `held` at the end of the loss."""
    at_backward: int
    """Added to `held` in the backward pass, at most."""

    @property
    def held(self) -> int:
        """Bytes held between steps."""
        return self.student + self.teacher + self.optimizer + self.buckets

    @property
    def during_step(self) -> int:
        """Bytes added at the peak: at the end of the loss, or in the backward pass."""
        return max(self.at_loss, self.at_backward)

    @property
    def total(self) -> int:
        """Bytes at the peak."""
        return self.held + self.during_step

    def lines(self) -> Iterator[str]:
        """Yield a line for each part that is not zero."""
        for name in (field.name for field in fields(self) if not field.name.startswith("at_")):
            if (part := getattr(self, name)) > 0:
                yield f"  {name.replace('_', ' ')}: {mib(part)}"


def peak_bytes(device: torch.device, work: Callable[[], object]) -> int:
    """Return the most bytes that torch held during `work` beyond those it held before."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        before = torch.cuda.memory_allocated(device)
        work()
        return torch.cuda.max_memory_allocated(device) - before
    os.environ.setdefault("KINETO_LOG_LEVEL", "99")  # it reports its start on the console
    with profile(profile_memory=True) as recorded:
        work()
    totals = _allocated_bytes(recorded)
    return max(after for _, after in totals) - totals[0][0] if totals else 0


def _allocated_bytes(recorded: profile) -> list[tuple[int, int]]:
    """Return the bytes held before and after each allocation and release, in their order.

    They are read from the trace file, the one public place with running totals. A sum of the
    sizes would miss what another thread releases, as those of gloo do.
    """
    with TemporaryDirectory(prefix="distill-") as folder:
        path = Path(folder) / "trace.json"
        recorded.export_chrome_trace(str(path))  # type: ignore[no-untyped-call]
        events = json.loads(path.read_text(encoding="utf-8"))["traceEvents"]
    found = []
    for event in events:
        if event.get("name") == "[memory]":
            facts = event["args"]
            after = facts["Total Allocated"]
            found.append((event["ts"], after - facts["Bytes"], after))
    return [(before, after) for _, before, after in sorted(found)]
