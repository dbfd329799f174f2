"""Time and memory of the distillation loss and of a whole step, ours beside other trainers'.

In one process, in turns, so that all meet the same machine. Writes docs/measurements/kd_step.md,
or kd_step-cuda.md. Nothing is asserted. Peers come with the extra `bench`, installed by hand.
"""

import argparse
import gc
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter

import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
from demo_train import machine
from kd_peers import NUMBERS, Loss, naive, ours_chunked, ours_dense, peers
from torch import Tensor

from trainer.configuration.schema import Training
from trainer.cost.flops import token_flops
from trainer.cost.step_memory import peak_bytes
from trainer.device import autocast, product_type, synchronise
from trainer.losses.loss_chunking import LossPlan, LossShape, plan_loss
from trainer.losses.tuning import Sample, tune
from trainer.models.configuration import ModelConfig
from trainer.models.decoder import Decoder
from trainer.models.initialisation import initialise
from trainer.models.interface import Head
from trainer.training.objective import Objective, accumulate_gradients
from trainer.training.optimizer import AdamW

RESULTS = Path(__file__).resolve().parents[1] / "docs" / "measurements"
STUDENT = ModelConfig(192, 512, 4, 6, 6)
TEACHER = ModelConfig(384, 1024, 6, 6, 6)
LENGTH = 256
TOKENS = {
    "cpu": {256: 4096, 32_768: 2048, 131_072: 512},
    "cuda": {256: 16_384, 32_768: 16_384, 131_072: 8192},
}
"""By device and vocabulary; so that the naive loss at the largest one fits a small machine."""
WIDTHS = (192, 384)

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each round, and the most bytes held beyond what was there before."""

    seconds: tuple[float, ...]
    peak: int

    @property
    def median(self) -> float:
        """The middle round."""
        return median(self.seconds)


def main() -> int:
    """Measure all vocabularies asked for, and write the tables."""
    options = parse()
    torch.manual_seed(0)
    device = torch.device(options.device)
    absent: list[str] = []
    name = "kd_step.md" if device.type == "cpu" else f"kd_step-{device.type}.md"
    file = options.output or RESULTS / name
    lines = [] if options.tables_only else list(head(options, device))
    for vocabulary in options.vocabulary:
        tokens = options.tokens or TOKENS[device.type].get(vocabulary, 2048)
        contest = losses(vocabulary, tokens, device, options, absent)
        lines += table(f"The loss, V = {vocabulary:,}, {tokens:,} tokens", contest, None, tokens)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")  # the step may take too long
        steps = whole_steps(vocabulary, tokens, device, options, absent)
        lines += table(
            f"The whole step, V = {vocabulary:,}, {tokens:,} tokens", steps, FLOOR, tokens
        )
    lines.append("Absent: " + ("; ".join(sorted(set(absent))) or "nothing") + ".")
    text = "\n".join(lines) + "\n"
    file.write_text(text, encoding="utf-8")
    print(text)
    return 0


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vocabulary", type=int, nargs="+", default=list(TOKENS["cpu"]))
    parser.add_argument("--tokens", type=int, help=f"a step, by default {TOKENS}")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--precision", default="none", choices=["none", "bf16"])
    parser.add_argument("--no-compile", action="store_true", help="leave compiled losses out")
    parser.add_argument("--output", type=Path, help="another file for the tables")
    parser.add_argument("--tables-only", action="store_true", help="leave the machine out")
    return parser.parse_args()


def losses(
    vocabulary: int,
    tokens: int,
    device: torch.device,
    options: argparse.Namespace,
    absent: list[str],
) -> dict[str, Measured]:
    """Measure forward and backward of each loss from hidden states."""
    student, teacher = WIDTHS
    kind = torch.bfloat16 if options.precision == "bf16" else torch.float32

    def draw(*shape: int, scale: float = 1.0) -> Tensor:
        return (torch.randn(*shape, device=device) * scale).to(kind)

    hidden = draw(tokens, student).requires_grad_()
    weight = draw(vocabulary, student, scale=student**-0.5).requires_grad_()
    taught, target = draw(tokens, teacher), draw(vocabulary, teacher, scale=teacher**-0.5)
    labels = torch.randint(0, vocabulary, (tokens,), device=device)
    ours = chosen(tokens, Head(weight), Head(target), options)

    def work(loss: Loss) -> Work:
        def run() -> None:
            loss(hidden, weight, taught, target, labels).backward()
            hidden.grad = weight.grad = None

        return run

    return measure(
        {name: work(loss) for name, loss in contestants(ours, options, absent)},
        device,
        options.rounds,
    )


def contestants(
    plan: LossPlan, options: argparse.Namespace, absent: list[str]
) -> Iterator[tuple[str, Loss]]:
    """Yield every loss by name."""
    yield "ours, chunked", ours_chunked(plan.rows, fused=plan.fused)
    if plan.fused:
        yield "ours, without the kernel", ours_chunked(plan.rows)
    yield "ours, dense", ours_dense
    yield "naive", naive
    if not options.no_compile:
        yield "naive, compiled", torch.compile(naive)
    yield from peers(absent)


def chosen(tokens: int, student: Head, teacher: Head, options: argparse.Namespace) -> LossPlan:
    """Return what a run would choose."""
    vocabulary, device = len(student.weight), student.weight.device
    shape = LossShape(tokens, vocabulary, 2 if options.precision == "bf16" else 4, taught=True)
    plan = plan_loss(Training(), shape, device.type, linear=True)
    sample = Sample(student, teacher, vocabulary, NUMBERS, product_type(options.precision))
    found = tune(plan, sample, fixed_rows=False)
    print("\n".join((found.plan.text, *found.lines())), flush=True)
    return found.plan


FLOOR = "teacher forward + plain step"


def whole_steps(
    vocabulary: int,
    tokens: int,
    device: torch.device,
    options: argparse.Namespace,
    absent: list[str],
) -> dict[str, Measured]:
    """Measure a step with its optimiser: the floor, ours, and the same models under each loss."""
    student = initialise(replace(STUDENT, vocab_size=vocabulary), 0).to(device)
    teacher = initialise(replace(TEACHER, vocab_size=vocabulary), 1).to(device)
    teacher.requires_grad_(requires_grad=False)
    optimizer = AdamW(student)
    windows = torch.randint(0, vocabulary, (tokens // LENGTH, LENGTH), device=device)
    labels = windows.roll(-1, 1)
    plan = chosen(tokens, student.head, teacher.head, options)
    objective = Objective(teacher, NUMBERS, options.precision, plan.rows, fused=plan.fused)

    def applied(differentiate: Work) -> Work:
        def run() -> None:
            differentiate()
            optimizer.step(1e-4)
            optimizer.clear_gradients()

        return run

    def floor() -> None:
        with torch.no_grad(), autocast(device, options.precision):
            teacher(windows)
        with autocast(device, options.precision):
            logits = student(windows)
        F.cross_entropy(logits.float().flatten(0, 1), labels.flatten()).backward()

    def ours() -> None:
        accumulate_gradients(objective, student, windows, labels, pieces=1)

    works: dict[str, Work] = {FLOOR: applied(floor), "ours": applied(ours)}
    for name, loss in contestants(plan, options, absent):
        if not name.startswith("ours"):
            works[name] = applied(with_loss(loss, student, teacher, (windows, labels), options))
    found = measure(works, device, options.rounds)
    flops = tokens * sum(token_flops(model, LENGTH, vocabulary) for model in (student, teacher))
    for name, each in found.items():
        print(f"  {name}: {flops / each.median / 1e9:,.0f} GFLOP/s", flush=True)
    return found


def with_loss(
    loss: Loss,
    student: Decoder,
    teacher: Decoder,
    batch: tuple[Tensor, Tensor],
    options: argparse.Namespace,
) -> Work:
    """Return the gradient of a step under another loss."""
    windows, labels = batch

    def run() -> None:
        with autocast(windows.device, options.precision):
            with torch.no_grad():
                taught = teacher.hidden(windows).flatten(0, 1)
            hidden = student.hidden(windows).flatten(0, 1)
            found = loss(hidden, student.head.weight, taught, teacher.head.weight, labels.flatten())
        found.backward()

    return run


def measure(works: Mapping[str, Work], device: torch.device, rounds: int) -> dict[str, Measured]:
    """Warm each up, take its peak, then time all in turns, each round from another start."""
    peaks = {}
    for name, work in works.items():
        work()
        peaks[name] = peak_bytes(device, work)
        print(f"{name}: {peaks[name] / 1e6:,.0f} MB", flush=True)
    seconds: dict[str, list[float]] = {name: [] for name in works}
    names = list(works)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            gc.collect()
            synchronise(device)
            started = perf_counter()
            works[name]()
            synchronise(device)
            seconds[name].append(perf_counter() - started)
    return {name: Measured(tuple(seconds[name]), peaks[name]) for name in names}


def head(options: argparse.Namespace, device: torch.device) -> Iterator[str]:
    """Yield what the numbers were measured on."""
    yield "# The distillation loss and the whole step, beside other trainers"
    yield ""
    yield (
        f"Machine: {machine()}, {torch.get_num_threads()} threads. Python "
        f"{platform.python_version()}, torch {torch.__version__}, {device.type}, precision "
        f"{options.precision}. Median of {options.rounds} rounds in turns, in one process."
    )
    yield ""
    yield (
        "Loss: forward and backward from hidden states of a student (192 wide) and a teacher "
        "(384). Step: a student of 4 layers x 192 and a teacher of 6 x 384, with the optimiser. "
        "Memory is the most that torch held beyond what was there before the call."
    )
    yield ""


def table(
    title: str, found: Mapping[str, Measured], unit: str | None, tokens: int
) -> Iterator[str]:
    """Yield a table; ratios are to `unit`, or to the fastest of the others than ours."""
    others = {name: each for name, each in found.items() if not name.startswith("ours")}
    base = found[unit].median if unit else min(each.median for each in others.values())
    leanest = min(each.peak for name, each in others.items() if name != unit)
    relative = "of teacher forward + plain step" if unit else "of the fastest other"
    yield f"## {title}"
    yield ""
    yield f"| what | ms | min–max | time, {relative} | tokens/s | extra MB | of the leanest other |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for name, each in found.items():
        low, high = min(each.seconds) * 1e3, max(each.seconds) * 1e3
        yield (
            f"| {name} | {each.median * 1e3:,.0f} | {low:,.0f}–{high:,.0f} "
            f"| {each.median / base:.2f} | {tokens / each.median:,.0f} "
            f"| {each.peak / 1e6:,.0f} | {each.peak / leanest:.2f} |"
        )
    yield ""


if __name__ == "__main__":
    sys.exit(main())
