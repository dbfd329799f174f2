"""What watching costs: the loop with all its callbacks against the bare loop, interleaved.

    python benchmarks/observability.py [--rounds 12] [--preset small-student]

Prints a table, and with --write puts it into benchmarks/results/observability.md.
"""

import argparse
import io
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time

import torch

from trainer.callbacks import Callback, Chain, StepReport
from trainer.config import Configuration
from trainer.interruption import Interruption
from trainer.loop import train
from trainer.outcome import Standing
from trainer.preparation import Prepared, prepare
from trainer.recording import recorders
from trainer.saving import CheckpointWriter
from trainer.schedule import training_steps
from trainer.settings import configure
from trainer.tally import Tally
from trainer.watchdog import Watchdog

RESULT = Path(__file__).parent / "results" / "observability.md"
TEXT = """# What watching costs

{rounds} rounds of {steps} steps each, by turns; preset {preset}, batch 16 x 256, {threads} threads,
torch {torch}, {device}.

| what | median step | 10th to 90th percentile of a round |
|---|---|---|
{rows}
Watchdog, signals, two logs, the console's line and bar, and asking whether a checkpoint is due cost
{share:+.2%} of a step (median of the pairs; goal: at most 1 %). By themselves they take
{alone:.0f} us of CPU time a step, {of_a_step:.3%} of the bare step above.
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--preset", default="small-student")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = measure(Path(folder), options.preset, options.rounds, options.steps)
    print(table)
    if options.write:
        RESULT.write_text(table, encoding="utf-8")


def measure(folder: Path, preset: str, rounds: int, steps: int) -> str:
    """Run rounds of both kinds by turns, and return the table."""
    prepared = prepare(_configuration(folder, preset, steps), None)
    seconds: dict[str, list[float]] = {"bare loop": [], "all callbacks": []}
    for number in range(rounds + 1):  # the first round warms up
        bare = _round(prepared, Callback()) / steps
        with _watching(prepared, folder / str(number)) as chain:
            watched = _round(prepared, chain) / steps
        if number:
            seconds["bare loop"].append(bare)
            seconds["all callbacks"].append(watched)
    pairs = zip(seconds["all callbacks"], seconds["bare loop"], strict=True)
    share = median(watched / bare - 1 for watched, bare in pairs)
    with _watching(prepared, folder / "alone") as chain:
        alone = _cpu_of_a_step(chain)
    rows = "".join(
        f"| {name} | {1000 * median(values):.2f} ms | {_spread(values)} |\n"
        for name, values in seconds.items()
    )
    return TEXT.format(
        rounds=rounds,
        steps=steps,
        preset=preset,
        threads=torch.get_num_threads(),
        torch=torch.__version__,
        device=prepared.run.device.type,
        rows=rows,
        share=share,
        alone=1e6 * alone,
        of_a_step=alone / median(seconds["bare loop"]),
    )


def _cpu_of_a_step(chain: Callback) -> float:
    """Return the CPU seconds that the callbacks take for a step: the same on a busy machine."""
    terms = {"total": 2.5, "ce": 3.0, "kd": 2.25, "teacher_entropy": 1.5, "agreement": 0.125}
    reports = [StepReport(s, terms, 0.5, 1e-3, 4096, 0.1) for s in training_steps(1, 2000, None)]
    chain.on_train_begin(len(reports))
    started = thread_time()
    for report in reports:
        chain.on_step_end(report)
    return (thread_time() - started) / len(reports)


def _configuration(folder: Path, preset: str, steps: int) -> Configuration:
    tree = {
        "student": {"preset": preset},
        "training": {"epochs": 1, "steps_per_epoch": steps, "batch_size": 16},
        "dataset": {"source": "stdlib", "max_length": 256, "limit_bytes": 4_000_000},
        "output": {"dir": str(folder), "checkpoint_every": 0, "log_every": 10},
    }
    return configure(tree, [], "benchmark")


def _round(prepared: Prepared, callback: Callback) -> float:
    started = perf_counter()
    train(prepared.run, callback)
    return perf_counter() - started


@contextmanager
def _watching(prepared: Prepared, output: Path) -> Iterator[Chain]:
    """Yield all the callbacks of a run that writes to `output`."""
    output.mkdir()
    settings = prepared.configuration
    with ExitStack() as stack:
        watchdog = stack.enter_context(Watchdog(settings.watchdog, output / "heartbeat.json"))
        recording = stack.enter_context(recorders(output, prepared, io.StringIO()))
        stop = stack.enter_context(Interruption())
        writer = CheckpointWriter(
            output, settings.output, prepared.run, {}, Standing(0, 0, 9.0, 9.0), watchdog
        )
        yield Chain((Tally(), *recording, watchdog, writer, stop))


def _spread(values: list[float]) -> str:
    ordered = sorted(values)
    low, high = ordered[len(ordered) // 10], ordered[-1 - len(ordered) // 10]
    return f"{1000 * low:.2f} to {1000 * high:.2f} ms"


if __name__ == "__main__":
    main()
