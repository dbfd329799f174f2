"""What a stored teacher costs and what it saves: size, seconds a step, and how far the loss is off.

One teacher is trained, and asked once for each k; then the same steps are taken beside the teacher
and from each cache, interleaved. Writes docs/measurements/logit_cache.md. Nothing is asserted.
"""

import io
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import torch

from trainer.configuration.loading import configure
from trainer.configuration.schema import Configuration
from trainer.runs.caching.fill_cache import plan_cache
from trainer.runs.pipeline import Pipeline
from trainer.runs.prepare import Prepared, prepare
from trainer.training.objective import accumulate_gradients, measure_batch

REPORT = Path(__file__).resolve().parents[1] / "docs" / "measurements" / "logit_cache.md"
KEPT = (1, 4, 16, 64, 256)
STEPS = 40
TREE = {
    "training": {"epochs": 1, "batch_size": 16, "learning_rate": 2.0e-3, "warmup_steps": 10},
    "dataset": {"max_length": 256, "limit_bytes": 3_000_000},
    "output": {"checkpoint_every": 0, "log_every": 0},
    "device": "cpu",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One way to be taught."""

    name: str
    bytes_per_token: float
    making_seconds: float
    step_seconds: float
    kd_before: float
    kd_after: float
    """T² D on the first batch, by this way; after the steps taken by it."""
    dense_after: float
    """The same, by the teacher itself."""


def main() -> int:
    """Train a teacher, make the caches, take the steps, write the table."""
    with TemporaryDirectory() as folder:
        rows = list(measured(Path(folder)))
    REPORT.write_text("\n".join(report(rows)) + "\n", encoding="utf-8")
    print(REPORT.read_text(encoding="utf-8"))
    return 0


def settings(**keys: Any) -> Configuration:
    """Return the configuration with some keys changed."""
    return configure(TREE, [(k.replace("__", "."), v) for k, v in keys.items()], "benchmark")


def measured(folder: Path) -> Iterator[Row]:
    """Yield a row for the teacher itself and one for each k."""
    teacher = str(folder / "teacher")
    trained = settings(student__preset="small-teacher", training__steps_per_epoch=300)
    Pipeline(
        trained.model_copy(update={"output": trained.output.model_copy(update={"dir": teacher})}),
        out=io.StringIO(),
    ).execute()
    student = {"student__preset": "small-student", "training__steps_per_epoch": STEPS}
    live = prepare(settings(teacher__model_id=teacher, **student), None)
    runs, sizes, making = {"the teacher itself": live}, {"the teacher itself": 0.0}, [0.0]
    for kept in KEPT:
        name, place = f"top {kept}", folder / f"top-{kept}"
        started = perf_counter()
        plan = plan_cache(
            settings(teacher__model_id=teacher, **student), place, kept, overwrite=False
        )
        list(plan.run())
        making.append(perf_counter() - started)
        sizes[name] = plan.facts.size / (plan.facts.windows * plan.facts.length)
        runs[name] = prepare(settings(teacher__cache=str(place), **student), None)
    before = {name: kd(run, run) for name, run in runs.items()}
    seconds = take_steps(runs)
    for (name, run), made in zip(runs.items(), making, strict=True):
        yield Row(
            name,
            sizes[name],
            made,
            median(seconds[name]),
            before[name],
            kd(run, run),
            kd(live, run),
        )


def kd(by: Prepared, of: Prepared) -> float:
    """Return the KD term on the first batch, of one run's student by the teacher of another."""
    return measure_batch(by.run.objective, of.run.student, *by.run.batch(1))["kd"]


def take_steps(runs: dict[str, Prepared]) -> dict[str, list[float]]:
    """Take the same steps in every run, in turn; return the seconds of each."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for step in range(1, STEPS + 1):
        for name, prepared in runs.items():
            run, started = prepared.run, perf_counter()
            accumulate_gradients(run.objective, run.student, *run.batch(step), pieces=1)
            run.optimizer.step(2e-3)
            run.optimizer.clear_gradients()
            seconds[name].append(perf_counter() - started)
    return seconds


def report(rows: list[Row]) -> Iterator[str]:
    """Yield the lines of the report."""
    yield "# A stored teacher"
    yield ""
    cpu = f"{os.cpu_count()}-core {platform.machine().replace('_', '-')} CPU"
    yield f"Machine: {cpu}, load {os.getloadavg()[0]:.1f} at the end. torch {torch.__version__}."
    yield (
        f"Teacher 1.8 M parameters, student 0.36 M, V = 256, {STEPS} steps of 16 windows of 256, "
        "T = 4, alpha = 0.7. Loss: T² KL on the first batch."
    )
    yield ""
    yield (
        "| taught by | bytes a token | seconds to make | seconds a step | loss before, by it "
        "| loss after, by it | loss after, by the teacher |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for row in rows:
        yield (
            f"| {row.name} | {row.bytes_per_token:.0f} | {row.making_seconds:.1f} "
            f"| {row.step_seconds:.3f} | {row.kd_before:.4f} | {row.kd_after:.4f} "
            f"| {row.dense_after:.4f} |"
        )


if __name__ == "__main__":
    sys.exit(main())
