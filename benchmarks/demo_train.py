"""Train a teacher, a student alone and a distilled student; compare them on held-out text.

Writes one table to the console and to benchmarks/results/demo-train.md. Nothing is asserted.
The two students differ in the objective only: same steps, batches, seed and order.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from trainer.corpora.text import standard_library_corpus
from trainer.data import (
    Bytes,
    Corpus,
    order0_bits_per_byte,
    xz_bits_per_byte,
    zlib_bits_per_byte,
)

ROOT = Path(__file__).resolve().parents[1]
RUNS = ROOT / "runs" / "demo-train"
REPORT = ROOT / "benchmarks" / "results" / "demo-train.md"
HEADER = (
    "| model | parameters | steps | training seconds | bits per byte | agreement with teacher |"
)
RULE = "|---|---:|---:|---:|---:|---:|"
BASELINES: dict[str, Callable[[Bytes], float]] = {
    "order-0 entropy": order0_bits_per_byte,
    "zlib -9": zlib_bits_per_byte,
    "xz": xz_bits_per_byte,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One trained model: what its training and its evaluation reported."""

    name: str
    result: dict[str, Any]
    assessment: dict[str, Any]

    def cells(self) -> str:
        """Return the row of the table; seconds are of the steps alone."""
        metrics = self.result["metrics"]
        evaluation = self.assessment["evaluation"]
        seconds = metrics["steps_completed"] / metrics["throughput"]
        return (
            f"| {self.name} | {self.assessment['parameters']:,} | {metrics['steps_completed']} "
            f"| {seconds:.0f} | {evaluation['bits_per_byte']:.3f} "
            f"| {evaluation['agreement']:.3f} |"
        )


def main() -> int:
    """Run the three trainings and the evaluations, then write the table."""
    RUNS.mkdir(parents=True, exist_ok=True)
    teacher = RUNS / "teacher"
    rows = [
        run("teacher", "teach", "--config", "standard-teacher"),
        run("student by cross-entropy", "teach", "--config", "standard"),
        run("student by distillation", "train", "--config", "standard", "--teacher", str(teacher)),
    ]
    text = "\n".join(report(rows, standard_library_corpus())) + "\n"
    REPORT.write_text(text, encoding="utf-8")
    print(text)
    return 0


def run(name: str, verb: str, *options: str) -> Row:
    """Train and evaluate one model in processes of its own."""
    folder = RUNS / name.replace(" ", "-")
    result, assessment = (folder.with_suffix(end) for end in (".result.json", ".evaluation.json"))
    distill(verb, *options, "--output", str(folder), "--overwrite", "--result", str(result))
    distill(
        "evaluate", str(folder), "--teacher", str(RUNS / "teacher"), "--result", str(assessment)
    )
    return Row(name, json.loads(result.read_text()), json.loads(assessment.read_text()))


def distill(*arguments: str) -> None:
    """Run a verb of the trainer; a failure ends the benchmark."""
    subprocess.run([sys.executable, "-m", "trainer", *arguments], check=True, cwd=ROOT)


def report(rows: list[Row], corpus: Corpus) -> Iterator[str]:
    """Yield the lines of the report."""
    held_out = corpus.held_out
    yield "# Three small models on the source text of Python's standard library"
    yield ""
    yield f"Machine: {machine()}. Python {platform.python_version()}, torch {torch.__version__}."
    yield (
        f"Corpus: {corpus.files} files, {len(corpus.train):,} bytes to train on, "
        f"{len(held_out):,} bytes held out, digest `{corpus.digest}`."
    )
    yield "Bits per byte are of the held-out text; less is better."
    yield ""
    yield HEADER
    yield RULE
    for name, bits in BASELINES.items():
        yield f"| {name} | | | | {bits(held_out):.3f} | |"
    yield from (row.cells() for row in rows)
    yield ""
    for row in rows:
        yield f"- {row.name}: {objective(row)}"


def objective(row: Row) -> str:
    """Return the objective that the model's own record states."""
    facts = json.loads((RUNS / row.name.replace(" ", "-") / "training.json").read_text())
    return f"`{facts['objective']}`"


def machine() -> str:
    """Describe the machine in words."""
    cpu = f"{os.cpu_count()}-core {platform.machine().replace('_', '-')} CPU"
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
    return f"{cpu}, {gpu}"


if __name__ == "__main__":
    sys.exit(main())
