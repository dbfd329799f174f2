"""Measure what LoRA saves and what it costs: memory of a step, and text after distillation.

`memory` makes one step of distillation with a Qwen2 model of 276 million parameters, teacher and
student alike, each kind of training in a process of its own, and predicts two pairs that no CPU
holds from their shapes. `quality` pre-trains a student on Python's standard library, then distils
it on torch's C++ headers, which come with torch; every kind of training gets the learning rate that
is its best on a validation split, equal steps, and is measured on text that neither training nor
choice has seen. Nothing is asserted.

    python benchmarks/lora.py memory
    python benchmarks/lora.py quality
"""

import argparse
import copy
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import numpy as np
import torch
from torch import Tensor

from trainer.configuration.schema import Distillation, Lora, Training
from trainer.cost.activation_memory import activation_bytes
from trainer.cost.memory_check import check_memory
from trainer.cost.memory_prediction import predict_memory
from trainer.cost.step_memory import Memory
from trainer.data.batches import batch
from trainer.data.corpora.documents import Document, hash_of, take_bytes
from trainer.data.corpora.text_files import standard_library_corpus
from trainer.data.corpora.tokenize_documents import corpus_of
from trainer.data.corpus import Corpus
from trainer.data.encoders import TextEncoder
from trainer.data.tokenizer import ByteTokenizer
from trainer.evaluation.held_out import evaluate, windows
from trainer.losses.loss_chunking import LossPlan, LossShape, plan_loss
from trainer.models.configuration import ModelConfig
from trainer.models.decoder import Decoder
from trainer.models.hugging_face import HuggingFaceModel
from trainer.models.initialisation import initialise
from trainer.models.interface import CausalModel, Head, LanguageModel
from trainer.models.lora import add_lora
from trainer.processes.parameter_sharding import ParallelLayout
from trainer.schedule import Step
from trainer.training.callbacks import Callback
from trainer.training.loop import Run, optimise, train
from trainer.training.objective import Objective
from trainer.training.optimizer import AdamW

Kind = tuple[str, Lora | None]
CPU = torch.device("cpu")
GIB = 1 << 30
DISTILLATION = Distillation(temperature=1.0, alpha=0.7)

# memory

LENGTH, WINDOWS = 128, 2
QWEN2 = {
    "vocab_size": 32_000, "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 16,
    "num_attention_heads": 16, "num_key_value_heads": 4, "max_position_embeddings": 1024,
    "tie_word_embeddings": True,
}  # fmt: skip
LARGE = ModelConfig(3584, 18_944, 28, 28, 4, 152_064, 4096, tie_word_embeddings=False)
SMALL = ModelConfig(896, 4864, 24, 14, 2, 152_064, 4096)
"""The shapes of Qwen2.5 7B and 0.5B, with the larger one's vocabulary; biases are left out."""
LARGE_LENGTH, LARGE_WINDOWS = 2048, 4
KINDS_OF_MEMORY: dict[str, Lora | None] = {
    "full": None,
    "LoRA, rank 8": Lora(rank=8),
    "LoRA, rank 64": Lora(rank=64),
}

# quality

STUDENT = ModelConfig(128, 344, 3, 4, 4)
TEACHER = ModelConfig(192, 512, 4, 6, 6)
WINDOW, BATCH = 128, 8
STEPS, PRETRAINING, TEACHING = 250, 1500, 1200
VALIDATION, TEST = 65_536, 131_072  # bytes
KINDS: dict[str, Lora | None] = {
    "full": None,
    "LoRA, rank 8, every linear map": Lora(rank=8, alpha=16),
    "LoRA, rank 32, every linear map": Lora(rank=32, alpha=16),
    "LoRA, rank 8, q_proj and v_proj": Lora(rank=8, alpha=16, target_modules=("q_proj", "v_proj")),
}
RATES = (1e-3, 3e-3, 1e-2)
FACTOR = 3.0
SWEPT, SEEDS = 0, (1, 2, 3)


def main() -> int:
    """Run one part and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("part", choices=("memory", "quality"))
    parser.add_argument("--kind", choices=KINDS_OF_MEMORY, help="measure this one, as JSON")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.kind:
        print(json.dumps(measured_step(KINDS_OF_MEMORY[arguments.kind])))
        return 0
    lines = memory_report() if arguments.part == "memory" else quality_report()
    for line in lines:
        print(line, flush=True)
    return 0


def memory_report() -> Iterator[str]:
    """Yield a table of what was measured, then one of what is predicted."""
    yield f"A step of {WINDOWS} x {LENGTH} tokens, Qwen2, teacher and student alike, float32:"
    yield ""
    yield (
        "| student | parameters | that learn | held: models and optimiser "
        "| a step adds, predicted | measured | most resident |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for name in KINDS_OF_MEMORY:
        words = [sys.executable, __file__, "memory", "--kind", name]
        told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        found: dict[str, Any] = json.loads(told)
        sizes = (found[key] for key in ("held", "predicted", "measured", "resident"))
        yield (
            f"| {name} | {found['parameters']:,} | {found['learn']:,} | "
            f"{' | '.join(gib(size) for size in sizes)} |"
        )
    yield ""
    yield (
        f"Predicted, {LARGE_WINDOWS} x {LARGE_LENGTH} tokens, student in float32, teacher in "
        "bfloat16, activations computed again:"
    )
    yield ""
    yield "| pair | student | weights of both | optimiser | held | a step adds | in all |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    for pair, shape in (("7B to 0.5B", SMALL), ("7B to 7B", LARGE)):
        for name, lora in KINDS_OF_MEMORY.items():
            found = predicted(shape, lora)
            sizes = (
                found.student + found.teacher, found.optimizer, found.held, found.during_step,
                found.total,
            )  # fmt: skip
            yield f"| {pair} | {name} | {' | '.join(gib(size) for size in sizes)} |"


def measured_step(lora: Lora | None) -> dict[str, int]:
    """Make one step and tell its memory in bytes, and the most that the process ever had."""
    from transformers import AutoModelForCausalLM, Qwen2Config  # noqa: PLC0415 - takes seconds

    models = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        models.append(HuggingFaceModel(AutoModelForCausalLM.from_config(Qwen2Config(**QWEN2))))
        models[-1].probe()
    student, teacher = models
    teacher.eval().requires_grad_(requires_grad=False)
    if lora is not None:
        add_lora(student, lora, 1)
    plan = planned(student, WINDOWS * LENGTH)
    run = Run(
        student=student.train(),
        optimizer=AdamW(student),
        objective=Objective(teacher, DISTILLATION, "none", plan.rows),
        batch=lambda _: random_batch(),
        training=Training(epochs=1, batch_size=WINDOWS, steps_per_epoch=1),
        steps_per_epoch=1,
        max_steps=None,
        device=CPU,
    )
    check = check_memory(run, memory_of(student, teacher, plan, (WINDOWS, LENGTH)))
    optimise(run, Step(1, 0, 0, last_of_epoch=True))
    return {
        "parameters": sum(p.numel() for p in student.parameters()),
        "learn": sum(p.numel() for p in run.optimizer.parameters.values()),
        "held": check.predicted.held,
        "predicted": check.predicted.during_step,
        "measured": check.measured,
        "resident": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def predicted(shape: ModelConfig, lora: Lora | None) -> Memory:
    """Predict the memory of a pair whose tensors have shapes and no numbers.

    Activations are computed again: kept ones cannot be told without numbers, since attention then
    takes another way.
    """
    with torch.device("meta"):
        student, teacher = Decoder(shape), Decoder(LARGE).to(torch.bfloat16)
    teacher.requires_grad_(requires_grad=False)
    if lora is not None:
        add_lora(student, lora, 1)
    student.recompute_activations()
    plan = planned(student, LARGE_WINDOWS * LARGE_LENGTH)
    return memory_of(student, teacher, plan, (LARGE_WINDOWS, LARGE_LENGTH))


def memory_of(
    student: LanguageModel, teacher: LanguageModel, plan: LossPlan, shape: tuple[int, int]
) -> Memory:
    """Predict as the trainer does, for windows and tokens of each."""
    taken = activation_bytes(student, *shape, "none"), activation_bytes(teacher, *shape, "none")
    return predict_memory((student, teacher), plan, taken, ParallelLayout(), pieces=1)


def planned(student: LanguageModel, tokens: int) -> LossPlan:
    """Plan the loss as the trainer does."""
    shape = LossShape(tokens, student.vocab_size, 4, taught=True)
    return plan_loss(Training(), shape, "cpu", linear=student.head is not None)


def random_batch() -> tuple[Tensor, Tensor]:
    """Return tokens and labels that mean nothing."""
    both = torch.randint(QWEN2["vocab_size"], (WINDOWS, LENGTH + 1))
    return both[:, :-1], both[:, 1:]


def gib(size: int) -> str:
    """Write a number of bytes."""
    return f"{size / GIB:.2f} GiB"


@dataclass(frozen=True, slots=True)
class Texts:
    """What is learnt first, what then, and what is held out of both."""

    first: Corpus
    second: Corpus

    @property
    def taught(self) -> np.ndarray[Any, Any]:
        """The second text without its validation split."""
        return self.second.train[np.arange(len(self.second.train) - VALIDATION)]

    @property
    def validation(self) -> np.ndarray[Any, Any]:
        """The last part of the second text."""
        return self.second.train[np.arange(len(self.second.train))[-VALIDATION:]]


class Remembered:
    """A teacher that is asked once about each batch: all kinds of training have the same ones."""

    def __init__(self, teacher: LanguageModel) -> None:
        self._teacher = teacher
        self._known: dict[bytes, Tensor] = {}

    def __call__(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to logits (B, T, V)."""
        return torch.nn.functional.linear(self.hidden(tokens), self.head.weight)

    def hidden(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to what the head reads (B, T, D)."""
        key = tokens.numpy().tobytes()
        if key not in self._known:
            with torch.no_grad():
                self._known[key] = self._teacher.hidden(tokens)
        return self._known[key]

    @property
    def head(self) -> Head:
        """The teacher's head."""
        head = self._teacher.head
        if head is None:
            raise TypeError("a decoder has a head")
        return head


def quality_report() -> Iterator[str]:
    """Yield how the rates were chosen, then what came of them."""
    texts = Texts(standard_library_corpus(), headers())
    yield f"first text: {texts.first.digest}, second text: {texts.second.digest}"
    teacher = initialise(TEACHER, 7)
    fit(teacher, None, texts.taught, 3e-3, TEACHING, 7)
    teacher.eval().requires_grad_(requires_grad=False)
    origin = initialise(STUDENT, 1)
    fit(origin, None, texts.first.train, 3e-3, PRETRAINING, 1)
    yield from ("", "| student | rate: bits per byte of the validation split |", "|---|---|")
    best: dict[str, float] = {}
    taught = Remembered(teacher)
    for name, lora in KINDS.items():
        found = sweep(
            lambda rate, lora=lora: distilled(origin, lora, taught, texts, rate, SWEPT), texts
        )
        best[name] = min(found, key=found.__getitem__)
        told = ", ".join(f"{rate:.2g}: {found[rate]:.3f}" for rate in sorted(found))
        yield f"| {name} | {told} |"
    held = {"second text": texts.second.held_out[:TEST], "first text": texts.first.held_out[:TEST]}
    yield from ("", "| student | rate | parameters that learn | second text | first text |")
    yield "|---|---:|---:|---:|---:|"
    for name, model in (("teacher", teacher), ("student as pre-trained", origin)):
        yield f"| {name} | | | {' | '.join(f'{bits(model, text):.3f}' for text in held.values())} |"
    rows: dict[str, list[list[float]]] = {name: [] for name in KINDS}
    learn = {}
    for seed in SEEDS:
        taught = Remembered(teacher)
        for name, lora in KINDS.items():
            student = distilled(origin, lora, taught, texts, best[name], seed)
            learn[name] = sum(p.numel() for p in student.parameters() if p.requires_grad)
            rows[name].append([bits(student, text) for text in held.values()])
    for name, found in rows.items():
        cells = (spread(values) for values in zip(*found, strict=True))
        yield f"| {name} | {best[name]:.2g} | {learn[name]:,} | {' | '.join(cells)} |"


def headers() -> Corpus:
    """Read torch's C++ headers: another language, and a licence that lets anyone."""
    root = Path(torch.__file__).parent / "include"
    files = [file for file in root.rglob("*") if file.suffix in {".h", ".hpp"}]
    named = {file.relative_to(root).as_posix(): file for file in files}
    order = sorted(named, key=lambda name: (hash_of(name.encode()), name))
    documents = [Document(name, name.encode(), named[name].read_bytes()) for name in order]
    return corpus_of(
        lambda: take_bytes(documents, 8_000_000), TextEncoder(ByteTokenizer()), "torch's headers"
    )


def fit(
    student: LanguageModel,
    teacher: CausalModel | None,
    text: np.ndarray[Any, Any] | Any,
    rate: float,
    steps: int,
    seed: int,
) -> None:
    """Train by the trainer's own loop, with warm-up and cosine."""
    training = Training(
        epochs=1, batch_size=BATCH, steps_per_epoch=steps, learning_rate=rate,
        warmup_steps=steps // 10, seed=seed,
    )  # fmt: skip
    run = Run(
        student=student.train(),
        optimizer=AdamW(student),
        objective=Objective(teacher, DISTILLATION, "none", BATCH * WINDOW),
        batch=lambda step: batch(text, step=step - 1, batch_size=BATCH, length=WINDOW, seed=seed),
        training=training,
        steps_per_epoch=steps,
        max_steps=None,
        device=CPU,
    )
    train(run, Callback())


def distilled(
    origin: LanguageModel,
    lora: Lora | None,
    teacher: CausalModel,
    texts: Texts,
    rate: float,
    seed: int,
) -> LanguageModel:
    """Distil a copy of the pre-trained student on the second text."""
    student = copy.deepcopy(origin)
    torch.manual_seed(seed)
    if lora is not None:
        add_lora(student, lora, seed)
    fit(student, teacher, texts.taught, rate, STEPS, seed)
    return student.eval()


def sweep(make: Callable[[float], LanguageModel], texts: Texts) -> dict[float, float]:
    """Try rates until the best one has a worse one on either side; return bits by rate."""
    found: dict[float, float] = {}
    wanted = list(RATES)
    while wanted:
        for rate in wanted:
            found[rate] = bits(make(rate), texts.validation)
        best = min(found, key=found.__getitem__)
        wanted = [best * FACTOR] if best == max(found) else []
        wanted += [best / FACTOR] if best == min(found) else []
    return found


def bits(model: LanguageModel, text: np.ndarray[Any, Any]) -> float:
    """Return bits per byte."""
    tokens = torch.from_numpy(text.astype(np.int64))
    model.eval()
    found = evaluate(model, windows(tokens, WINDOW, 64), teacher=None)
    return found.bits_per_byte or 0.0


def spread(values: Sequence[float]) -> str:
    """Write mean and standard deviation."""
    return f"{mean(values):.3f} ± {stdev(values):.3f}"


if __name__ == "__main__":
    sys.exit(main())
