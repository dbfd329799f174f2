"""Check runs of the trainer on a device: smoke mode, its projection, resuming, the watchdog."""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from safetensors.torch import load_file
from verdicts import Check, require, run_checks

from trainer.configuration.loading import configure
from trainer.errors import Interrupted
from trainer.runs.pipeline import Pipeline
from trainer.storage.output_folder import Existing
from trainer.training.callbacks import Callback, CallbackAction, StepReport
from trainer.watchdog.watchdog import EXIT_CODE

ROOT = Path(__file__).resolve().parents[2]
STEPS, CUT = 8, 4
SMOKE_LINES = ["10 steps in", "projected full-run wall time"]
CLOSE = 1e-3
"""Of the losses of a resumed run on a GPU, where sums have no fixed order."""
HANG = """
import sys, time
from trainer.configuration.loading import configure
from trainer.runs.pipeline import Pipeline
from trainer.training.callbacks import Callback, CallbackAction

class Hang(Callback):
    def on_step_end(self, report):
        time.sleep(60 if report.step.number == 3 else 0)
        return CallbackAction.CONTINUE

tree = {"student": {"preset": "nano"}, "device": sys.argv[1], "output": {"dir": sys.argv[2]},
        "training": {"memory_check": False}, "watchdog": {"steady_floor": 2.0},
        "dataset": {"limit_bytes": 200_000, "max_length": 32}}
Pipeline(configure(tree, (), "here"), callbacks=(Hang(),)).execute()
"""


class SignalAt(Callback):
    """Sends this process a signal after a step, as a scheduler would."""

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Send it."""
        if report.step.number == CUT:
            os.kill(os.getpid(), signal.SIGTERM)
        return CallbackAction.CONTINUE


def main() -> int:
    """Run every check; return 1 if one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda", choices=["cpu", "cuda"])
    parser.add_argument("--tiny", action="store_true", help="fewer steps and precisions")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        return run_checks(dict(checks(Path(folder), options.device, tiny=options.tiny)))


def checks(home: Path, device: str, *, tiny: bool) -> Iterator[tuple[str, Check]]:
    """Yield the checks by name; the first makes the teacher of the others."""
    yield "teach", partial(teach, home, device, 5 if tiny else 100)
    for precision in ("bf16",) if tiny else ("none", "bf16", "fp16"):
        yield f"smoke in {precision}", partial(smoke, home, device, precision)
    yield "the projection of smoke mode", partial(projection, home, device, 30 if tiny else 400)
    for precision in ("bf16",) if tiny else ("bf16", "fp16"):
        yield f"resume in {precision}", partial(resumed, home, device, precision)
    yield "the watchdog ends a run that hangs", partial(watchdog, home, device)


def distill(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a verb; raise CheckError unless it ends well."""
    process = subprocess.run(
        [sys.executable, "-m", "trainer", *arguments],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    require(process.returncode == 0, f"exit {process.returncode}: {process.stderr[-400:]}")
    return process


def teach(home: Path, device: str, steps: int) -> str:
    """Train the teacher of the other checks."""
    distill(
        "teach", "--config", "demo-teacher", "--device", device, "--output", str(home / "teacher"),
        "--set", "training.epochs=1", "--set", f"training.steps_per_epoch={steps}",
    )  # fmt: skip
    return require((home / "teacher" / "model.safetensors").is_file(), f"{steps} steps")


def common(home: Path, device: str, precision: str) -> tuple[str, ...]:
    """Return the arguments of a distillation."""
    return (
        "train", "--config", "demo", "--teacher", str(home / "teacher"), "--device", device,
        "--set", f"training.mixed_precision={precision}",
    )  # fmt: skip


def smoke(home: Path, device: str, precision: str) -> str:
    """Ten steps: two lines of figures, no model."""
    output = home / f"smoke-{precision}"
    ran = distill(
        *common(home, device, precision), "--output", str(output), APR_DISTILL_MAX_STEPS="10"
    )
    lines = ran.stdout.splitlines()
    figures = [line for line in lines if line.startswith("[SMOKE] ")]
    kernel = [line for line in lines if "loss kernel" in line]
    told = [wanted in line for wanted, line in zip(SMOKE_LINES, figures, strict=True)]
    require(all(told), f"lines of figures: {figures}")
    require(not (output / "model.safetensors").exists(), "no model")
    return "; ".join((figures[0], *kernel))


def projection(home: Path, device: str, steps: int) -> str:
    """Project to a number of steps, and take them; the quotient is told, and not judged."""
    arguments = (
        *common(home, device, "bf16"),
        "--set", "training.epochs=1", "--set", f"training.steps_per_epoch={steps}",
    )  # fmt: skip
    target = {"APR_DISTILL_PROJECT_TO_STEPS": str(steps)}
    distill(*arguments, "--output", str(home / "few"), "--max-steps", "20", **target)
    told = json.loads((home / "few" / "smoke.json").read_text(encoding="utf-8"))
    result = home / "all.json"
    distill(*arguments, "--output", str(home / "all"), "--result", str(result))
    took = json.loads(result.read_text(encoding="utf-8"))["duration_seconds"]
    projected, tuning = told["projected_seconds"], told["tuning_seconds"]
    stated = told["one_off_seconds"] + steps * told["median_step_seconds"]
    require(abs(stated - projected) <= 1e-6 * projected, "it is the stated sum")
    return (
        f"{projected:.1f} s projected for {steps} steps, {took:.1f} s taken "
        f"({projected / took:.2f}); {tuning:.1f} s of it chose the loss"
    )


def resumed(home: Path, device: str, precision: str) -> str:
    """Interrupt a run and resume it: its losses must be those of a run without interruption."""
    losses = [run_losses(home, device, precision, cut=cut) for cut in (False, True)]
    worst = max(abs(a - b) / abs(a) for a, b in zip(*losses, strict=True))
    names = [home / f"{precision}-{cut}" / "model.safetensors" for cut in (False, True)]
    one, other = (load_file(name) for name in names)
    same = all(torch.equal(one[name], other[name]) for name in one)
    fact = f"losses within {worst:.1e} of each other, weights {'' if same else 'not '}bit for bit"
    return require(same if device == "cpu" else worst <= CLOSE, fact)


def run_losses(home: Path, device: str, precision: str, *, cut: bool) -> list[float]:
    """Return the loss of each step of a run, interrupted and resumed if `cut`."""
    folder = home / f"{precision}-{cut}"
    tree = {
        "student": {"preset": "nano"},
        "teacher": {"model_id": str(home / "teacher")},
        "training": {
            "epochs": 1, "steps_per_epoch": STEPS, "batch_size": 8, "mixed_precision": precision,
            "loss_memory_mib": 16,  # or both runs might take chunks of another size
        },
        "dataset": {"limit_bytes": 1_000_000, "max_length": 64},
        "output": {"dir": str(folder), "log_every": 1},
        "device": device,
    }  # fmt: skip
    configuration = configure(tree, (), "here")
    if cut:
        try:
            Pipeline(configuration, callbacks=(SignalAt(),), out=StringIO()).execute()
        except Interrupted:
            Pipeline(configuration, existing=Existing.RESUME, out=StringIO()).execute()
    else:
        Pipeline(configuration, out=StringIO()).execute()
    rows = (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    losses = [json.loads(row)["total"] for row in rows]
    require(len(losses) == STEPS, f"{len(losses)} steps")
    return losses


def watchdog(home: Path, device: str) -> str:
    """Hang in a callback; expect exit code 75 and the use of the device."""
    process = subprocess.run(
        [sys.executable, "-c", HANG, device, str(home / "hang")],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    told = [line for line in process.stderr.splitlines() if line.startswith("watchdog:")]
    require(process.returncode == EXIT_CODE, f"exit {process.returncode}: {process.stderr[-300:]}")
    return " | ".join(told[-2:])


if __name__ == "__main__":
    sys.exit(main())
