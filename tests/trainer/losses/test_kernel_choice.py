import pytest
import torch

from trainer.losses import kernel_choice
from trainer.losses.kernel_choice import choose_kernel, distance

GRADIENT = torch.tensor([1.0, -4.0])


class Trial:
    """Gives one result with the kernel and another without, and counts how often it is asked."""

    def __init__(self, fused, plain=GRADIENT, loss_off=0.0):
        self.results, self.calls = {True: fused, False: plain}, 0
        self.loss_off = loss_off

    def __call__(self, *, fused):
        self.calls += 1
        if isinstance(self.results[fused], Exception):
            raise self.results[fused]
        return torch.ones(3) * (1 + self.loss_off * fused), self.results[fused]


@pytest.fixture(autouse=True)
def _triton(monkeypatch):
    monkeypatch.setattr(kernel_choice, "find_spec", lambda name: name == "triton")


def test_a_kernel_that_agrees_is_used():
    trial = Trial(GRADIENT * (1 + 1e-6))
    assert choose_kernel("cuda", torch.float32, trial).name == "triton"
    assert trial.calls == 2


@pytest.mark.parametrize(
    ("device", "dtype", "reason"),
    [("cpu", torch.float32, "the device is a cpu"), ("cuda", torch.float64, "in float64")],
)
def test_where_it_cannot_serve_nothing_is_tried(device, dtype, reason):
    trial = Trial(GRADIENT)
    chosen = choose_kernel(device, dtype, trial)
    assert (chosen.name, trial.calls) == ("torch", 0)
    assert reason in chosen.reason


def test_without_triton_nothing_is_tried(monkeypatch):
    monkeypatch.setattr(kernel_choice, "find_spec", lambda _: None)
    trial = Trial(GRADIENT)
    chosen = choose_kernel("cuda", torch.float32, trial)
    assert (chosen.name, trial.calls) == ("torch", 0)
    assert "triton is not installed" in chosen.reason


def test_a_kernel_that_does_not_compile_is_not_used_and_the_reason_is_one_line():
    chosen = choose_kernel("cuda", torch.float32, Trial(RuntimeError("ptxas\n failed\n" * 90)))
    assert chosen.name == "torch"
    assert "does not run here (RuntimeError: ptxas failed" in chosen.reason
    assert "\n" not in chosen.reason
    assert len(chosen.reason) < 300


@pytest.mark.parametrize(
    ("dtype", "off", "name"),
    [
        (torch.float32, 5e-6, "triton"),
        (torch.float32, 5e-5, "torch"),
        (torch.bfloat16, 1e-2, "triton"),
        (torch.bfloat16, 3e-2, "torch"),
        (torch.float16, 1e-3, "triton"),
        (torch.float16, 1e-2, "torch"),
        (torch.float32, float("nan"), "torch"),
    ],
)
def test_a_kernel_that_is_off_by_more_than_rounding_is_not_used(dtype, off, name):
    chosen = choose_kernel("cuda", dtype, Trial(GRADIENT + 4 * off))
    assert chosen.name == name
    assert ("off by" in chosen.reason) == (name == "torch")


def test_a_kernel_whose_loss_is_off_is_not_used_whatever_the_type():
    for off, name in ((5e-6, "triton"), (5e-5, "torch")):
        chosen = choose_kernel("cuda", torch.bfloat16, Trial(GRADIENT, loss_off=off))
        assert chosen.name == name
    assert chosen.reason.startswith("the kernel's loss is off by 5.0e-05 of its size")


def test_the_distance_is_relative_to_each_tensor_and_of_the_worst():
    small = torch.tensor([1e-3, 0.0])
    found = (GRADIENT + 4e-3, small * 1.01)
    assert distance(found, (GRADIENT, small)) == pytest.approx(0.01, rel=1e-3)
