"""Guards of a run: each raises TrainingFailure with the cause where its condition is violated."""

import math
from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from trainer.errors import TrainingFailure
from trainer.models.interface import type_name


def require_finite(place: str, facts: Mapping[str, float]) -> None:
    """Raise TrainingFailure for a loss term or a gradient norm that is not finite."""
    for name, value in facts.items():
        if not math.isfinite(value):
            raise TrainingFailure(
                f"{place}: non-finite {name} ({value}); lower training.learning_rate, or look at "
                "this batch and the models"
            )


def require_finite_tensors(place: str, tensors: Iterable[tuple[str, Tensor]]) -> None:
    """Raise TrainingFailure for a tensor to be written that holds a NaN or an infinity."""
    for name, tensor in tensors:
        if not bool(tensor.detach().isfinite().all()):
            raise TrainingFailure(
                f"{place}: {name} is not finite and was not written; continue from the last "
                "checkpoint with --resume, at a lower training.learning_rate"
            )


def require_different_teacher(student_digest: str, teacher_digest: str) -> None:
    """Raise TrainingFailure for a teacher whose parameters equal the student's."""
    if student_digest == teacher_digest:
        raise TrainingFailure(
            "teacher identical to student: their parameters are equal bit for bit, so there is "
            "nothing to learn; give another teacher.model_id or student"
        )


def require_unchanged_teacher(before: str, after: str) -> None:
    """Raise TrainingFailure for a teacher that the training changed."""
    if before != after:
        raise TrainingFailure(
            "teacher changed: its parameters differ from those that were loaded, so the "
            "objective moved during the run; look for an operation in place"
        )


def require_unchanged_base(before: str | None, after: str | None) -> None:
    """Raise TrainingFailure for a student whose frozen weights changed."""
    if before != after:
        raise TrainingFailure(
            "student.lora: the weights that adapters were to leave alone differ from those that "
            "were loaded; look for an operation in place"
        )


def require_changed_weights(before: str, after: str) -> None:
    """Raise TrainingFailure for a student whose parameters did not change."""
    if before == after:
        raise TrainingFailure(
            "weights did not change: every parameter of the student is as it was before the first "
            "step; raise training.learning_rate"
        )


def require_teaching_signal(kd: float, alpha: float) -> None:
    """Raise TrainingFailure for a KD term of 0 before the first step, if `alpha` is not 0."""
    if alpha > 0 and kd == 0:
        raise TrainingFailure(
            "KD term is 0 at step 0: the student already agrees with the teacher on the first "
            "batch, so the teacher teaches nothing; check teacher.model_id"
        )


def require_frozen_teacher(teacher: nn.Module) -> None:
    """Raise TrainingFailure for a teacher in training mode, or with parameters to train."""
    if any(module.training for module in teacher.modules()):
        raise TrainingFailure(
            "teacher in training mode: what it teaches would be noise; call eval() on it"
        )
    for name, parameter in teacher.named_parameters():
        if parameter.requires_grad or parameter.grad is not None:
            raise TrainingFailure(
                f"teacher can be trained: {name} takes a gradient; call requires_grad_(False)"
            )


def require_representable(tensors: Mapping[str, Tensor], dtype: torch.dtype) -> None:
    """Raise TrainingFailure for a weight that the type it is to be exported in does not hold."""
    for name, tensor in tensors.items():
        lost = ~tensor.detach().to(dtype).isfinite()
        if bool(lost.any()):
            raise TrainingFailure(
                f"export: {name} holds {int(lost.sum())} numbers that {type_name(dtype)} has not "
                f"(up to {float(tensor.abs().max()):g}); go on from the last checkpoint with "
                "--resume and output.dtype: bfloat16 or float32"
            )


def require_equal_weights(trained: str, reloaded: str) -> None:
    """Raise TrainingFailure for an export that has another digest than the trained weights."""
    if trained != reloaded:
        raise TrainingFailure(
            "export: read back, the weights are not those of the trained model, rounded; it was "
            "removed"
        )


def require_equal_export(trained: float, reloaded: float, tolerance: float) -> None:
    """Raise TrainingFailure for an export whose loss differs from that of the trained model.

    `tolerance` is relative.
    """
    if not math.isclose(trained, reloaded, rel_tol=tolerance):
        raise TrainingFailure(
            f"export: read back, the model has loss {reloaded:.9g} on the first batch, and "
            f"{trained:.9g} before; it was removed"
        )
