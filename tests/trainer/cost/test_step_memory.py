from dataclasses import replace

import pytest
import torch

from trainer.configuration.schema import Distillation, Training
from trainer.cost.activation_memory import activation_bytes
from trainer.cost.memory_prediction import predict_memory
from trainer.cost.step_memory import peak_bytes
from trainer.losses.loss_chunking import LossShape, plan_loss
from trainer.models.configuration import PRESETS
from trainer.models.initialisation import initialise
from trainer.models.parameters import parameter_count
from trainer.processes.parameter_sharding import ParallelLayout
from trainer.training.objective import Objective, accumulate_gradients

CPU = torch.device("cpu")


def model(preset, vocab_size, *, tied, seed):
    shape = replace(PRESETS[preset], vocab_size=vocab_size, tie_word_embeddings=tied)
    return initialise(shape, seed)


@pytest.mark.parametrize("loss", ["dense", "chunked"])
@pytest.mark.parametrize("taught", [True, False], ids=["taught", "alone"])
@pytest.mark.parametrize(
    ("vocab_size", "batch", "tied", "pieces"),
    [(256, 16, True, 1), (2048, 8, True, 1), (16384, 4, False, 1), (16384, 4, False, 4)],
)
def test_a_step_takes_what_its_shapes_say_within_a_quarter(
    vocab_size, batch, tied, pieces, taught, loss
):
    student = model("micro", vocab_size, tied=tied, seed=0)
    teacher = None
    if taught:
        teacher = model("small-teacher", vocab_size, tied=tied, seed=1).requires_grad_(
            requires_grad=False
        )
    windows = batch // pieces
    shape = LossShape(windows * 128, vocab_size, 4, taught=taught)
    plan = plan_loss(Training(loss=loss), shape, "cpu", linear=True)
    theirs = None if teacher is None else activation_bytes(teacher, windows, 128, "none")
    taken = (activation_bytes(student, windows, 128, "none"), theirs)
    predicted = predict_memory((student, teacher), plan, taken, ParallelLayout(), pieces=pieces)
    objective = Objective(teacher, Distillation(), "none", plan.rows if loss == "chunked" else None)
    tokens = torch.randint(0, vocab_size, (batch, 128))
    measured = peak_bytes(
        CPU, lambda: accumulate_gradients(objective, student, tokens, tokens, pieces=pieces)
    )
    assert predicted.during_step == pytest.approx(measured, rel=0.25)
    assert predicted.student == 4 * parameter_count(student)
    assert predicted.optimizer == 2 * predicted.gradients == 2 * predicted.student
    assert predicted.teacher == (4 * parameter_count(teacher) if teacher is not None else 0)


def test_the_peak_is_the_most_that_was_held_at_a_time():
    def work():
        first = torch.zeros(1 << 20)
        second = first + 1
        del first
        torch.zeros(1 << 18)
        del second

    assert peak_bytes(CPU, work) == pytest.approx(8 << 20, abs=64)
