"""Run the examples in the docstrings of the trainer's public modules."""

import doctest
from importlib import import_module

import pytest

MODULES = (
    "checkpoints.checkpoint",
    "checkpoints.changes",
    "data.batches",
    "data.compare_vocabularies",
    "data.compression_baselines",
    "data.window_order",
    "losses.from_hidden_states",
    "losses.from_top_k",
    "losses.kd",
    "losses.loss_chunking",
    "models.interface",
    "models.parameters",
    "models.rotary",
    "processes.rank",
    "recording.smoke_report",
    "runs.pipeline",
    "schedule",
    "training.callbacks",
    "training.objective",
    "training.optimizer",
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name):
    ran = doctest.testmod(import_module(f"trainer.{name}"))
    assert ran.attempted > 0
    assert ran.failed == 0
