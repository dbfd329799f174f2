"""Checks of trainer-guards-v1, by `pv generate`: change the contract, not this.

Made from 2e61aff48b8df49ad1f798dc619d413fc1fc697553fc7a7847f71694b326c340.

Not here, because nothing could be run:
  TRG-INV-001: PROSE: contracts/trainer-guards-v1.yaml:17:17: the claim could end before
    `run`, which does not continue it; put an operator before it, or end the text here
  TRG-INV-002: PROSE: contracts/trainer-guards-v1.yaml:22:10: the claim could end before
    `training`, which does not continue it; put an operator before it, or end the text
    here
  TRG-INV-003: PROSE: contracts/trainer-guards-v1.yaml:27:17: the claim could end before
    `export`, which does not continue it; put an operator before it, or end the text here
  TRG-INV-004: PROSE: contracts/trainer-guards-v1.yaml:31:21: the claim could end before
    `that`, which does not continue it; put an operator before it, or end the text here
  TRG-INV-005: PROSE: contracts/trainer-guards-v1.yaml:35:17: the claim could end before
    `exit`, which does not continue it; put an operator before it, or end the text here
"""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

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
@given(what=st.sampled_from(["loss", "gradient"]), step=st.sampled_from([4, 5]))
def test_ft_trg_001(bench, what, step):
    """A NaN in loss or gradient is never applied

    If it fails: The check comes after the optimiser's step, or looks at one of the two only.
    """
    seen = bench.run("saving", environment={"TRIAL": "spoil:{what}:{step}"}, what=what, step=step)
    seen.expect(
        "exit_code = 1",
        'number(capture(stderr, "error. step (\\d+) \\(epoch 1\\), not applied. non-finite ")) = step',
        'contains(stderr, "the last good checkpoint is")',
        'output["metrics.jsonl"].lines = step - 1',
        'step = 4 implies "checkpoints/step-00000002/manifest.json" in output',
        'step = 5 implies "checkpoints/step-00000004/manifest.json" in output',
        '"model.safetensors" not in output',
    )


@pytest.mark.experiment
@settings(max_examples=3, deadline=None, derandomize=True, phases=DRAW)
@given(what=st.sampled_from(["train", "meta", "change"]))
def test_ft_trg_002(bench, what):
    """A teacher that is not what it should be is named

    If it fails: A guard is not called, or is called before what it guards against can happen.
    """
    seen = bench.run("trial", environment={"TRIAL": "teacher:{what}"}, what=what)
    seen.expect(
        "exit_code = 1",
        'what = "train" implies contains(stderr, "teacher in training mode")',
        'what = "meta" implies contains(stderr, "teacher is on meta although cpu was asked for")',
        'what = "change" implies contains(stderr, "teacher changed")',
        '"model.safetensors" not in output',
    )


@pytest.mark.experiment
def test_ft_trg_003(bench):
    """A teacher that is the student is refused

    If it fails: Teacher and student are not compared by what they hold.
    """
    seen = bench.run(
        "trial", configuration={"student": {"preset": None, "model_id": "{teacher}/output"}}
    )
    seen.expect(
        "exit_code = 1",
        'contains(stderr, "teacher identical to student")',
        "count(keys(output)) = 0",
    )


@pytest.mark.experiment
def test_ft_trg_004(bench):
    """An export that is not the model is found

    If it fails: The export is not read back, or only its presence is looked at.
    """
    seen = bench.run("trial", environment={"TRIAL": "export"})
    seen.expect("exit_code = 1", 'contains(stderr, "export") and contains(stderr, "do not use it")')


@pytest.mark.experiment
def test_ft_trg_005(bench):
    """Weights that do not change fail a smoke run, and what it measured is told all the same

    If it fails: The digest of the student is not compared with the one before the first step.
    """
    seen = bench.run("trial", environment={"TRIAL": "still", "APR_DISTILL_MAX_STEPS": "3"})
    seen.expect(
        "exit_code = 1",
        'contains(stderr, "weights did not change")',
        'count(matches(stdout, "^\\\\[SMOKE\\\\] ")) = 2',
    )


@pytest.mark.experiment
def test_ft_trg_006(bench):
    """A GPU that is not there is refused

    If it fails: The run fell back to the CPU.
    """
    seen = bench.run(
        "trial", environment={"CUDA_VISIBLE_DEVICES": ""}, configuration={"device": "cuda"}
    )
    seen.expect("exit_code = 2", 'contains(stderr, "no CUDA GPU")', "count(keys(output)) = 0")


@pytest.mark.experiment
def test_ft_trg_007(bench):
    """Data that give no whole batch are refused

    If it fails: Windows were padded or taken twice, or the run made no step and said nothing.
    """
    seen = bench.run("trial", configuration={"dataset": {"limit_bytes": 100}})
    seen.expect(
        "exit_code = 2", 'contains(stderr, "less than one batch")', "count(keys(output)) = 0"
    )


@pytest.mark.experiment
def test_ft_trg_008(bench):
    """A teacher that teaches nothing fails a smoke run before its first step

    If it fails: The KD term of the first batch is not looked at, or after the steps only.
    """
    seen = bench.run(
        "trial",
        environment={"APR_DISTILL_MAX_STEPS": "3"},
        configuration={"distillation": {"temperature": 1e30}},
    )
    seen.expect(
        "exit_code = 1",
        'contains(stderr, "KD term is 0 at step 0") and contains(stderr, "teacher.model_id")',
        'not contains(stdout, "[SMOKE]")',
        '"metrics.jsonl" not in output',
    )
