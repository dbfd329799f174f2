import pytest
import torch

from trainer.configuration.schema import Distillation
from trainer.losses.kd import kd_loss
from trainer.models.configuration import PRESETS
from trainer.models.initialisation import initialise
from trainer.training.objective import Objective, accumulate_gradients, measure_batch


@pytest.fixture
def objective():
    teacher = initialise(PRESETS["micro"], seed=2).requires_grad_(requires_grad=False)
    return Objective(teacher, Distillation(), "none")


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(3)
    windows = torch.randint(0, 256, (6, 17), generator=generator)
    return windows[:, :-1], windows[:, 1:].clone()


def gradients(objective, student, tokens, labels, pieces):
    student.zero_grad()
    sums = accumulate_gradients(objective, student, tokens, labels, pieces=pieces)
    return sums, {name: p.grad.clone() for name, p in student.named_parameters()}


@pytest.mark.parametrize("rows", [None, 1000, 7], ids=["dense", "whole", "chunked"])
@pytest.mark.parametrize("divergence", ["forward_kl", "reverse_kl", "jsd"])
@pytest.mark.parametrize("pieces", [2, 6])
def test_gradient_does_not_depend_on_the_split(objective, student, batch, pieces, divergence, rows):
    tokens, labels = batch
    labels[0] = -100  # pieces then have different numbers of valid tokens
    labels[3, 5:] = -100
    student, teacher = student.double(), objective.teacher.double()
    objective = Objective(teacher, Distillation(divergence=divergence), "none", rows)
    whole_sums, whole = gradients(objective, student, tokens, labels, 1)
    sums, split = gradients(objective, student, tokens, labels, pieces)
    for name, gradient in whole.items():
        assert torch.allclose(split[name], gradient, rtol=1e-9, atol=1e-12), name
    for name, value in whole_sums.items():
        assert float(sums[name]) == pytest.approx(float(value), rel=1e-6), name


def test_terms_are_the_loss_of_the_logits(objective, student, batch):
    tokens, labels = batch
    found = measure_batch(objective, student, tokens, labels)
    with torch.no_grad():
        logits = student(tokens).flatten(0, 1), objective.teacher(tokens).flatten(0, 1)
    expected = kd_loss(*logits, labels.flatten(), Distillation())
    assert found["total"] == pytest.approx(float(expected.total))
    assert found["total"] == pytest.approx(0.7 * found["kd"] + 0.3 * found["ce"], rel=1e-6)


def test_without_a_teacher_it_is_cross_entropy_alone(student, batch):
    found = measure_batch(Objective(None, Distillation(), "none"), student, *batch)
    assert set(found) == {"total", "ce"}
    assert found["total"] == found["ce"]


def test_text_has_its_numbers(objective):
    assert "0.7" in objective.text
    assert "4" in objective.text
    assert "KL" not in Objective(None, Distillation(), "none").text


def test_bf16_changes_the_loss_a_little(objective, student, batch):
    mixed = Objective(objective.teacher, objective.distillation, "bf16")
    exact, rough = (measure_batch(o, student, *batch)["total"] for o in (objective, mixed))
    assert rough != exact
    assert rough == pytest.approx(exact, rel=0.02)


@pytest.mark.parametrize("taught", [True, False])
@pytest.mark.parametrize("precision", ["none", "bf16", "fp16"])
def test_the_chunked_loss_is_the_dense_one(objective, student, batch, taught, precision):
    teacher = objective.teacher if taught else None
    ways = [Objective(teacher, Distillation(), precision, rows) for rows in (None, 7)]
    close = {"none": 1e-5, "bf16": 0.02, "fp16": 0.02}[precision]
    (dense, wanted), (chunked, found) = (gradients(way, student, *batch, 1) for way in ways)
    assert list(dense) == list(chunked)
    for name, value in dense.items():
        if name != "agreement":  # it jumps where bfloat16 makes two logits equal
            assert float(chunked[name]) == pytest.approx(float(value), rel=close, abs=2e-6)
    for name, gradient in wanted.items():
        scale = gradient.abs().max()
        torch.testing.assert_close(found[name], gradient, rtol=0, atol=float(close * scale))


def test_a_teacher_without_a_linear_head_gives_its_logits(objective, student, batch):
    class Capped:
        head = None

        def __call__(self, tokens):
            return 3 * torch.tanh(objective.teacher(tokens) / 3)

    found, expected = (
        measure_batch(Objective(Capped(), Distillation(), "none", rows), student, *batch)
        for rows in (7, None)
    )
    assert found["kd"] == pytest.approx(expected["kd"], rel=1e-5, abs=2e-6)


def test_teacher_gets_no_gradient(objective, student, batch):
    accumulate_gradients(objective, student, *batch, pieces=1)
    assert all(p.grad is None for p in objective.teacher.parameters())
