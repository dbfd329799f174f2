"""What 20 steps of a compiled model project for 300, beside what 300 take.

Both runs are processes of their own and compile anew. Writes
docs/measurements/compiled_projection.md. Nothing is asserted.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from demo_train import machine

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "docs" / "measurements" / "compiled_projection.md"
SMOKE_STEPS, STEPS = 20, 300


def main() -> int:
    """Train a teacher, then the student twice, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default="standard")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        distill(home, "teach", "--config", "demo-teacher", "--output", str(home / "teacher"))
        rows = [measure(options.config, home, number) for number in range(options.rounds)]
    text = "\n".join(report(options.config, rows)) + "\n"
    REPORT.write_text(text, encoding="utf-8")
    print(text)
    return 0


def measure(config: str, home: Path, number: int) -> tuple[float, float]:
    """Return the projected and the measured seconds."""
    common = (
        "train", "--config", config, "--teacher", str(home / "teacher"),
        "--set", "training.compile=default", "--set", "training.epochs=1",
        "--set", f"training.steps_per_epoch={STEPS}", "--set", "output.checkpoint_every=0",
    )  # fmt: skip
    smoke, full = home / f"smoke-{number}", home / f"full-{number}"
    distill(home / f"a{number}", *common, "--output", str(smoke), "--max-steps", str(SMOKE_STEPS))
    projected = json.loads((smoke / "smoke.json").read_text())["projected_seconds"]
    result = home / f"full-{number}.json"
    distill(home / f"b{number}", *common, "--output", str(full), "--result", str(result))
    return projected, json.loads(result.read_text())["duration_seconds"]


def distill(cache: Path, *arguments: str) -> None:
    """Run a verb with an empty cache of compiled code; a failure ends the benchmark."""
    environment = {
        **os.environ,
        "TORCHINDUCTOR_CACHE_DIR": str(cache / "compiled"),
        "APR_DISTILL_PROJECT_TO_STEPS": str(STEPS),
    }
    subprocess.run(
        [sys.executable, "-m", "trainer", *arguments], check=True, cwd=ROOT, env=environment
    )


def report(config: str, rows: list[tuple[float, float]]) -> list[str]:
    """Return the lines of the report."""
    lines = [
        f"# {SMOKE_STEPS} steps of a compiled model, projected to {STEPS}",
        "",
        (
            f"Machine: {machine()}, torch {torch.__version__}. Configuration `{config}` with "
            "`training.compile=default`; every run compiles anew. The projection is of steps, load "
            "and compilation; the run also exports."
        ),
        "",
        f"| round | projected s | measured s ({STEPS} steps) | projected of measured |",
        "|---|---:|---:|---:|",
    ]
    for number, (projected, duration) in enumerate(rows, 1):
        lines.append(
            f"| {number} | {projected:.1f} | {duration:.1f} | {projected / duration:.3f} |"
        )
    return lines


if __name__ == "__main__":
    sys.exit(main())
