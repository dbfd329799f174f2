from dataclasses import replace

import pytest
import torch

from trainer.models.configuration import PRESETS
from trainer.models.initialisation import initialise
from trainer.models.parameters import parameters_digest


def test_the_seed_alone_decides_the_weights():
    first = parameters_digest(initialise(PRESETS["nano"], seed=1))
    torch.manual_seed(5)
    assert parameters_digest(initialise(PRESETS["nano"], seed=1)) == first
    assert parameters_digest(initialise(PRESETS["nano"], seed=2)) != first


def test_residual_outputs_are_scaled_by_depth():
    model = initialise(replace(PRESETS["micro"], num_hidden_layers=8), seed=0)
    block = model.model.layers[0]
    assert block.mlp.up_proj.weight.std().item() == pytest.approx(0.02, rel=0.05)
    assert block.mlp.down_proj.weight.std().item() == pytest.approx(0.02 / 4, rel=0.05)
    assert (block.input_layernorm.weight == 1).all()
