"""The last look at a teacher, after something has been done to it since it was loaded."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

from contracts.bindings.trainer_loop import tiny_run
from trainer.models.interface import LanguageModel
from trainer.models.parameters import parameters_digest
from trainer.runs.ending.finish import check_teacher
from trainer.runs.prepare import Prepared

_FAULTS: dict[str, Callable[[LanguageModel], object]] = {
    "none": lambda _: None,
    "in training": lambda teacher: teacher.train(),
    "in part in training": lambda teacher: next(teacher.children()).train(),
    "to be trained": lambda teacher: next(teacher.parameters()).requires_grad_(),
    "changed": lambda teacher: next(teacher.parameters()).data.add_(1),
}


def looked_at(fault: str) -> str:
    """Look at a teacher as a run does at its end; raise what it raises, or return nothing."""
    teacher = tiny_run(1, 1, None, 1).student.eval().requires_grad_(requires_grad=False)
    resources = SimpleNamespace(teacher=teacher, teacher_digest=parameters_digest(teacher))
    _FAULTS[fault](teacher)
    check_teacher(cast("Prepared", SimpleNamespace(resources=resources)))
    return ""
