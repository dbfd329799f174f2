"""Checks of trainer-loop-v1, by `pv generate`: change the contract, not this.

Made from ea687e28bf8a0814f9a2619435bf07e2575cc058676775f8ae6519680e4d1c94.

Not here, because nothing could be run:
  TRL-INV-004: PROSE: contracts/trainer-loop-v1.yaml:89:17: the claim could end before
    `exit`, which does not continue it; put an operator before it, or end the text here
"""

from itertools import product

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from contracts.bindings.trainer_loop import gradient_gap, hooks, lines_apart, optimizer_steps
from pv.testing import (
    Bench,
    close,
    holds,
)

DRAW = [Phase.explicit, Phase.generate]  # shrinking would run the system again and again


@pytest.fixture(scope="module")
def bench():
    """Run the systems of trainer."""
    with Bench("contracts/bindings/trainer.yaml") as opened:
        yield opened


def optimizer_steps_formula(max_steps, epochs, steps_per_epoch, accumulation):
    return min(max_steps, epochs * steps_per_epoch)


@pytest.mark.experiment
@settings(max_examples=2, deadline=None, derandomize=True, phases=DRAW)
@given(max_steps=st.integers(1, 8), accumulation=st.sampled_from([1, 3, 8]))
def test_ft_trl_001(bench, max_steps, accumulation):
    """Accumulation does not change how many steps a run makes

    If it fails: Micro-batches are counted as steps, or a limit is looked at between them.
    """
    seen = bench.run(
        "distill",
        environment={"APR_DISTILL_MAX_STEPS": "{max_steps}"},
        configuration={"training": {"gradient_accumulation": "{accumulation}"}},
        max_steps=max_steps,
        accumulation=accumulation,
    )
    seen.expect(
        "exit_code = 0",
        "result.metrics.steps_completed = max_steps",
        'output["metrics.jsonl"].lines = max_steps',
    )


@pytest.mark.experiment
@settings(max_examples=2, deadline=None, derandomize=True, phases=DRAW)
@given(signal=st.sampled_from(["INT", "TERM"]), step=st.sampled_from([2, 9]))
def test_ft_trl_002(bench, signal, step):
    """The first signal finishes the step and saves

    If it fails: The handler is not in force, or what it asks for is not looked at after each
    step.
    """
    seen = bench.run(
        "trial", environment={"TRIAL": "signal:{signal}:{step}"}, signal=signal, step=step
    )
    seen.expect(
        'exit_code = (130 if signal = "INT" else 143)',
        'contains(stderr, "finishing this step")',
        'output["metrics.jsonl"].lines = step',
        'count(keys(output)) > 0 and "model.safetensors" not in output',
        'step = 2 implies "checkpoints/step-00000002/manifest.json" in output',
        'step = 9 implies "checkpoints/step-00000009/manifest.json" in output',
    )


@pytest.mark.experiment
def test_ft_trl_003(bench):
    """A second signal ends the run at once

    If it fails: The handler stays in force after the first signal.
    """
    seen = bench.run("trial", environment={"TRIAL": "signal:TERM:3:2"})
    seen.expect(
        "exit_code = -15",
        'output["metrics.jsonl"].lines = 2',
        '"checkpoints/step-00000003/manifest.json" not in output',
    )


@settings(deadline=None)
@given(
    max_steps=st.integers(1, 7),
    epochs=st.integers(1, 3),
    steps_per_epoch=st.integers(1, 3),
    accumulation=st.sampled_from([1, 3, 4]),
)
def test_optimizer_steps_equals_formula(max_steps, epochs, steps_per_epoch, accumulation):
    """optimizer_steps(max_steps, epochs, steps_per_epoch, accumulation) = min(max_steps, epochs *
    steps_per_epoch)
    """
    assert close(
        optimizer_steps(max_steps, epochs, steps_per_epoch, accumulation),
        optimizer_steps_formula(max_steps, epochs, steps_per_epoch, accumulation),
        absolute=1e-09,
        relative=1e-07,
    )


def test_trl_inv_001():
    """Exactly N optimiser steps, whatever the epochs, their length and the accumulation"""
    for max_steps, epochs, steps_per_epoch, accumulation in product(
        range(1, 8), range(1, 4), range(1, 4), (1, 3, 4)
    ):
        assert optimizer_steps(max_steps, epochs, steps_per_epoch, accumulation) == min(
            max_steps, epochs * steps_per_epoch
        ), f"{max_steps = }, {epochs = }, {steps_per_epoch = }, {accumulation = }"


@settings(deadline=None)
@given(
    max_steps=st.sampled_from([2, 5]),
    epochs=st.integers(1, 2),
    steps_per_epoch=st.sampled_from([1, 3]),
    stop_at=st.integers(0, 4),
    skip_at=st.integers(0, 4),
)
def test_trl_ord_002(max_steps, epochs, steps_per_epoch, stop_at, skip_at):
    """Hooks come in one order, each epoch and the training are closed, and counts agree. A stop
    after step s makes s the last step; a skip leaves out the rest of its epoch, and nothing
    else.
    """
    assert holds(
        'count(matches(hooks(max_steps, epochs, steps_per_epoch, stop_at, skip_at), "\\\\A(begin \\\\d+\\n(?:epoch \\\\d+\\n(?:step \\\\d+\\n)*ended \\\\d+\\n)*end \\\\d+\\n)\\\\z")) = 1 and count(matches(hooks(max_steps, epochs, steps_per_epoch, stop_at, skip_at), "^step ")) = number(capture(hooks(max_steps, epochs, steps_per_epoch, stop_at, skip_at), "^end (\\\\d+)$")) and (stop_at >= 1 and skip_at = 0 implies count(matches(hooks(max_steps, epochs, steps_per_epoch, stop_at, skip_at), "^step ")) = min(stop_at, max_steps, epochs * steps_per_epoch)) and (stop_at = 0 and 1 <= skip_at <= min(max_steps, epochs * steps_per_epoch) implies count(matches(hooks(max_steps, epochs, steps_per_epoch, stop_at, skip_at), "^step ")) = min(max_steps, epochs * steps_per_epoch) - (min(max_steps, ((skip_at - 1) // steps_per_epoch + 1) * steps_per_epoch, epochs * steps_per_epoch) - skip_at))',
        {
            "max_steps": max_steps,
            "epochs": epochs,
            "steps_per_epoch": steps_per_epoch,
            "stop_at": stop_at,
            "skip_at": skip_at,
            "hooks": hooks,
        },
    )


def test_trl_eqv_003():
    """The gradient does not depend on how a batch is split, ignored labels or not"""
    for pieces, hidden_labels, seed in product(range(1, 5), (0, 3, 7, 12), range(0, 3)):
        assert gradient_gap(pieces, hidden_labels, seed) <= 1e-05, (
            f"{pieces = }, {hidden_labels = }, {seed = }"
        )


def test_trl_eqv_005():
    """A later part of a run calls the hooks that the whole run calls after the same step"""
    for step, epochs, steps_per_epoch, stop_at, skip_at in product(
        range(1, 7), range(1, 3), (1, 3), (0, 2, 5), (0, 1, 4)
    ):
        assert lines_apart(step, epochs, steps_per_epoch, stop_at, skip_at) == 0, (
            f"{step = }, {epochs = }, {steps_per_epoch = }, {stop_at = }, {skip_at = }"
        )
