"""Views of the trainer's adapters on small models, of its own making and of transformers'."""

import io
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import torch
from safetensors.torch import load_file
from torch import Tensor

from contracts.bindings.trainer_export import apart, logits, model_of, tokens
from trainer.checkpoints.checkpoint import checkpoint_name
from trainer.configuration.environment import Limits
from trainer.configuration.loading import configure
from trainer.configuration.schema import Distillation, Lora, Training
from trainer.models.configuration import PRESETS, ModelConfig
from trainer.models.export import export_model
from trainer.models.initialisation import initialise
from trainer.models.interface import LanguageModel
from trainer.models.lora import add_lora
from trainer.runs.pipeline import Pipeline
from trainer.schedule import Step
from trainer.storage.file_names import CHECKPOINT_WEIGHTS, CHECKPOINTS, WEIGHTS
from trainer.storage.output_folder import Existing
from trainer.training import loop
from trainer.training.callbacks import Callback, StepReport
from trainer.training.loop import Run, train
from trainer.training.objective import Objective
from trainer.training.optimizer import AdamW

_STEPS, _WINDOWS, _LENGTH = 2, 4, 8
_WORDS = "the quick brown fox jumps over a lazy dog while owls look on\n"
_SHAPE = ModelConfig(16, 24, 2, 2, 2, 40, 16, tie_word_embeddings=False)


def put_beside(architecture: str, rank: int) -> float:
    """Return the greatest difference between logits before and after adapters came."""
    with TemporaryDirectory() as made:
        model = model_of(architecture, Path(made))
    before = logits(model)
    add_lora(model, Lora(rank=rank), seed=1)
    return apart(before, logits(model.eval()))


def multiplied_out(architecture: str, rank: int) -> float:
    """Return the greatest difference of logits between an adapted model and its export."""
    import transformers  # noqa: PLC0415 - takes seconds, and only this view needs it

    with TemporaryDirectory() as made, TemporaryDirectory() as exported:
        model = model_of(architecture, Path(made))
        add_lora(model, Lora(rank=rank), seed=1)
        _draw(model.eval())
        export_model(Path(exported), model, {})
        theirs = transformers.AutoModelForCausalLM.from_pretrained(exported).eval()
        with torch.no_grad():
            return apart(logits(model), theirs(tokens()).logits)


def moved(part: str, rank: int, pieces: int) -> int:
    """Return how many tensors the real loop changed, of those loaded or of the adapters."""
    student = initialise(_SHAPE, seed=1)
    add_lora(student, Lora(rank=rank), seed=1)
    before = {name: p.detach().clone() for name, p in student.named_parameters()}
    train(_run(student, pieces), Callback())
    trained_parameters = student.trained_parameters()
    return sum(
        not torch.equal(before[name], parameter)
        for name, parameter in student.named_parameters()
        if (name in trained_parameters) == (part == "adapters")
    )


def refused(fault: str) -> None:
    """Ask for what cannot be adapted."""
    faults: dict[str, dict[str, Any]] = {
        "rank": {"model_id": "somewhere", "lora": {"rank": 0}},
        "dropout": {"model_id": "somewhere", "lora": {"dropout": 1}},
        "fresh": {"preset": "nano", "lora": {}},
        "target": {"model_id": "somewhere", "lora": {"target_modules": ["query"]}},
        "head": {"model_id": "somewhere", "lora": {"target_modules": ["lm_head"]}},
    }
    student = configure({"student": faults[fault]}, [], "trial").student
    assert student.lora is not None  # noqa: S101 - for the type alone
    add_lora(initialise(_SHAPE, seed=1), student.lora, seed=1)


def resumed(dropout: int) -> int:
    """Return how many tensors differ where a run went on from the middle; `dropout`: tenths."""
    with TemporaryDirectory(prefix="pv-adapters-") as name:
        folder = Path(name)
        tree = _distillation(folder, {"rank": 2, "dropout": dropout / 10})
        _execute(tree)
        through = load_file(folder / "out" / WEIGHTS)
        (folder / "out" / WEIGHTS).unlink()
        rmtree(folder / "out" / CHECKPOINTS / checkpoint_name(4))
        _execute(tree, Existing.RESUME)
        again = load_file(folder / "out" / WEIGHTS)
    return sum(not torch.equal(tensor, again[place]) for place, tensor in through.items())


def kept(rank: int) -> int:
    """Return how many tensors a checkpoint holds of the student."""
    with TemporaryDirectory(prefix="pv-adapters-") as name:
        folder = Path(name)
        _execute(_distillation(folder, {"rank": rank}))
        checkpoint = folder / "out" / CHECKPOINTS / checkpoint_name(4)
        return len(load_file(checkpoint / CHECKPOINT_WEIGHTS))


def guarded(fault: str) -> None:
    """Run the whole of a distillation with a fault in it; `still` in smoke mode."""
    with TemporaryDirectory(prefix="pv-adapters-") as name, _planted(fault):
        tree = _distillation(Path(name), {"rank": 1})
        if fault == "twin":
            tree["teacher"] = {"model_id": tree["student"]["model_id"]}
        _execute(tree, max_steps=2 if fault == "still" else None)


def _distillation(folder: Path, lora: dict[str, Any]) -> dict[str, Any]:
    """Write text and two models to a folder, and return a configuration of four steps."""
    for model, seed in (("teacher", 1), ("student", 2)):
        (folder / model).mkdir()
        export_model(folder / model, initialise(PRESETS["nano"], seed), {})
    for number in range(40):
        (folder / f"{number}.txt").write_text(_WORDS * (10 + number))
    return {
        "teacher": {"model_id": str(folder / "teacher")},
        "student": {"model_id": str(folder / "student"), "lora": lora},
        "training": {"epochs": 1, "steps_per_epoch": 4, "batch_size": 4, "memory_check": False},
        "dataset": {"source": "folder", "path": str(folder), "max_length": 16},
        "output": {"dir": str(folder / "out"), "checkpoint_every": 2},
        "device": "cpu",
    }


def _execute(
    tree: dict[str, Any], existing: Existing = Existing.REFUSE, max_steps: int | None = None
) -> None:
    torch.set_num_threads(1)
    limits = Limits(max_steps=max_steps)
    Pipeline(configure(tree, [], "trial"), limits, existing, out=io.StringIO()).execute()


def _planted(fault: str) -> AbstractContextManager[object]:
    """Have a weight changed that is frozen, or an optimiser that changes nothing."""
    original = loop.optimise

    def meddle(run: Run, step: Step) -> StepReport:
        frozen = next(p for p in run.student.parameters() if not p.requires_grad)
        frozen.data.view(-1)[0] += 1
        return original(run, step)

    if fault == "base":
        return patch.object(loop, "optimise", meddle)
    if fault == "still":
        return patch.object(AdamW, "step")
    return nullcontext()


def _draw(model: LanguageModel) -> None:
    """Fill the factors with numbers, as many steps would have."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for factor in model.trained_parameters().values():
            factor.normal_(0, 0.2, generator=generator)


def _run(student: LanguageModel, pieces: int) -> Run:
    torch.set_num_threads(1)
    return Run(
        student=student.train(),
        optimizer=AdamW(student),
        objective=Objective(None, Distillation(), "none", chunk_rows=5),
        batch=_batch,
        training=Training(
            epochs=1, batch_size=_WINDOWS, gradient_accumulation=pieces, learning_rate=1e-2
        ),
        steps_per_epoch=_STEPS,
        max_steps=None,
        device=torch.device("cpu"),
    )


def _batch(step: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(step)
    rows = torch.randint(_SHAPE.vocab_size, (_WINDOWS, _LENGTH + 1), generator=generator)
    return rows[:, :-1], rows[:, 1:]
