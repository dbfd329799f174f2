"""Checks of trainer-checkpoints-v1, by `pv generate`: change the contract, not this.

Made from 21fc643e8205c2e449991569ebc1412d6f247cd415af80cdb682caf22bc310cd.

Not here, because nothing could be run:
  TRC-EQV-002: PROSE: contracts/trainer-checkpoints-v1.yaml:33:17: the claim could end
    before `weights`, which does not continue it; put an operator before it, or end the
    text here
  TRC-INV-003: PROSE: contracts/trainer-checkpoints-v1.yaml:37:17: the claim could end
    before `weights`, which does not continue it; put an operator before it, or end the
    text here
"""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from contracts.bindings.trainer_checkpoints import survivor
from pv.testing import (
    Bench,
)

DRAW = [Phase.explicit, Phase.generate]  # shrinking would run the system again and again


@pytest.fixture(scope="module")
def bench():
    """Run the systems of trainer."""
    with Bench("contracts/bindings/trainer.yaml") as opened:
        yield opened


@pytest.mark.experiment
@settings(max_examples=2, deadline=None, derandomize=True, phases=DRAW)
@given(step=st.integers(1, 9))
def test_ft_trc_001(bench, step):
    """A run that a signal ended after any step goes on as if nothing had been

    If it fails: Something that the next step depends on is not in the checkpoint, or was not
    put back. Look at what is saved and at what resuming restores, the schedule's position and
    random states included.
    """
    whole = bench.run("trial", folder="whole", step=step)
    first = bench.run(
        "trial",
        environment={"TRIAL": "signal:TERM:{step}"},
        folder="parts",
        beside=whole,
        step=step,
    )
    second = bench.run("resumed", folder="parts", beside=whole, step=step)
    seen = whole.with_runs(whole=whole, first=first, second=second)
    seen.expect(
        "whole.exit_code = 0 and first.exit_code = 143 and second.exit_code = 0",
        'contains(first.stderr, "go on with --resume")',
        '"model.safetensors" not in first.output',
        'whole.output["model.safetensors"].sha256 = second.output["model.safetensors"].sha256',
        'whole.output["metrics.jsonl"].sha256 = second.output["metrics.jsonl"].sha256',
        'whole.output["training.json"].sha256 = second.output["training.json"].sha256',
    )


@pytest.mark.experiment
@settings(max_examples=3, deadline=None, derandomize=True, phases=DRAW)
@given(operation=st.sampled_from([90, 104, 120]))
def test_ft_trc_002(bench, operation):
    """A run killed at any write goes on from a whole checkpoint

    If it fails: A checkpoint was seen in part, or `latest` pointed to nothing, or lines of the
    metrics stayed that belong to steps after the checkpoint. Look at the order of flush and
    rename.
    """
    whole = bench.run("saving", folder="whole", operation=operation)
    killed = bench.run(
        "saving",
        environment={"TRIAL": "kill:{operation}"},
        folder="parts",
        beside=whole,
        operation=operation,
    )
    second = bench.run("saving_resumed", folder="parts", beside=whole, operation=operation)
    seen = whole.with_runs(whole=whole, killed=killed, second=second)
    seen.expect(
        "whole.exit_code = 0 and killed.exit_code = -9 and second.exit_code = 0",
        'whole.output["model.safetensors"].sha256 = second.output["model.safetensors"].sha256',
        'whole.output["metrics.jsonl"].sha256 = second.output["metrics.jsonl"].sha256',
    )


@pytest.mark.experiment
def test_ft_trc_003(bench):
    """A changed configuration is refused

    If it fails: A run went on as another one. Look at what resuming compares.
    """
    first = bench.run("trial", environment={"TRIAL": "signal:TERM:3"})
    second = bench.run(
        "resumed", configuration={"training": {"learning_rate": 0.002}}, beside=first
    )
    seen = first.with_runs(first=first, second=second)
    seen.expect(
        "first.exit_code = 143",
        'second.exit_code = 2 and contains(second.stderr, "training.learning_rate was 0.001, is 0.002")',
        '"checkpoints/step-00000003/manifest.json" in second.output',
    )


@pytest.mark.experiment
def test_ft_trc_004(bench):
    """A full disk leaves the old checkpoint and a clear message

    If it fails: The error was lost or half a checkpoint stayed. Look at how writing one fails.
    """
    seen = bench.run(
        "saving",
        environment={"TRIAL": "full:400000"},
        configuration={"dataset": {"limit_bytes": 50000}},
    )
    seen.expect(
        "exit_code = 1",
        'contains(stderr, "step-00000002") and contains(stderr, "cannot be written")',
        'contains(stderr, "no checkpoint was written before")',
        'not contains(stderr, "Traceback")',
        '"checkpoints/step-00000002/manifest.json" not in output',
        '"checkpoints/.step-00000002.writing/student.safetensors" not in output',
    )


@pytest.mark.experiment
@settings(max_examples=1, deadline=None, derandomize=True, phases=DRAW)
@given(seed=st.integers(0, 99))
def test_ft_trc_005(bench, seed):
    """The seed decides the run

    If it fails: Something draws from a generator that the seed does not set, or nothing draws
    from it at all.
    """
    one = bench.run(
        "distill",
        configuration={"training": {"seed": "{seed}", "epochs": 1}},
        folder="one",
        seed=seed,
    )
    same = bench.run(
        "distill",
        configuration={"training": {"seed": "{seed}", "epochs": 1}},
        folder="same",
        beside=one,
        seed=seed,
    )
    other = bench.run(
        "distill",
        configuration={"training": {"seed": 100, "epochs": 1}},
        folder="other",
        beside=one,
        seed=seed,
    )
    seen = one.with_runs(one=one, same=same, other=other)
    seen.expect(
        'one.output["model.safetensors"].sha256 = same.output["model.safetensors"].sha256',
        'one.output["metrics.jsonl"].sha256 = same.output["metrics.jsonl"].sha256',
        'one.output["model.safetensors"].sha256 != other.output["model.safetensors"].sha256',
    )


def test_trc_inv_001():
    """A crash at any operation leaves a checkpoint that is whole, and it is the old or the new one"""
    for point in range(1, 33):
        assert survivor(point) in {1, 2}, f"{point = }"
