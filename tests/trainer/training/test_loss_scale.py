import math

import pytest
import torch

from trainer.training.loss_scale import LossScale

CPU = torch.device("cpu")


@pytest.fixture
def weight():
    return torch.nn.Parameter(torch.ones(3))


def differentiate(scale, weight, factor):
    weight.grad = None
    torch.autograd.backward(scale.scale((weight * factor).sum()))
    scale.unscale()
    return float(weight.grad.double().norm())


def test_gradients_keep_their_size(weight):
    scale = LossScale(CPU, "fp16", [weight])
    norm = differentiate(scale, weight, 2.0)
    assert norm == pytest.approx(12**0.5)
    assert not scale.lowered(6.0, norm)


def test_an_overflow_lowers_the_scale_until_it_fits(weight):
    scale = LossScale(CPU, "fp16", [weight])
    before, tries = scale.state()["scale"], 0
    while scale.lowered(1.0, differentiate(scale, weight, 1e35)):
        tries += 1
    assert tries == 5  # 65536 * 1e35 is past float32, 2048 * 1e35 is not
    assert scale.state()["scale"] == before / 2**tries


def test_what_no_scale_can_mend_is_left_to_the_guard(weight):
    scale = LossScale(CPU, "fp16", [weight])
    assert not scale.lowered(float("nan"), differentiate(scale, weight, float("nan")))
    tries = 0
    while scale.lowered(1.0, differentiate(scale, weight, float("inf"))):
        tries += 1
    assert tries == 15  # halved once above, then down to 1


def test_a_norm_too_large_of_gradients_that_fit_is_no_endless_loop(weight):
    scale = LossScale(CPU, "fp16", [weight])
    differentiate(scale, weight, 1.0)
    assert not scale.lowered(1.0, math.inf)


def test_a_state_goes_on(weight):
    scale, other = (LossScale(CPU, "fp16", [weight]) for _ in range(2))
    scale.lowered(1.0, differentiate(scale, weight, float("inf")))
    other.load(scale.state())
    assert other.state() == scale.state()


@pytest.mark.parametrize("precision", ["none", "bf16"])
def test_nothing_is_scaled_elsewhere(precision):
    scale = LossScale(CPU, precision)
    assert float(scale.scale(torch.tensor(3.0))) == 3.0
    assert not scale.lowered(1.0, float("inf"))
    assert scale.state() == {}
