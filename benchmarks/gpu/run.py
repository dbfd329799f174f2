"""Run every check and every table for a GPU, each in a process with a limit of its own.

Writes into --output: log.txt with all that was printed, checks.txt with a line for each check, and
kd_step-cuda.md with the tables (kd_step-cpu.md on a CPU, where the sizes are a test's and the
kernel is interpreted). A part that fails or takes too long loses only its own results. Ends with 1
if a check failed or did not end.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

import torch

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Part:
    """A process to run; `table` is the file that it writes, None for checks."""

    name: str
    command: tuple[str, ...]
    seconds: float
    table: Path | None = None


def main() -> int:
    """Run the parts within the time that is left, and put the results together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda", choices=["cpu", "cuda"])
    parser.add_argument("--output", type=Path, required=True, help="a folder for the results")
    parser.add_argument("--minutes", type=float, default=8.0, help="for all parts together")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    device, output = options.device, options.output.resolve()
    parts = list((cuda_parts if device == "cuda" else cpu_parts)(output))
    ends = monotonic() + options.minutes * 60
    failed = []
    with (output / "log.txt").open("w", encoding="utf-8") as log:
        for part in parts:
            code = run_part(part, min(part.seconds, ends - monotonic()), log.fileno())
            if code != 0:
                failed.append(f"{part.name}: {code}")
            print(f"{part.name}: {code or 'ok'}", flush=True)
    gather(output, parts, failed, device)
    print((output / "checks.txt").read_text(encoding="utf-8"))
    checks = {part.name for part in parts if part.table is None}
    return int(any(fault.partition(":")[0] in checks for fault in failed))


def cuda_parts(output: Path) -> Iterator[Part]:
    """Yield the parts, the most wanted first."""
    yield Part("loss checks", script("loss_checks.py"), 150)
    yield Part("run checks", script("run_checks.py"), 150)
    for vocabulary in (32_768, 131_072):
        yield kd_step(output, vocabulary, "cuda", 90)
    for pair in ("350m", "trl"):
        table = output / f"models-{pair}.md"
        yield Part(pair, script("models.py", pair, "--output", str(table)), 100, table)
    yield kd_step(output, 256, "cuda", 60)
    table = output / "kernel.md"
    yield Part("kernel", script("kernel.py", "--output", str(table)), 60, table)


def cpu_parts(output: Path) -> Iterator[Part]:
    """Yield the same at the sizes of a test, to test the scripts themselves."""
    tiny = ("--device", "cpu", "--tiny")
    yield Part("loss checks", script("loss_checks.py", *tiny), 300)
    yield Part("run checks", script("run_checks.py", *tiny), 300)
    yield kd_step(output, 300, "cpu", 300)
    table = output / "models-tiny.md"
    few = ("--device", "cpu", "--steps", "1", "--no-compile", "--output", str(table))
    yield Part("tiny", script("models.py", "tiny", *few), 300, table)
    table = output / "kernel.md"
    yield Part("kernel", script("kernel.py", *tiny, "--output", str(table)), 300, table)


def kd_step(output: Path, vocabulary: int, device: str, seconds: float) -> Part:
    """Return the part that compares our loss and step with those of other trainers."""
    table = output / f"kd_step-{vocabulary}.md"
    size = ("--tokens", "256", "--rounds", "1", "--no-compile") if device == "cpu" else ()
    precision = () if device == "cpu" else ("--precision", "bf16")
    command = (
        sys.executable, str(ROOT / "benchmarks" / "kd_step.py"), "--device", device,
        "--vocabulary", str(vocabulary), "--tables-only", "--output", str(table),
        *size, *precision,
    )  # fmt: skip
    return Part(f"kd_step {vocabulary}", command, seconds, table)


def script(name: str, *arguments: str) -> tuple[str, ...]:
    """Return the command of a script of this folder."""
    return (sys.executable, str(HERE / name), *arguments)


def run_part(part: Part, seconds: float, log: int) -> int | str:
    """Run a part; return its exit code, or why there is none."""
    if seconds <= 0:
        return "no time was left"
    os.write(log, f"\n== {part.name} (at most {seconds:.0f} s)\n".encode())
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", ""))),
    }
    if "cpu" in part.command and find_spec("triton") is not None:
        environment["TRITON_INTERPRET"] = "1"
    try:
        ran = subprocess.run(
            part.command, stdout=log, stderr=log, env=environment, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return f"did not end within {seconds:.0f} s"
    return ran.returncode


def gather(output: Path, parts: list[Part], failed: list[str], device: str) -> None:
    """Write the lines of the checks, and all tables as one page."""
    log = (output / "log.txt").read_text(encoding="utf-8").splitlines()
    checks = [line for line in log if line.startswith(("ok   ", "FAIL "))]
    (output / "checks.txt").write_text("\n".join([*checks, *failed]) + "\n", encoding="utf-8")
    hold = sum(line.startswith("ok") for line in checks)
    tables = [part.table for part in parts if part.table is not None and part.table.exists()]
    page = [
        "# The distillation loss and the whole step on a GPU, beside other trainers\n",
        f"Machine: {machine(device)}. torch {torch.__version__}.",
        f"Checks: {hold} hold, {len(checks) - hold} do not. Written by benchmarks/gpu/run.sh.\n",
        *(table.read_text(encoding="utf-8").rstrip() + "\n" for table in tables),
        f"Parts that failed: {'; '.join(failed) or 'none'}.",
    ]
    text = "\n".join(page) + "\n"
    (output / f"kd_step-{device}.md").write_text(text, encoding="utf-8")


def machine(device: str) -> str:
    """Return the name of the device."""
    return torch.cuda.get_device_name() if device == "cuda" else "a CPU"


if __name__ == "__main__":
    sys.exit(main())
