"""Checks of trainer-configuration-v1, by `pv generate`: change the contract, not this.

Made from 9509f0d26c80ba6efda58f1181570b3e78492b6e5511c0d269d2dc5ed9666dda.

Not here, because nothing could be run:
  TRF-INV-002: PROSE: contracts/trainer-configuration-v1.yaml:30:18: the claim could end
    before `code`, which does not continue it; put an operator before it, or end the text
    here
  TRF-INV-003: PROSE: contracts/trainer-configuration-v1.yaml:34:15: the claim could end
    before `folder`, which does not continue it; put an operator before it, or end the
    text here
  TRF-EQV-004: PROSE: contracts/trainer-configuration-v1.yaml:38:17: the claim could end
    before `from`, which does not continue it; put an operator before it, or end the text
    here
"""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from contracts.bindings.trainer_configuration import unread
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
@settings(max_examples=4, deadline=None, derandomize=True, phases=DRAW)
@given(key=st.sampled_from(["learnin_rate", "batchsize", "epoch", "warmup_step"]))
def test_ft_trf_001(bench, key):
    """A key written wrong is named with the one that was meant

    If it fails: Unknown keys are accepted somewhere in the schema.
    """
    seen = bench.run("trial", configuration={"training": {"{key}": 1}}, key=key)
    seen.expect(
        "exit_code = 2",
        'contains(stderr, "unknown key training.") and contains(stderr, "did you mean training.")',
        "count(keys(output)) = 0",
    )


@pytest.mark.experiment
def test_ft_trf_002(bench):
    """A value out of range is named

    If it fails: A range is not checked, or is checked after loading.
    """
    temperature = bench.run("trial", configuration={"distillation": {"temperature": 0}}, folder="a")
    alpha = bench.run(
        "trial", configuration={"distillation": {"alpha": 1.5}}, folder="b", beside=temperature
    )
    batch = bench.run(
        "trial", configuration={"training": {"batch_size": 0}}, folder="c", beside=temperature
    )
    seen = temperature.with_runs(temperature=temperature, alpha=alpha, batch=batch)
    seen.expect(
        'temperature.exit_code = 2 and contains(temperature.stderr, "Temperature must be positive, got 0")',
        'alpha.exit_code = 2 and contains(alpha.stderr, "Alpha must be between 0 and 1, got 1.5")',
        'batch.exit_code = 2 and contains(batch.stderr, "training.batch_size must be > 0")',
    )


@pytest.mark.experiment
def test_ft_trf_003(bench):
    """A second run on the same folder is refused, during the first and after it

    If it fails: The folder is not locked while a run lasts, or not looked at before one begins.
    """
    first = bench.run("trial", environment={"TRIAL": "again:3"})
    after = bench.run("trial", beside=first)
    seen = first.with_runs(first=first, after=after)
    seen.expect(
        "first.exit_code = 0",
        'contains(first.stdout, "second run ended with 2") and contains(first.stdout, "is writing here")',
        'after.exit_code = 2 and contains(after.stderr, "--resume") and contains(after.stderr, "--overwrite")',
        'first.output["model.safetensors"].sha256 = after.output["model.safetensors"].sha256',
    )


@pytest.mark.experiment
def test_ft_trf_004(bench):
    """A folder that cannot be written is refused before anything is loaded

    If it fails: The folder is made only when the first file is written.
    """
    seen = bench.run("trial", configuration={"output": {"dir": "/proc/nowhere/output"}})
    seen.expect(
        "exit_code = 2",
        'contains(stderr, "/proc/nowhere/output") and contains(stderr, "cannot be written")',
        'not contains(stdout, "student:")',
    )


@pytest.mark.experiment
def test_ft_trf_005(bench):
    """The saved configuration gives the same run

    If it fails: A value is resolved after the configuration was saved, or is missing in it.
    """
    first = bench.run("trial")
    second = bench.run("saved", beside=first)
    seen = first.with_runs(first=first, second=second)
    seen.expect(
        "first.exit_code = 0 and second.exit_code = 0",
        'first.output["model.safetensors"].sha256 = second.again["model.safetensors"].sha256',
    )


def test_trf_cmp_001():
    """Every key of the schema is read by a run that it concerns"""
    for section in (
        "configuration",
        "teacher",
        "student",
        "distillation",
        "training",
        "dataset",
        "output",
        "watchdog",
    ):
        assert unread(section) == "", f"{section = }"
