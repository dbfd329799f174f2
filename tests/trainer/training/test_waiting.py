"""How often a step waits for its device: shown on the CPU, by what asks a tensor for its values.

Labels are of a class of their own until they are moved to the device; to look at them is free, as
they are in the host's memory.
"""

from dataclasses import replace

import pytest
import torch
from torch.overrides import TorchFunctionMode

from trainer.configuration.schema import Distillation, Training
from trainer.models.configuration import PRESETS
from trainer.models.initialisation import initialise
from trainer.models.interface import IGNORED
from trainer.schedule import Step
from trainer.training.loop import Run, optimise
from trainer.training.loss_scale import LossScale
from trainer.training.objective import Objective
from trainer.training.optimizer import AdamW

ASKING = {
    "item", "tolist", "numpy", "cpu", "nonzero", "masked_select", "unique", "equal", "is_nonzero",
    "__bool__", "__int__", "__float__", "__index__", "__array__", "allclose",
}  # fmt: skip


class OnHost(torch.Tensor):
    """A tensor in the host's memory, and all that is computed from it."""


class Questions(TorchFunctionMode):
    """Notes each question for the values of a tensor that is on the device."""

    def __init__(self):
        self.asked = []

    def __torch_function__(self, func, types, args=(), kwargs=None):
        name, first = getattr(func, "__name__", ""), args[0] if args else None
        if name == "to" and isinstance(first, OnHost):
            return first.as_subclass(torch.Tensor)  # moved
        masks = name == "__getitem__" and getattr(args[1], "dtype", None) == torch.bool
        if (name in ASKING or masks) and not isinstance(first, OnHost):
            self.asked.append(name)
        return func(*args, **(kwargs or {}))


@pytest.fixture
def run(student):
    teacher = initialise(PRESETS["micro"], seed=2).requires_grad_(requires_grad=False)

    def batch(step):
        windows = torch.arange(step, step + 36).view(4, 9) % 256
        return windows[:, :-1], windows[:, 1:].clone().as_subclass(OnHost)

    return Run(
        student=student,
        optimizer=AdamW(student),
        objective=Objective(teacher, Distillation(), "none", 7),
        batch=batch,
        training=Training(epochs=2, batch_size=4, gradient_clip=1e-3, gradient_accumulation=2),
        steps_per_epoch=2,
        max_steps=None,
        device=torch.device("cpu"),
    )


def questions(run):
    with Questions() as noted:
        optimise(run, Step(1, 0, 0, last_of_epoch=False))
    # a GPU's gradients are scaled without a look at the scale
    return [name for name in noted.asked if name != "__bool__"]


def test_a_step_waits_once(run):
    assert questions(run) == ["tolist"]


def test_a_step_with_masked_labels_waits_once(run):
    def batch(step):
        tokens, labels = run.batch(step)
        labels[0, :3] = IGNORED
        return tokens, labels

    assert questions(replace(run, batch=batch)) == ["tolist"]


def test_a_step_in_float16_waits_once(run):
    scale = LossScale(torch.device("cpu"), "fp16", run.optimizer.parameters.values())
    assert questions(replace(run, loss_scale=scale)) == ["tolist"]


def test_labels_on_the_device_are_waited_for(run):
    """The test can fail."""
    masked = replace(run, batch=lambda step: [x.as_subclass(torch.Tensor) for x in run.batch(step)])
    assert questions(masked).count("tolist") == 2
    assert "nonzero" in questions(masked)
