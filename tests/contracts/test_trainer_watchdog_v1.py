"""Checks of trainer-watchdog-v1, by `pv generate`: change the contract, not this.

Made from ab094bd72201c6a363a7ff48cd4e3504af0078d759cc4c5e9b812496340c9f07.

Not here, because nothing could be run:
  TRW-BND-001: PROSE: contracts/trainer-watchdog-v1.yaml:23:15: the claim could end before
    `run`, which does not continue it; put an operator before it, or end the text here
  TRW-INV-002: PROSE: contracts/trainer-watchdog-v1.yaml:28:15: the claim could end before
    `run`, which does not continue it; put an operator before it, or end the text here
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
@settings(max_examples=5, deadline=None, derandomize=True, phases=DRAW)
@given(phase=st.sampled_from(["load", "compile", "first_step", "steady", "save"]))
def test_ft_trw_001(bench, phase):
    """A sleep in any phase is found

    If it fails: The watchdog is armed too late, or the phase does not say when it begins. Look
    at where the pipeline enters its phases.
    """
    seen = bench.run(
        "trial",
        environment={"TRIAL": "hang:{phase}"},
        configuration={
            "watchdog": {"load": 8, "compile": 3, "first_step": 3, "steady_floor": 3, "save": 3}
        },
        phase=phase,
    )
    seen.define(told='capture(stderr, "in the phase `([a-z ]+)`")')
    seen.expect(
        "exit_code = 75",
        'told = (phase if phase != "first_step" else "first step")',
        'contains(stderr, "trainer_trials.py") and contains(stderr, "in act")',
        'contains(stderr, "GPU")',
        'phase = "steady" implies contains(stderr, "after step 3 of 10")',
        'output["heartbeat.json"].json.phase = told',
    )


@pytest.mark.experiment
def test_ft_trw_002(bench):
    """Native code that holds Python's global lock is found too

    If it fails: Only a Python thread watches. Look at the backstop, which has to be armed ahead
    of time.
    """
    seen = bench.run(
        "trial",
        environment={"TRIAL": "hang:steady:native"},
        configuration={"watchdog": {"steady_floor": 3}},
    )
    seen.expect("exit_code = 75", 'contains(stderr, "in act")')


@pytest.mark.experiment
def test_ft_trw_003(bench):
    """A run that goes on is left alone

    If it fails: A deadline counts from the beginning of the run instead of from the last step.
    """
    seen = bench.run(
        "trial",
        environment={"TRIAL": "slow:0.8"},
        configuration={"watchdog": {"first_step": 5, "steady_floor": 5, "save": 5}},
    )
    seen.expect(
        "exit_code = 0",
        'not contains(stderr, "watchdog")',
        'output["heartbeat.json"].json.phase = "ended"',
    )
