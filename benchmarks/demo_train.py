"""Train a teacher, and over three seeds a student alone and a distilled one; compare them.

Writes one table to the console and to docs/measurements/demo-train.md. Nothing is asserted.
Students of one seed differ in the objective only: same weights to begin with, steps, batches and
order. The text that they are measured on is held out from all of them and from the teacher.
"""

import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import torch

from trainer.data.compression_baselines import (
    Bytes,
    order0_bits_per_byte,
    xz_bits_per_byte,
    zlib_bits_per_byte,
)
from trainer.data.corpora.text_files import standard_library_corpus
from trainer.data.corpus import Corpus

ROOT = Path(__file__).resolve().parents[1]
RUNS = ROOT / "runs" / "demo-train"
REPORT = ROOT / "docs" / "measurements" / "demo-train.md"
SEEDS = (1, 2, 3)
STUDENTS = {
    "student by cross-entropy": (),
    "student by distillation": ("--teacher", str(RUNS / "teacher")),
}
"""What is compared, by name: without a teacher it is cross-entropy alone, the yardstick."""
HEADER = (
    "| model | parameters | steps | training seconds | bits per byte "
    "| less than by cross-entropy, seed by seed | agreement with the teacher |"
)
RULE = "|---|---:|---:|---:|---:|---:|---:|"
BASELINES: dict[str, Callable[[Bytes], float]] = {
    "order-0 entropy": order0_bits_per_byte,
    "zlib -9": zlib_bits_per_byte,
    "xz": xz_bits_per_byte,
}


@dataclass(frozen=True, slots=True)
class StepTimes:
    """One trained model: what its training, its evaluation and its own record say."""

    result: dict[str, Any]
    assessment: dict[str, Any]
    facts: dict[str, Any]

    @property
    def bits(self) -> float:
        """Bits per byte of the held-out text."""
        return float(self.assessment["evaluation"]["bits_per_byte"])

    @property
    def agreement(self) -> float:
        """Share of bytes at which it and the teacher have the same favourite."""
        return float(self.assessment["evaluation"]["agreement"])

    @property
    def seconds(self) -> float:
        """Seconds of the steps alone."""
        metrics = self.result["metrics"]
        return float(metrics["steps_completed"] / metrics["throughput"])


def main() -> int:
    """Run the trainings and the evaluations, then write the table."""
    RUNS.mkdir(parents=True, exist_ok=True)
    teacher = run("teacher", "teach", "--config", "standard-teacher")
    students = {name: [student(name, seed) for seed in SEEDS] for name in STUDENTS}
    text = "\n".join(report(teacher, students, standard_library_corpus())) + "\n"
    REPORT.write_text(text, encoding="utf-8")
    print(text)
    return 0


def student(name: str, seed: int) -> StepTimes:
    """Train and evaluate a student."""
    verb = "train" if STUDENTS[name] else "teach"
    options = ("--config", "standard", "--set", f"training.seed={seed}", *STUDENTS[name])
    return run(f"{name} {seed}", verb, *options)


def run(name: str, verb: str, *options: str) -> StepTimes:
    """Train and evaluate one model in processes of its own."""
    folder = RUNS / "-".join(re.findall(r"\w+", name))
    result, assessment = (folder.with_suffix(end) for end in (".result.json", ".evaluation.json"))
    distill(verb, *options, "--output", str(folder), "--overwrite", "--result", str(result))
    distill(
        "evaluate", str(folder), "--teacher", str(RUNS / "teacher"), "--result", str(assessment)
    )
    files = (result, assessment, folder / "training.json")
    return StepTimes(*(json.loads(file.read_text(encoding="utf-8")) for file in files))


def distill(*arguments: str) -> None:
    """Run a verb of the trainer; a failure ends the benchmark."""
    subprocess.run([sys.executable, "-m", "trainer", *arguments], check=True, cwd=ROOT)


def report(
    teacher: StepTimes, students: Mapping[str, Sequence[StepTimes]], corpus: Corpus
) -> Iterator[str]:
    """Yield the lines of the report."""
    held_out = corpus.held_out
    yield "# A teacher and its students on the source text of Python's standard library"
    yield ""
    yield f"Machine: {machine()}. Python {platform.python_version()}, torch {torch.__version__}."
    yield (
        f"Corpus: {corpus.files} files, {len(corpus.train):,} bytes to train on, "
        f"{len(held_out):,} bytes held out, digest `{corpus.digest}`."
    )
    yield (
        "Bits per byte are of the held-out text; less is better. Students: mean and standard "
        f"deviation over the seeds {', '.join(map(str, SEEDS))}; all other settings are those of "
        "the bundled configurations `standard` and `standard-teacher`."
    )
    yield ""
    yield HEADER
    yield RULE
    for name, bits in BASELINES.items():
        yield f"| {name} | | | | {bits(held_out):.3f} | | |"
    yield row("teacher", [teacher], [])
    alone = next(iter(students.values()))
    yield from (row(name, found, alone) for name, found in students.items())
    yield ""
    yield f"- teacher: `{teacher.facts['objective']}`"
    yield from (f"- {name}: `{found[0].facts['objective']}`" for name, found in students.items())


def row(name: str, found: Sequence[StepTimes], alone: Sequence[StepTimes]) -> str:
    """Return a row of the table; `alone` are the students of the same seeds to compare with."""
    metrics = found[0].result["metrics"]
    gains = [theirs.bits - mine.bits for mine, theirs in zip(found, alone, strict=False)]
    return (
        f"| {name} | {found[0].assessment['parameters']:,} | {metrics['steps_completed']} "
        f"| {mean(one.seconds for one in found):.0f} | {spread([one.bits for one in found])} "
        f"| {spread(gains) if any(gains) else ''} "
        f"| {mean(one.agreement for one in found):.3f} |"
    )


def spread(values: Sequence[float]) -> str:
    """Write the mean, and the standard deviation if there are several values."""
    deviation = f" ± {stdev(values):.3f}" if len(values) > 1 else ""
    return f"{mean(values):.3f}{deviation}"


def machine() -> str:
    """Describe the machine in words."""
    cpu = f"{os.cpu_count()}-core {platform.machine().replace('_', '-')} CPU"
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
    return f"{cpu}, {gpu}"


if __name__ == "__main__":
    sys.exit(main())
