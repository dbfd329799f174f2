"""Checks of trainer-schedule-v1, by `pv generate`: change the contract, not this.

Made from 80745c4ab3f56909869f94d7654717dffbd284c7341c330d34d57d9a38bd9f08.
"""

import math
from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from contracts.bindings.trainer_schedule import share
from pv.testing import (
    Bench,
    at_most,
    close,
    counterexample,
)

DRAW = [Phase.explicit, Phase.generate]  # shrinking would run the system again and again


@pytest.fixture(scope="module")
def bench():
    """Run the systems of trainer."""
    with Bench("contracts/bindings/trainer.yaml") as opened:
        yield opened


def share_formula(step, warmup, planned, decay):
    return (
        step / warmup
        if step <= warmup
        else 1
        if decay == "constant"
        else 1 - (step - 1 - warmup) / (planned - warmup)
        if decay == "linear"
        else (1 + math.cos(math.pi * (step - 1 - warmup) / (planned - warmup))) / 2
    )


@pytest.mark.experiment
@settings(max_examples=2, deadline=None, derandomize=True, phases=DRAW)
@given(decay=st.sampled_from(["linear", "constant"]))
def test_ft_lrs_001(bench, decay):
    """The rates of a run are those of its plan

    If it fails: The loop takes the rate of another step, or another number of planned steps.
    Look at what it hands to the schedule.
    """
    seen = bench.run(
        "trial",
        configuration={
            "training": {"schedule": "{decay}", "warmup_steps": 4, "learning_rate": 0.01}
        },
        decay=decay,
    )
    seen.expect(
        "exit_code = 0",
        '∀ i in 0..3: abs(output["metrics.jsonl"].json[i].learning_rate - 0.01 * (i + 1) / 4) <= 1e-9',
        '∀ i in 4..9: abs(output["metrics.jsonl"].json[i].learning_rate - (0.01 if decay = "constant" else 0.01 * (10 - i) / 6)) <= 1e-9',
    )


@pytest.mark.experiment
@settings(max_examples=2, deadline=None, derandomize=True, phases=DRAW)
@given(warmup=st.sampled_from([10, 40]))
def test_ft_lrs_002(bench, warmup):
    """A warm-up that outlasts the plan is told

    If it fails: A run that never comes near its learning rate looks like one that does.
    """
    seen = bench.run(
        "trial",
        environment={"APR_DISTILL_MAX_STEPS": "1"},
        configuration={"training": {"warmup_steps": "{warmup}"}},
        warmup=warmup,
    )
    seen.expect(
        "exit_code = 0",
        'contains(stdout, "training.warmup_steps is 40, but 10 steps are planned") iff warmup > 10',
    )


def test_ft_lrs_003():
    """The first step of a warm-up learns already

    If it fails: Steps are counted from 0, so that the first one is made at a rate of zero.
    """
    for step, warmup, planned, decay in product(
        range(1, 25), range(0, 27), range(1, 25), ("cosine", "linear", "constant")
    ):
        if not (step <= planned):
            continue
        if not (warmup >= 1):
            continue
        assert at_most(abs(share(1, warmup, planned, decay) * warmup - 1), 1e-12, absolute=1e-12), (
            f"{step = }, {warmup = }, {planned = }, {decay = }"
        )


def test_ft_lrs_004():
    """The first step after the warm-up has the whole rate

    If it fails: The decay begins while the rate still rises. Look at where its progress is
    counted from.
    """
    for step, warmup, planned, decay in product(
        range(1, 25), range(0, 27), range(1, 25), ("cosine", "linear", "constant")
    ):
        if not (step <= planned):
            continue
        assert abs(share(warmup + 1, warmup, max(planned, warmup + 1), decay) - 1) <= 1e-12, (
            f"{step = }, {warmup = }, {planned = }, {decay = }"
        )


def test_ft_lrs_005():
    """Half of the decay is half of the rate

    If it fails: The decay is as long as the plan, warm-up included, or longer.
    """
    for step, warmup, planned, decay in product(
        range(1, 25), range(0, 27), range(1, 25), ("cosine", "linear", "constant")
    ):
        if not (step <= planned):
            continue
        if not (decay != "constant"):
            continue
        assert abs(share(warmup + 1 + step, warmup, warmup + 2 * step, decay) - 0.5) <= 1e-12, (
            f"{step = }, {warmup = }, {planned = }, {decay = }"
        )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    step=st.integers(1, 24),
    warmup=st.integers(0, 26),
    planned=st.integers(1, 24),
    decay=st.sampled_from(["cosine", "linear", "constant"]),
)
def test_share_equals_formula(step, warmup, planned, decay):
    """share(step, warmup, planned, decay) = (step / warmup if step <= warmup, 1 if decay =
    "constant", 1 - (step - 1 - warmup) / (planned - warmup) if decay = "linear", (1 + cos(pi *
    (step - 1 - warmup) / (planned - warmup))) / 2 otherwise)
    """
    assume(step <= planned)
    assert close(
        share(step, warmup, planned, decay),
        share_formula(step, warmup, planned, decay),
        absolute=1e-09,
        relative=1e-07,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    step=st.integers(1, 24),
    warmup=st.integers(0, 26),
    planned=st.integers(1, 24),
    decay=st.sampled_from(["cosine", "linear", "constant"]),
)
def test_lrs_eqv_001(step, warmup, planned, decay):
    """Every rate is the one that the formula says"""
    assume(step <= planned)
    assert close(
        share(step, warmup, planned, decay),
        step / warmup
        if at_most(step, warmup, absolute=1e-12)
        else 1
        if close(decay, "constant", absolute=1e-12)
        else 1 - (step - 1 - warmup) / (planned - warmup)
        if close(decay, "linear", absolute=1e-12)
        else (1 + math.cos(math.pi * (step - 1 - warmup) / (planned - warmup))) / 2,
        absolute=1e-12,
    )


def test_lrs_bnd_002():
    """No step of a plan is made at a rate of zero, below zero or above the configured one"""
    for step, warmup, planned, decay in product(
        range(1, 25), range(0, 27), range(1, 25), ("cosine", "linear", "constant")
    ):
        if not (step <= planned):
            continue
        assert (
            share(step, warmup, planned, decay) > 0 and share(step, warmup, planned, decay) <= 1
        ), f"{step = }, {warmup = }, {planned = }, {decay = }"


def test_lrs_inv_003():
    """The warm-up rises by equal steps and ends at the whole rate"""
    for step, warmup, planned, decay in product(
        range(1, 25), range(0, 27), range(1, 25), ("cosine", "linear", "constant")
    ):
        if not (step <= planned):
            continue
        assert (
            not at_most(step, warmup, absolute=1e-12)
            or close(share(step, warmup, planned, decay) * warmup, step, absolute=1e-12)
        ) and (
            not at_most(1, warmup, absolute=1e-12)
            or close(share(warmup, warmup, planned, decay), 1, absolute=1e-12)
        ), f"{step = }, {warmup = }, {planned = }, {decay = }"


def test_lrs_mon_004():
    """After the warm-up the rate never rises, and under constant it never falls"""
    for step, warmup, planned, decay in product(
        range(1, 25), range(0, 27), range(1, 25), ("cosine", "linear", "constant")
    ):
        if not (step <= planned):
            continue
        if not (step > warmup):
            continue
        assert share(step + 1, warmup, planned, decay) <= share(step, warmup, planned, decay) and (
            not decay == "constant" or share(step, warmup, planned, decay) == 1
        ), f"{step = }, {warmup = }, {planned = }, {decay = }"


def test_lrs_inv_005():
    """The decay ends where the plan does, at zero, and stays there past it"""
    for step, warmup, planned, decay in product(
        range(1, 25), range(0, 27), range(1, 25), ("cosine", "linear", "constant")
    ):
        if not (step <= planned):
            continue
        if not (decay != "constant" and warmup < planned):
            continue
        assert abs(share(planned + step, warmup, planned, decay)) <= 1e-12, (
            f"{step = }, {warmup = }, {planned = }, {decay = }"
        )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    step=st.integers(1, 24),
    warmup=st.integers(0, 24),
    planned=st.integers(1, 24),
    decay=st.sampled_from(["cosine", "linear", "constant"]),
)
def test_sym_lrs_001(step, warmup, planned, decay):
    """Every rate of every small plan is the one that the formula says"""
    assume(step <= planned)
    assert close(
        share(step, warmup, planned, decay),
        step / warmup
        if at_most(step, warmup, absolute=1e-12)
        else 1
        if close(decay, "constant", absolute=1e-12)
        else 1 - (step - 1 - warmup) / (planned - warmup)
        if close(decay, "linear", absolute=1e-12)
        else (1 + math.cos(math.pi * (step - 1 - warmup) / (planned - warmup))) / 2,
        absolute=1e-12,
    )


def verify_sym_lrs_001(step: int, warmup: int, planned: int, decay: str) -> bool:
    """share(step, warmup, planned, decay) = (step / warmup if step <= warmup, 1 if decay = "constant", 1 - (step - 1 - warmup) / (planned - warmup) if decay = "linear", (1 + cos(pi * (step - 1 - warmup) / (planned - warmup))) / 2 otherwise)

    pre: 1 <= step <= 24
    pre: 0 <= warmup <= 24
    pre: 1 <= planned <= 24
    pre: decay in ('cosine', 'linear', 'constant')
    pre: step <= planned
    post: __return__
    """
    return close(
        share(step, warmup, planned, decay),
        step / warmup
        if at_most(step, warmup, absolute=1e-12)
        else 1
        if close(decay, "constant", absolute=1e-12)
        else 1 - (step - 1 - warmup) / (planned - warmup)
        if close(decay, "linear", absolute=1e-12)
        else (1 + math.cos(math.pi * (step - 1 - warmup) / (planned - warmup))) / 2,
        absolute=1e-12,
    )


@pytest.mark.symbolic
def test_sym_lrs_001_symbolically():
    """No path of the code contradicts SYM-LRS-001 (CrossHair, within 10 s)."""
    assert counterexample(verify_sym_lrs_001, seconds=10) is None
