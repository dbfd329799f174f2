"""A teacher while its run lasts, and the last look at it, after something has been done to it."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

from contracts.bindings.trainer_loop import tiny_run
from trainer.configuration.schema import Distillation
from trainer.models.interface import LanguageModel
from trainer.models.parameters import parameters_digest
from trainer.runs.ending.finish import check_teacher
from trainer.runs.prepare import Prepared
from trainer.training.callbacks import Callback
from trainer.training.loop import train
from trainer.training.objective import Objective, measure_batch

_FAULTS: dict[str, Callable[[LanguageModel], object]] = {
    "none": lambda _: None,
    "in training": lambda teacher: teacher.train(),
    "in part in training": lambda teacher: next(teacher.children()).train(),
    "to be trained": lambda teacher: next(teacher.parameters()).requires_grad_(),
    "changed": lambda teacher: next(teacher.parameters()).data.add_(1),
}


def looked_at(fault: str) -> str:
    """Look at a teacher as a run does at its end; raise what it raises, or return nothing."""
    teacher = _teacher()
    resources = SimpleNamespace(teacher=teacher, teacher_digest=parameters_digest(teacher))
    _FAULTS[fault](teacher)
    check_teacher(cast("Prepared", SimpleNamespace(resources=resources)))
    return ""


def noisy_calls(steps: int, chunk_rows: int) -> int:
    """Return how often a teacher is called in training mode; 0 rows: the loss is not chunked."""
    modes: list[bool] = []
    teacher = _teacher()
    next(teacher.children()).register_forward_pre_hook(lambda part, _: modes.append(part.training))
    run = tiny_run(1, steps, None, 2)
    run = replace(run, objective=Objective(teacher, Distillation(), "none", chunk_rows or None))
    measure_batch(run.objective, run.student, *run.batch(1))
    train(run, Callback())
    measure_batch(run.objective, run.student, *run.batch(1))
    if not modes:
        raise ValueError("the teacher was not called")
    return sum(modes)


def _teacher() -> LanguageModel:
    return tiny_run(1, 1, None, 1).student.eval().requires_grad_(requires_grad=False)
