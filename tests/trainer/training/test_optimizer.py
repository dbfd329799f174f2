import copy
import subprocess
import sys

import torch

from trainer.training.optimizer import AdamW


def test_equals_torch(student):
    reference = copy.deepcopy(student)
    theirs = torch.optim.AdamW(reference.parameters(), lr=1.0, fused=True)
    ours = AdamW(student)
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
    for mine, other in zip(student.parameters(), reference.parameters(), strict=True):
        assert torch.equal(mine, other)


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
