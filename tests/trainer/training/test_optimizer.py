import copy
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from torch import nn

from trainer.models.configuration import PRESETS
from trainer.models.initialisation import initialise
from trainer.training.optimizer import AdamW, decaying


@pytest.mark.parametrize("keys", [{}, {"weight_decay": 0.3, "betas": (0.5, 0.7)}])
@pytest.mark.parametrize("tied", [True, False])
def test_equals_torch(keys, tied):
    student = initialise(replace(PRESETS["nano"], tie_word_embeddings=tied), seed=1)
    reference = copy.deepcopy(student)
    matrices, others = [], []
    for name, parameter in reference.named_parameters():
        free = "norm" in name or "embed" in name
        (others if free else matrices).append(parameter)
    assert len(matrices) == 14 + (not tied)
    groups = [{"params": matrices}, {"params": others, "weight_decay": 0.0}]
    theirs = torch.optim.AdamW(groups, lr=1.0, fused=True, **keys)
    ours = AdamW(student, **keys)
    for step in range(1, 4):
        for group in theirs.param_groups:
            group["lr"] = 1e-3 / step
        tokens = torch.full((2, 5), step)
        for model in (student, reference):
            model(tokens).square().mean().backward()
        ours.step(1e-3 / step)
        theirs.step()
        ours.clear_gradients()
        theirs.zero_grad()
    other = dict(reference.named_parameters())
    for name, mine in student.named_parameters():
        assert torch.equal(mine, other[name])


def test_biases_and_norms_of_any_kind_do_not_decay():
    layers = nn.Sequential(nn.Embedding(3, 2), nn.Linear(2, 2), nn.LayerNorm(2), nn.Conv1d(2, 2, 1))
    assert decaying(layers) == {"1.weight", "3.weight"}


def test_parameter_without_gradient_stays(student):
    before = [p.clone() for p in student.parameters()]
    AdamW(student).step(1.0)
    assert all(torch.equal(a, b) for a, b in zip(before, student.parameters(), strict=True))


def test_state_has_three_tensors_a_parameter(student):
    state = AdamW(student).state()
    assert len(state) == 3 * len(list(student.parameters()))
    assert {name.partition(".")[0] for name in state} == {"exp_avg", "exp_avg_sq", "step"}


def test_the_compiler_is_not_imported():
    code = (
        "import sys, torch; from trainer.training.optimizer import AdamW;"
        "m = torch.nn.Linear(2, 2);"
        "o = AdamW(m); m(torch.ones(1, 2)).sum().backward(); o.step(0.1);"
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
