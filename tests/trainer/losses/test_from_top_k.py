import pytest
import torch

from trainer.configuration.schema import Distillation
from trainer.losses.from_top_k import kd_loss_from_cache, keep_top_k
from trainer.losses.kd import kd_loss
from trainer.models.interface import IGNORED

V, N = 12, 30


def logits(seed):
    return torch.randn(N, V, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 3


@pytest.fixture
def labels():
    labels = torch.randint(0, V, (N,), generator=torch.Generator().manual_seed(9))
    labels[::7] = IGNORED
    return labels


NUMBERS = {
    name: Distillation(temperature=2.5, alpha=0.6, divergence=name)
    for name in ("forward_kl", "reverse_kl", "jsd")
}


@pytest.mark.parametrize("divergence", NUMBERS)
def test_with_all_logits_kept_it_is_the_dense_loss_and_gradient(labels, divergence):
    numbers = NUMBERS[divergence]
    gradients = []
    for make in (
        lambda s, t: kd_loss(s, t, labels, numbers),
        lambda s, t: kd_loss_from_cache(s, keep_top_k(t, V, 2.5), labels, numbers),
    ):
        student = logits(1).requires_grad_()
        loss = make(student, logits(2))
        gradients.append((*loss, *torch.autograd.grad(loss.total, student)))
    for dense, cached in zip(*gradients, strict=True):
        torch.testing.assert_close(cached, dense)


@pytest.mark.parametrize("k", [1, 5, V - 1])
def test_the_rest_is_one_outcome(labels, k):
    """Against probabilities that are put together by hand."""
    numbers, student, teacher = NUMBERS["forward_kl"], logits(1), logits(2)
    found = kd_loss_from_cache(student, keep_top_k(teacher, k, 2.5), labels, numbers)
    order = teacher.argsort(-1, descending=True)
    p, q = (torch.softmax(x / 2.5, -1).gather(-1, order) for x in (teacher, student))
    p, q = (torch.cat((x[:, :k], x[:, k:].sum(-1, keepdim=True)), -1) for x in (p, q))
    by_hand = 2.5**2 * (p * (p / q).log()).sum(-1)[labels != IGNORED].mean()
    torch.testing.assert_close(found.kd, by_hand)
    dense = kd_loss(student, teacher, labels, numbers)
    assert found.kd <= dense.kd + 1e-12
    torch.testing.assert_close(found.ce, dense.ce)
    torch.testing.assert_close(found.agreement, dense.agreement)
    torch.testing.assert_close(found.teacher_entropy, dense.teacher_entropy)


def test_more_logits_are_closer(labels):
    student, teacher = logits(1), logits(2)
    losses = [
        float(kd_loss_from_cache(student, keep_top_k(teacher, k, 2.5), labels,
                                 NUMBERS["forward_kl"]).kd)
        for k in range(1, V + 1)
    ]  # fmt: skip
    assert losses == sorted(losses)


@pytest.mark.parametrize("k", [1, 3])
def test_extreme_logits_stay_finite(labels, k):
    student, teacher = logits(1).float() * 1000, logits(2).float() * 1000
    student.requires_grad_()
    loss = kd_loss_from_cache(student, keep_top_k(teacher, k, 2.5), labels, NUMBERS["forward_kl"])
    (gradient,) = torch.autograd.grad(loss.total, student)
    assert torch.isfinite(loss.total)
    assert torch.isfinite(gradient).all()
