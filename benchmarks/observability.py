"""What watching costs: steps with all callbacks and bare ones, by turns, in one process and thread.

    python benchmarks/observability.py [--minutes 3.5] [--block 4] [--write]

A pair is a block of bare steps and a block of watched ones, in an order that is drawn; what is told
is the mean of the pairs' differences without the largest and smallest tenth, with an interval by
bootstrap. Prints a table, and with --write puts it into docs/measurements/observability.md.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import perf_counter, thread_time

import numpy as np
import torch

from trainer.configuration.loading import configure
from trainer.configuration.schema import Configuration
from trainer.runs.checkpoint_writer import CheckpointWriter
from trainer.runs.held_out_text import held_out_evaluation
from trainer.runs.prepare import Prepared, prepare
from trainer.runs.prepared_run import RunState
from trainer.runs.recorders import recorders
from trainer.schedule import Step, training_steps
from trainer.training.callbacks import Chain, StepReport
from trainer.training.loop import optimise
from trainer.training.results import Progress
from trainer.training.user_callbacks import UserCallbacks
from trainer.watchdog.signals import StopOnSignal
from trainer.watchdog.watchdog import Watchdog

RESULT = Path(__file__).parents[1] / "docs" / "measurements" / "observability.md"
TRIM, RESAMPLES = 0.1, 10_000
TEXT = """# What watching costs

{pairs} pairs of {block} bare and {block} watched steps, in an order that was drawn; preset
{preset}, batch {batch} x {length}, one thread, torch {torch}, {device}.

| what | of a step |
|---|---|
| a bare step, median | {bare:.3f} ms |
| a watched step more, mean of the pairs without their largest and smallest tenth | {more:+.1f} us |
| the same, with its 95 % interval by bootstrap | {share:+.2%} ({low:+.2%} to {high:+.2%}) |
| median of the pairs | {median:+.2%} |
| pairs between the 10th and the 90th percentile | {tenth:+.1%} to {ninetieth:+.1%} |
| CPU time of the callbacks by themselves | {alone:.0f} us, {alone_share:.3%} |
| CPU time of the watchdog's thread beside all steps | {thread:.0f} us, {thread_share:.3%} |

On: metrics.jsonl, timings.jsonl, metrics.csv, the console's line every 10 steps, a bar on a
terminal, signals, the question whether a checkpoint is due, the watchdog and its heartbeat. The
watchdog's thread goes on during bare steps too, so that its row comes on top. The goal is at most
1 %.
"""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Seconds of a step in each block, and of the watchdog's thread for each step."""

    bare: np.ndarray
    watched: np.ndarray
    thread: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.5)
    parser.add_argument("--block", type=int, default=4, help="steps of a block")
    parser.add_argument("--preset", default="small-student")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--seed", type=int, default=0, help="of the order and the bootstrap")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare(_configuration(Path(folder), options), None)
        with _watching(prepared, Path(folder)) as (chain, watchdog):
            pairs = _measure(prepared, chain, watchdog, options)
            alone = _cpu_of_a_step(chain)
    table = _table(pairs, alone, options, prepared)
    print(table)
    if options.write:
        RESULT.write_text(table, encoding="utf-8")


def _measure(
    prepared: Prepared, chain: Chain, watchdog: Watchdog, options: argparse.Namespace
) -> Pairs:
    """Run pairs of blocks until the time is up; the first pairs warm up."""
    order = random.Random(options.seed)  # noqa: S311 - no secret
    steps = training_steps(1, prepared.run.steps, None)
    chain.on_train_begin(prepared.run.steps)
    for step in _take(steps, 10):
        chain.on_step_end(optimise(prepared.run, step))
    clock = time.pthread_getcpuclockid(watchdog._thread.ident)  # noqa: SLF001 - only here
    thread, ended = time.clock_gettime(clock), perf_counter() + 60 * options.minutes
    blocks: dict[bool, list[float]] = {False: [], True: []}
    while perf_counter() < ended:
        for watched in order.sample((False, True), 2):
            taken = _take(steps, options.block)
            seconds = _block(prepared, chain if watched else None, taken)
            blocks[watched].append(seconds / options.block)
    thread = time.clock_gettime(clock) - thread
    many = 2 * options.block * len(blocks[False])
    return Pairs(np.array(blocks[False]), np.array(blocks[True]), thread / many)


def _block(prepared: Prepared, chain: Chain | None, steps: list[Step]) -> float:
    """Return the seconds that steps take, with the callbacks if there are any."""
    started = perf_counter()
    for step in steps:
        report = optimise(prepared.run, step)
        if chain is not None:
            chain.on_step_end(report)
    return perf_counter() - started


def _take(steps: Iterator[Step], count: int) -> list[Step]:
    return [next(steps) for _ in range(count)]


def _table(pairs: Pairs, alone: float, options: argparse.Namespace, prepared: Prepared) -> str:
    bare = float(np.median(pairs.bare))
    shares = (pairs.watched - pairs.bare) / bare
    share = float(_trimmed(shares[None])[0])
    low, high = _interval(shares, options.seed)
    tenth, ninetieth = np.quantile(shares, (0.1, 0.9))
    return TEXT.format(
        pairs=len(shares),
        block=options.block,
        preset=options.preset,
        batch=options.batch,
        length=options.length,
        torch=torch.__version__,
        device=prepared.run.device.type,
        bare=1e3 * bare,
        more=1e6 * share * bare,
        share=share,
        low=low,
        high=high,
        median=float(np.median(shares)),
        tenth=tenth,
        ninetieth=ninetieth,
        alone=1e6 * alone,
        alone_share=alone / bare,
        thread=1e6 * pairs.thread,
        thread_share=pairs.thread / bare,
    )


def _trimmed(rows: np.ndarray) -> np.ndarray:
    """Return the mean of each row (R, N) without its largest and smallest tenth."""
    cut = int(TRIM * rows.shape[1])
    return np.sort(rows, axis=1)[:, cut : rows.shape[1] - cut].mean(axis=1)


def _interval(shares: np.ndarray, seed: int) -> tuple[float, float]:
    """Return the 95 % percentile interval of the trimmed mean (Efron & Tibshirani 1993, ch. 13)."""
    draw = np.random.default_rng(seed)
    means = [float(_trimmed(draw.choice(shares, (1, len(shares))))[0]) for _ in range(RESAMPLES)]
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def _cpu_of_a_step(chain: Chain) -> float:
    """Return the CPU seconds that the callbacks take for a step: the same on a busy machine."""
    terms = {"total": 2.5, "ce": 3.0, "kd": 2.25, "teacher_entropy": 1.5, "agreement": 0.125}
    reports = [StepReport(s, terms, 0.5, 1e-3, 4096, 0.1) for s in training_steps(1, 2000, None)]
    started = thread_time()
    for report in reports:
        chain.on_step_end(report)
    return (thread_time() - started) / len(reports)


def _configuration(folder: Path, options: argparse.Namespace) -> Configuration:
    tree = {
        "student": {"preset": options.preset},
        "training": {"epochs": 1000, "batch_size": options.batch, "memory_check": False},
        "dataset": {"source": "stdlib", "max_length": options.length, "limit_bytes": 4_000_000},
        "output": {"dir": str(folder), "checkpoint_every": 0, "log_every": 10, "csv": True},
        "device": "cpu",
    }
    return configure(tree, [], "benchmark")


@contextmanager
def _watching(prepared: Prepared, output: Path) -> Iterator[tuple[Chain, Watchdog]]:
    """Yield all the callbacks of a run that writes to `output` and to a terminal."""
    settings = prepared.configuration
    with ExitStack() as stack:
        console = stack.enter_context((output / "console").open("w", encoding="utf-8"))
        stack.enter_context(_terminal())
        watchdog = stack.enter_context(Watchdog(settings.watchdog, output / "heartbeat.json"))
        recording = stack.enter_context(recorders(output, prepared, console))
        stop = stack.enter_context(StopOnSignal())
        state = RunState(output, prepared, Progress(0, 0, 9.0, 9.0), watchdog, 0.0)
        user_callbacks = UserCallbacks(())
        held_out = stack.enter_context(held_out_evaluation(state, console))
        writer = CheckpointWriter(state, user_callbacks, held_out, smoke=False)
        own = (state.step_timer, *recording, user_callbacks, watchdog, held_out, writer)
        yield Chain((*own, stop)), watchdog


@contextmanager
def _terminal() -> Iterator[None]:
    """Have standard error be a terminal, which somebody reads, so that a bar is drawn."""
    reading, writing = os.openpty()
    reader = Thread(target=_drain, args=(reading,), daemon=True)
    reader.start()
    with os.fdopen(writing, "w", encoding="utf-8") as stream, redirect_stderr(stream):
        if not sys.stderr.isatty():
            raise RuntimeError("a pseudo-terminal is no terminal here")
        yield


def _drain(descriptor: int) -> None:
    try:
        while os.read(descriptor, 4096):
            pass
    except OSError:  # how Linux says that nobody writes to it any more
        os.close(descriptor)


if __name__ == "__main__":
    main()
