"""Study when a student by distillation beats the same student by cross-entropy, and why not.

Every trial is a run of the trainer's own pipeline, in this process, one after the other. Learning
rates are chosen for every objective by the same sweep on a validation split of the training text;
`compare` then reports text that neither training nor choice has seen. Students of one seed have the
same initial weights and the same batches in the same order. A finished trial is kept below `runs/`,
so that an interrupted study goes on. Nothing is asserted.

    python benchmarks/distillation_quality.py select --rates 0.002 0.004 0.008
    python benchmarks/distillation_quality.py compare --seeds 1 2 3 --temperatures 1 --alphas 0.7
    python benchmarks/distillation_quality.py explain
"""

import argparse
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
from torch import Tensor

from trainer.configuration.loading import configure
from trainer.configuration.schema import Configuration, Distillation
from trainer.data.corpora.text_files import standard_library_corpus
from trainer.evaluation.evaluate_model import assess
from trainer.evaluation.held_out import windows
from trainer.losses.kd import combine, cross_entropy, forward_kl, kd_loss
from trainer.models.configuration import PRESETS
from trainer.models.export import export_model
from trainer.models.initialisation import initialise
from trainer.models.interface import LanguageModel
from trainer.models.load import load_model
from trainer.recording.step_logs import JsonLines, facts_of
from trainer.runs.pipeline import Pipeline
from trainer.runs.prepare import prepare
from trainer.storage.file_names import METRICS
from trainer.storage.model_files import find_model
from trainer.storage.output_folder import Existing
from trainer.training.loop import train
from trainer.training.objective import Objective

RUNS = Path(__file__).resolve().parents[1] / "runs" / "distillation-quality"
CORPUS = RUNS / "training-text"
PIECE = 1 << 16  # bytes a file, so that the trainer's own split by file makes a validation split
LENGTH, BATCH = 128, 16
CE = (1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Trial:
    """One training. `teacher` is the name of a trial's folder, or None for cross-entropy alone."""

    teacher: str | None
    preset: str
    temperature: float
    alpha: float
    rate: float
    steps: int
    seed: int
    clip: float | None = 1.0
    among: bool = False
    """Whether the KD term is over the teacher's likeliest bytes alone."""

    @property
    def name(self) -> str:
        """A name for the folder, from every field."""
        clip = "none" if self.clip is None else f"{self.clip:g}"
        objective = "ce" if self.teacher is None else f"T{self.temperature:g}-a{self.alpha:g}"
        end = "" if self.teacher is None else f"-from-{self.teacher}"
        if self.among:
            objective += f"-among{AmongLikeliest.COUNT}"
        numbers = f"lr{self.rate:g}-{self.steps}-seed{self.seed}-clip{clip}"
        return f"{self.preset}-{objective}-{numbers}{end}"

    def configuration(self) -> Configuration:
        """Return the trainer's configuration of this trial."""
        tree = {
            "student": {"preset": self.preset},
            "distillation": {"temperature": self.temperature, "alpha": self.alpha},
            "training": {
                "epochs": 1,
                "steps_per_epoch": self.steps,
                "batch_size": BATCH,
                "learning_rate": self.rate,
                "warmup_steps": min(50, self.steps // 10),
                "gradient_clip": self.clip,
                "seed": self.seed,
            },
            "dataset": {"source": "folder", "path": str(CORPUS), "max_length": LENGTH},
            "output": {"dir": str(RUNS / self.name), "checkpoint_every": 0, "log_every": 0},
            "device": "cpu",
        }
        if self.teacher is not None:
            tree["teacher"] = {"model_id": str(RUNS / self.teacher)}
        return configure(tree, [], self.name)


def main() -> int:
    """Run one part of the study and print its table."""
    arguments = parser().parse_args()
    torch.set_num_threads(1)
    write_training_text()
    print(f"test text: {standard_library_corpus().digest}", file=sys.stderr)
    teacher = Trial(None, arguments.teacher, *CE, 3e-3, arguments.teacher_steps, 7)
    outcome(teacher, None)
    for line in PARTS[arguments.part](arguments, teacher):
        print(line, flush=True)
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    options = argparse.ArgumentParser("distillation_quality", description=__doc__)
    options.add_argument("part", choices=PARTS)
    options.add_argument("--teacher", default="micro", help="preset of the teacher")
    options.add_argument("--teacher-steps", type=int, default=4000)
    options.add_argument("--student", default="nano", help="preset of the students")
    options.add_argument("--steps", type=int, default=500)
    options.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options.add_argument("--rates", type=float, nargs="+", default=[2e-3, 4e-3, 8e-3])
    options.add_argument("--temperatures", type=float, nargs="+", default=[1.0, 2.0, 4.0])
    options.add_argument("--alphas", type=float, nargs="+", default=[0.5, 0.7, 1.0])
    options.add_argument("--clip", type=float, default=1.0, help="0: no clipping")
    options.add_argument("--among", action="store_true", help="KD over the likeliest bytes alone")
    return options


def write_training_text() -> None:
    """Cut the standard corpus' training text into files; its held-out text stays out of reach."""
    if CORPUS.is_dir():
        return
    text = standard_library_corpus().train.tobytes()
    aside = CORPUS.with_suffix(".writing")
    aside.mkdir(parents=True, exist_ok=True)
    for number, start in enumerate(range(0, len(text), PIECE)):
        (aside / f"{number:04}.txt").write_bytes(text[start : start + PIECE])
    aside.rename(CORPUS)


def outcome(trial: Trial, teacher: Trial | None) -> dict[str, Any]:
    """Run a trial unless its outcome is kept; bits per byte by split, agreement, clipped share."""
    kept = RUNS / f"{trial.name}.json"
    if not kept.is_file():
        kept.write_text(json.dumps(run(trial, teacher), indent=1), encoding="utf-8")
        print(f"done: {trial.name}", file=sys.stderr, flush=True)
    return dict(json.loads(kept.read_text(encoding="utf-8")))


class AmongLikeliest(Objective):
    """The objective, its KD term over no more than the teacher's likeliest bytes."""

    COUNT = 10

    def terms(self, student: LanguageModel, tokens: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Return total, ce and kd of tokens and labels (B, T)."""
        logits, labels = student(tokens).flatten(0, 1), labels.flatten()
        taught = self._logits(self.teacher, tokens)
        some = taught.topk(self.COUNT, dim=-1).indices
        temperature = self.distillation.temperature
        kd = temperature**2 * forward_kl(
            logits.gather(1, some), taught.gather(1, some), temperature, labels >= 0
        )
        ce = cross_entropy(logits, labels)
        return {"total": combine(ce, kd, self.distillation.alpha), "ce": ce, "kd": kd}


def run(trial: Trial, teacher: Trial | None) -> dict[str, Any]:
    """Train, then evaluate on the validation split and on the standard corpus' held-out text."""
    configuration = trial.configuration()
    if trial.among:
        train_among(RUNS / trial.name, configuration)
    else:
        Pipeline(configuration, existing=Existing.OVERWRITE, out=io.StringIO()).execute()
    model = find_model(RUNS / trial.name)
    beside = None if teacher is None else find_model(RUNS / teacher.name)
    test = configuration.model_copy(
        update={
            "dataset": configuration.dataset.model_copy(update={"source": "stdlib", "path": None})
        }
    )
    norms = gradient_norms(RUNS / trial.name)
    return {
        "trial": asdict(trial),
        "validation": assess(model, None, configuration).evaluation.bits_per_byte,
        "test": asdict(assess(model, beside, test).evaluation),
        "clipped": sum(norm > (trial.clip or float("inf")) for norm in norms) / len(norms),
    }


def train_among(folder: Path, configuration: Configuration) -> None:
    """Train with the KD term among the likeliest bytes alone; the rest is the product's own."""
    folder.mkdir(parents=True, exist_ok=True)
    prepared = prepare(configuration, None)
    objective = AmongLikeliest(prepared.objective.teacher, configuration.distillation, "none")
    with (folder / METRICS).open("wb", buffering=0) as metrics:
        train(replace(prepared.run, objective=objective), JsonLines(metrics, facts_of))
    export_model(folder, prepared.run.student, prepared.facts)


def gradient_norms(folder: Path) -> list[float]:
    """Return the norm of each step's gradient, before it was clipped."""
    lines = (folder / METRICS).read_text(encoding="utf-8").splitlines()
    return [float(json.loads(line)["gradient_norm"]) for line in lines]


def objectives(arguments: argparse.Namespace) -> list[tuple[float, float]]:
    """Return (temperature, alpha) of cross-entropy alone and of every distillation asked for."""
    return [CE, *product(arguments.temperatures, arguments.alphas)]


def students(
    arguments: argparse.Namespace, teacher: Trial, seed: int, objective: tuple[float, float]
) -> dict[float, dict[str, Any]]:
    """Return the outcomes of an objective by learning rate."""
    name = None if objective == CE else teacher.name
    among = arguments.among and name is not None
    fixed = (arguments.steps, seed, arguments.clip or None, among)
    trials = {
        rate: Trial(name, arguments.student, *objective, rate, *fixed) for rate in arguments.rates
    }
    return {rate: outcome(trial, teacher) for rate, trial in trials.items()}


def select(arguments: argparse.Namespace, teacher: Trial) -> Iterator[str]:
    """Yield validation bits per byte by objective and learning rate, of the first seed."""
    yield f"| T | alpha | {' | '.join(f'{rate:g}' for rate in arguments.rates)} | clipped |"
    yield "|---:|---:|" + "---:|" * (len(arguments.rates) + 1)
    for objective in objectives(arguments):
        found = students(arguments, teacher, arguments.seeds[0], objective)
        bits = " | ".join(f"{one['validation']:.4f}" for one in found.values())
        clipped = " / ".join(f"{one['clipped']:.0%}" for one in found.values())
        yield f"| {objective[0]:g} | {objective[1]:g} | {bits} | {clipped} |"


def compare(arguments: argparse.Namespace, teacher: Trial) -> Iterator[str]:
    """Yield test bits per byte over the seeds, each objective at the rate best on validation."""
    yield f"teacher: {outcome(teacher, None)['test']['bits_per_byte']:.4f}"
    yield "| T | alpha | rate | bits per byte | less cross-entropy's, same seed | agreement |"
    yield "|---:|---:|---:|---:|---:|---:|"
    alone: list[float] = []
    for objective in objectives(arguments):
        first = students(arguments, teacher, arguments.seeds[0], objective)
        rate = min(first, key=lambda one: float(first[one]["validation"]))
        narrowed = argparse.Namespace(**{**vars(arguments), "rates": [rate]})
        found = [students(narrowed, teacher, s, objective)[rate] for s in arguments.seeds]
        bits = [one["test"]["bits_per_byte"] for one in found]
        alone = alone or bits
        agreement = mean(one["test"]["agreement"] for one in found)
        differences = [mine - theirs for mine, theirs in zip(bits, alone, strict=True)]
        yield (
            f"| {objective[0]:g} | {objective[1]:g} | {rate:g} | {spread(bits)} "
            f"| {spread(differences)} | {agreement:.4f} |"
        )


def explain(arguments: argparse.Namespace, teacher: Trial) -> Iterator[str]:
    """Yield where softened distributions and the gradients of the KD term lie, by temperature."""
    taught = load_model(find_model(RUNS / teacher.name), torch.device("cpu"))
    alone = students(arguments, teacher, arguments.seeds[0], CE)
    best = min(alone.values(), key=lambda one: float(one["validation"]))["trial"]
    trained = load_model(find_model(RUNS / Trial(**best).name), torch.device("cpu"))
    held_out = torch.from_numpy(standard_library_corpus().held_out.copy())
    batches = windows(held_out, LENGTH, BATCH)[:17]
    yield f"mass, gradient: shares outside the teacher's {AmongLikeliest.COUNT} likeliest bytes"
    yield "| student | T | mass | gradient | cosine with the gradient of cross-entropy |"
    yield "|---|---:|---:|---:|---:|"
    for name, student in (
        ("fresh", initialise(PRESETS[arguments.student], arguments.seeds[0])),
        ("by cross-entropy", trained),
    ):
        plain = gradients(student, batches, lambda s, _, y: cross_entropy(s, y))
        yield f"| {name} | cross-entropy itself | | | {cosine(plain, plain):.2f} |"
        for temperature in arguments.temperatures:
            kd = Distillation(temperature=temperature, alpha=1.0)
            soft = gradients(
                student,
                batches,
                lambda s, x, y, kd=kd: kd_loss(s, logits_of(taught, x), y, kd).total,
            )
            mass, share = outside(taught, student, batches, temperature)
            yield (
                f"| {name} | {temperature:g} | {mass:.0%} | {share:.0%} "
                f"| {cosine(soft, plain):.2f} |"
            )


def gradients(
    student: LanguageModel,
    batches: Sequence[tuple[Tensor, Tensor]],
    loss: Callable[[Tensor, Tensor, Tensor], Tensor],
) -> Tensor:
    """Return the gradient of each batch, one a row; `loss` takes logits, tokens and labels."""
    parameters = list(student.parameters())
    rows = []
    for tokens, labels in batches:
        value = loss(student(tokens).flatten(0, 1), tokens, labels.flatten())
        rows.append(torch.cat([g.flatten() for g in torch.autograd.grad(value, parameters)]))
    return torch.stack(rows)


def cosine(some: Tensor, plain: Tensor) -> float:
    """Return the mean cosine of each batch's gradient with the sum of all others' plain ones."""
    return float(F.cosine_similarity(some, plain.sum(0) - plain).mean())


@torch.no_grad()
def outside(
    teacher: LanguageModel,
    student: LanguageModel,
    batches: Sequence[tuple[Tensor, Tensor]],
    temperature: float,
) -> tuple[float, float]:
    """Return which shares of softened mass and of squared logit gradient the likeliest leave."""
    tokens = torch.cat([some for some, _ in batches])
    taught = logits_of(teacher, tokens)
    likeliest = taught.topk(AmongLikeliest.COUNT, dim=-1).indices
    soft = (taught / temperature).softmax(-1)
    gradient = ((logits_of(student, tokens) / temperature).softmax(-1) - soft) ** 2
    share = 1 - gradient.gather(1, likeliest).sum() / gradient.sum()
    return float(1 - soft.gather(1, likeliest).sum(-1).mean()), float(share)


@torch.no_grad()
def logits_of(model: LanguageModel, tokens: Tensor) -> Tensor:
    """Return logits (N, V) of tokens (B, T)."""
    logits: Tensor = model(tokens)
    return logits.flatten(0, 1)


def spread(values: Sequence[float]) -> str:
    """Write mean and standard deviation over the seeds."""
    return f"{mean(values):.4f} ± {stdev(values):.4f}" if len(values) > 1 else f"{values[0]:.4f}"


PARTS = {"select": select, "compare": compare, "explain": explain}

if __name__ == "__main__":
    sys.exit(main())
