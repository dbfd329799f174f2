"""Checks of trainer-observability-v1, by `pv generate`: change the contract, not this.

Made from 68a7c1150ffd5c2aa847452cc287b639cdbcd1f83ea510fc9760555a8557e379.

Not here, because nothing could be run:
  TRO-BND-001: PROSE: contracts/trainer-observability-v1.yaml:18:18: the claim could end
    before `the`, which does not continue it; put an operator before it, or end the text
    here
  TRO-BND-002: PROSE: contracts/trainer-observability-v1.yaml:22:18: the claim could end
    before `the`, which does not continue it; put an operator before it, or end the text
    here
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
@settings(max_examples=1, deadline=None, derandomize=True, phases=DRAW)
@given(seed=st.integers(1, 1000))
def test_ft_tro_001(bench, seed):
    """Nobody has a reason to turn logs or the watchdog off

    If it fails: A callback does at every step what it could do once, or the watchdog's thread
    does not rest between two looks. Look at the hooks named on_step_end, and at how long the
    watchdog waits.
    """
    seen = bench.run(
        "trial",
        environment={"TRIAL": "weigh"},
        configuration={
            "training": {"epochs": 1, "steps_per_epoch": 60, "batch_size": 16, "seed": "{seed}"},
            "dataset": {"max_length": 128},
            "output": {"log_every": 10},
        },
        seed=seed,
    )
    seen.define(
        steps='number(capture(stdout, "of its steps ([0-9.]+)"))',
        loop='number(capture(stdout, "CPU seconds of the loop ([0-9.]+)"))',
    )
    seen.expect("exit_code = 0", "steps > 0 and loop >= steps", "loop - steps <= 0.01 * steps")


@pytest.mark.experiment
@settings(max_examples=1, deadline=None, derandomize=True, phases=DRAW)
@given(seed=st.integers(1, 1000))
def test_ft_tro_002(bench, seed):
    """Whoever wants to see everything may

    If it fails: A line is made anew for each of its readers, or something is built or locked
    for each line. Look at the logs and at the console's progress.
    """
    seen = bench.run(
        "trial",
        environment={"TRIAL": "weigh"},
        configuration={
            "training": {"epochs": 1, "steps_per_epoch": 60, "batch_size": 16, "seed": "{seed}"},
            "dataset": {"max_length": 128},
            "output": {"log_every": 1, "csv": True},
        },
        seed=seed,
    )
    seen.define(
        steps='number(capture(stdout, "of its steps ([0-9.]+)"))',
        loop='number(capture(stdout, "CPU seconds of the loop ([0-9.]+)"))',
    )
    seen.expect(
        "exit_code = 0",
        'count(matches(stdout, "^step ")) = 60',
        'output["metrics.csv"].lines = 61',
        "loop - steps <= 0.001 * 60",
    )
