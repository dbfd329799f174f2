"""Time of whole steps of real sizes in bf16, by the training loop itself; one table of Markdown.

Pairs: `350m` is a student of 0.36 G parameters with a teacher of 1.3 G; `trl` is the shape of TRL's
published pair, Llama-3.2-1B twice with 32 windows of 1,024 tokens. Weights are random: time does
not depend on them. Nothing is asserted.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
from torch import Tensor

from trainer.configuration.schema import Distillation, Training
from trainer.cost.flops import token_flops
from trainer.cost.step_memory import peak_bytes
from trainer.data.prefetch import Prefetched
from trainer.device import autocast, synchronise
from trainer.losses.loss_chunking import LossShape, plan_loss
from trainer.losses.tuning import Sample, tune
from trainer.models.compilation import compile_trunks
from trainer.models.configuration import ModelConfig
from trainer.models.decoder import Decoder
from trainer.schedule import Step
from trainer.training.loop import Run, optimise
from trainer.training.objective import Objective
from trainer.training.optimizer import AdamW

PRECISION = "bf16"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two models, and the batch of a step in pieces."""

    title: str
    student: ModelConfig
    teacher: ModelConfig
    windows: int
    length: int
    pieces: int


LLAMA_1B = ModelConfig(2048, 8192, 16, 32, 8, vocab_size=128_256)
PAIRS = {
    "350m": Pair(
        "A student of 0.36 G with a teacher of 1.3 G parameters",
        ModelConfig(1024, 2816, 24, 16, 16, vocab_size=50_304),
        ModelConfig(2048, 5632, 24, 32, 32, vocab_size=50_304),
        windows=16,
        length=1024,
        pieces=1,
    ),
    "trl": Pair("Llama-3.2-1B twice, TRL's published pair", LLAMA_1B, LLAMA_1B, 32, 1024, pieces=4),
    "tiny": Pair(
        "Two models of a test",
        ModelConfig(32, 64, 2, 2, 2, vocab_size=300),
        ModelConfig(48, 96, 2, 2, 2, vocab_size=300),
        windows=4,
        length=16,
        pieces=2,
    ),
}


def main() -> int:
    """Measure without and, unless told not to, with torch.compile; write after each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pair", choices=list(PAIRS))
    parser.add_argument("--device", default="cuda", choices=["cpu", "cuda"])
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--no-compile", action="store_true")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    device, pair = torch.device(options.device), PAIRS[options.pair]
    rate = matrix_rate(device)
    lines = list(head(pair, rate))
    run, models = prepare(pair, device)
    # before compiling, as the counter runs a single window
    flops = sum(token_flops(model, pair.length, models[1].vocab_size) for model in models)
    share = flops / rate
    lines.append(row("teacher forward + plain step", floor(run, models, options.steps), pair, None))
    lines.append(row("ours", steps(run, options.steps), pair, share))
    options.output.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    if not options.no_compile:
        started = perf_counter()
        compile_trunks(models, piece(run, pair), PRECISION)
        took = perf_counter() - started
        lines.append(row("ours, compiled", steps(run, options.steps), pair, share))
        lines += ["", f"Compiling took {took:.0f} s."]
        options.output.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    print("\n".join(lines))
    return 0


def head(pair: Pair, rate: float) -> Iterator[str]:
    """Yield the title, and what the device multiplies."""
    yield f"## {pair.title}, {PRECISION}, {pair.windows} x {pair.length:,} tokens"
    yield ""
    yield (
        f"Matrix products: {rate / 1e12:,.3g} TFLOP/s measured (bf16, square). The step is that of "
        f"the training loop, in {pair.pieces} micro-batches; its memory is beyond the models'."
    )
    yield ""
    yield "| what | ms | min–max | tokens/s | of the matrix rate | extra MB |"
    yield "|---|---:|---:|---:|---:|---:|"


def matrix_rate(device: torch.device) -> float:
    """Return the FLOPs a second of the largest of ten products of square bf16 matrices."""
    size = 8192 if device.type == "cuda" else 256
    left = torch.randn(size, size, device=device, dtype=torch.bfloat16)
    times = timed(lambda: left @ left, device, 10)
    return 2 * size**3 / min(times)


def prepare(pair: Pair, device: torch.device) -> tuple[Run, tuple[Decoder, Decoder]]:
    """Build models and loop; the loss is tuned as a run would."""
    teacher = build(pair.teacher, device, torch.bfloat16).requires_grad_(requires_grad=False)
    student = build(pair.student, device, torch.float32)
    tokens = pair.windows // pair.pieces * pair.length
    shape = LossShape(tokens, student.vocab_size, 2, taught=True)
    plan = plan_loss(Training(), shape, device.type, linear=True)
    settings, dtype = Distillation(), torch.bfloat16
    sample = Sample(student.head, teacher.head, teacher.vocab_size, settings, dtype)
    tuned = tune(plan, sample, fixed_rows=False)
    print("\n".join((tuned.plan.text, *tuned.lines())), flush=True)

    def batch(step: int) -> tuple[Tensor, Tensor]:
        generator = torch.Generator().manual_seed(step)
        shape = (pair.windows, pair.length + 1)
        windows = torch.randint(0, student.vocab_size, shape, generator=generator)
        return windows[:, :-1].contiguous(), windows[:, 1:].contiguous()

    objective = Objective(teacher, settings, PRECISION, tuned.plan.rows, fused=tuned.plan.fused)
    run = Run(
        student=student,
        optimizer=AdamW(student),
        objective=objective,
        batch=Prefetched(batch, device) if device.type == "cuda" else batch,
        training=Training(batch_size=pair.windows, gradient_accumulation=pair.pieces),
        steps_per_epoch=1000,
        max_steps=None,
        device=device,
    )
    return run, (teacher, student)


def build(config: ModelConfig, device: torch.device, dtype: torch.dtype) -> Decoder:
    """Return a model with small random weights, drawn on the device."""
    with torch.device(device):
        model = Decoder(config).to(dtype)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.normal_(0.0, 0.02)
    return model


def piece(run: Run, pair: Pair) -> Tensor:
    """Return the tokens of a micro-batch."""
    return run.batch(1)[0].tensor_split(pair.pieces)[0]


def steps(run: Run, number: int) -> tuple[list[float], int]:
    """Return the seconds of steps after two, and the most bytes that one of these held."""
    counter = iter(range(1, 1 << 20))

    def step() -> None:
        at = next(counter)
        optimise(run, Step(at, 0, at - 1, last_of_epoch=False))

    step()
    peak = peak_bytes(run.device, step)
    return timed(step, run.device, number), peak


def floor(run: Run, models: tuple[Decoder, Decoder], number: int) -> tuple[list[float], int]:
    """Measure the teacher's forward pass and a plain training step, in the same pieces."""
    teacher, student = models
    pieces = run.training.gradient_accumulation

    def step() -> None:
        tokens, labels = run.batch(1)
        for some, wanted in zip(
            tokens.tensor_split(pieces), labels.tensor_split(pieces), strict=True
        ):
            with torch.no_grad(), autocast(run.device, PRECISION):
                teacher.hidden(some)
            with autocast(run.device, PRECISION):
                logits = student(some)
            loss = F.cross_entropy(logits.flatten(0, 1).float(), wanted.flatten().to(run.device))
            (loss / pieces).backward()
        run.optimizer.step(1e-5)
        run.optimizer.clear_gradients()

    step()
    peak = peak_bytes(run.device, step)
    return timed(step, run.device, number), peak


def timed(work: Callable[[], object], device: torch.device, rounds: int) -> list[float]:
    """Return the seconds of each round, after one that is not counted."""
    work()
    found = []
    for _ in range(rounds):
        synchronise(device)
        started = perf_counter()
        work()
        synchronise(device)
        found.append(perf_counter() - started)
    return found


def row(
    name: str, measured: tuple[list[float], int], pair: Pair, token_seconds: float | None
) -> str:
    """Return a row of the table; `token_seconds`: those of a token at the matrix rate, if known."""
    seconds, peak = measured
    rate = pair.windows * pair.length / median(seconds)
    share = "—" if token_seconds is None else f"{rate * token_seconds:.1%}"
    low, high = min(seconds) * 1e3, max(seconds) * 1e3
    return (
        f"| {name} | {median(seconds) * 1e3:,.0f} | {low:,.0f}–{high:,.0f} | {rate:,.0f} "
        f"| {share} | {peak / 1e6:,.0f} |"
    )


if __name__ == "__main__":
    sys.exit(main())
