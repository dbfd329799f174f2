"""Two processes under torchrun against one process on the same global batches."""

import json
import os
import subprocess
import sys

import pytest
import torch.distributed as dist

from tests.conftest import HOME
from trainer.errors import UserError
from trainer.processes.collectives import current_world
from trainer.processes.rank import World
from trainer.training.parallel import process_group

HERE = HOME / "tests/trainer"
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")


def run(*command, **more):
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=200, **more
    )


def steps(*command):
    ran = run(*command)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.fixture(scope="session")
def alone():
    return steps(sys.executable, HERE / "shared_step.py", "ddp", "1")


@pytest.mark.slow
@pytest.mark.parametrize("parallel", ["ddp", "fsdp"])
@pytest.mark.parametrize("pieces", ["1", "2"])
def test_two_processes_step_as_one_whatever_each_has_of_valid_tokens(alone, parallel, pieces):
    shared = steps(*TORCHRUN, HERE / "shared_step.py", parallel, pieces)
    for one, two in zip(alone["told"], shared["told"], strict=True):
        assert two == pytest.approx(one, rel=1e-4)
    assert shared["weights"] == pytest.approx(alone["weights"], abs=2e-3)


@pytest.mark.slow
def test_the_memory_of_a_process_is_what_shapes_say_within_a_quarter():
    told = steps(*TORCHRUN, HERE / "shared_memory.py")
    assert len(told) == 12
    for case in told:
        assert case["predicted"] == pytest.approx(case["measured"], rel=0.25), case
        assert case["held"] == case["student"], case


def test_a_torch_without_distributed_is_refused_with_a_remedy(monkeypatch):
    monkeypatch.setattr(dist, "is_available", lambda: False)
    assert current_world() == World()
    with (
        pytest.raises(UserError, match=r"WORLD_SIZE is 2, but torch .* without torchrun"),
        process_group(World(0, 2), "cpu"),
    ):
        pytest.fail("joined")
