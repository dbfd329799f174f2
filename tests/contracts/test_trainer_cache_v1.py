"""Checks of trainer-cache-v1, by `pv generate`: change the contract, not this.

Made from 443e3cec98e1d2b9d568c5c233a28682f865bc8c2b06cf26d0a9624a86bed302.
"""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from contracts.bindings.trainer_cache import three_kept
from pv.testing import (
    Bench,
    at_most,
    close,
    counterexample,
    holds,
    implementation,
)


@pytest.fixture(scope="module")
def bench():
    """Run the systems of trainer."""
    with Bench("contracts/bindings/trainer.yaml") as opened:
        yield opened


cached_kl = implementation("contracts.bindings.trainer_cache:cached_kl", arrays="torch")
tail_mass = implementation("contracts.bindings.trainer_cache:tail_mass", arrays="torch")


def dense_kl(s, t, T):
    p = np.exp(t / T - np.max(t / T)) / np.sum(np.exp(t / T - np.max(t / T)))
    q = np.exp(s / T - np.max(s / T)) / np.sum(np.exp(s / T - np.max(s / T)))
    return np.sum(p * (np.log(p) - np.log(q)))


def dense_kl_formula(s, t, T):
    p = math.exp(t / T - max(t / T)) / sum(math.exp(t / T - max(t / T)))
    q = math.exp(s / T - max(s / T)) / sum(math.exp(s / T - max(s / T)))
    return sum(p * (math.log(p) - math.log(q)))


@st.composite
def cases_of_t_T_k_v(draw):
    T = draw(st.floats(0.5, 20))
    k = draw(st.integers(1, 40))
    v = draw(st.integers(2, 40))
    t = draw(arrays(float, v, elements=st.floats(-10, 10)))
    return t, T, k, v


@st.composite
def cases_of_s_t_T_k_v(draw):
    T = draw(st.floats(0.5, 20))
    k = draw(st.integers(1, 40))
    v = draw(st.integers(2, 40))
    s = draw(arrays(float, v, elements=st.floats(-10, 10)))
    t = draw(arrays(float, v, elements=st.floats(-10, 10)))
    return s, t, T, k, v


@st.composite
def cases_of_t_T_v_k(draw):
    T = draw(st.floats(0.5, 20))
    v = draw(st.integers(2, 40))
    k = draw(st.integers(1, 40))
    t = draw(arrays(float, v, elements=st.floats(-10, 10)))
    return t, T, v, k


@st.composite
def cases_of_s_t_T_v(draw):
    T = draw(st.floats(0.5, 20))
    v = draw(st.integers(2, 40))
    s = draw(arrays(float, v, elements=st.floats(-10, 10)))
    t = draw(arrays(float, v, elements=st.floats(-10, 10)))
    return s, t, T, v


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_t_T_k_v())
def test_ft_tca_001(case):
    """A student that copies the teacher pays nothing, whatever is kept

    If it fails: The tails of teacher and student are not of the same outcomes, or not at the
    same temperature. Look at the log-sum-exp over what is not kept.
    """
    t, T, k, v = case
    assume(k <= v)
    assert at_most(abs(cached_kl(t, t, T, k)), 1e-09, absolute=1e-09, relative=1e-09)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_s_t_T_k_v())
def test_ft_tca_002(case):
    """One logit less never raises the loss

    If it fails: The tail is left out, or counted twice. Look at the last column of the
    shortened logits.
    """
    s, t, T, k, v = case
    assume(k <= v)
    assume(k < v)
    assert at_most(cached_kl(s, t, T, k), cached_kl(s, t, T, k + 1) + 1e-09, absolute=1e-09)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_t_T_v_k())
def test_ft_tca_003(case):
    """A tail that teacher and student share in the same way costs nothing

    If it fails: A common offset enters the loss. Look at how the tail is normalised.
    """
    t, T, v, k = case
    assume(k <= v)
    assert at_most(abs(dense_kl(t + 1, t, T) - cached_kl(t + 1, t, T, k)), 1e-09, absolute=1e-09)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_t_T_k_v())
def test_ft_tca_004(case):
    """The mass of the tail and of one logit more is the mass before

    If it fails: Not the largest logits are kept. Look at how they are chosen.
    """
    t, T, k, v = case
    assume(k <= v)
    assume(k < v)
    assert at_most(tail_mass(t, T, k + 1) - 1e-12, tail_mass(t, T, k), absolute=1e-09)


def test_ft_tca_005():
    """Two logits of three and the rest are all three

    If it fails: A tail of one logit is not that logit. Look at the log-sum-exp over the rest.
    """
    for a, b, c, x, y, z, T in product(
        range(-1, 2),
        range(-1, 2),
        range(-1, 2),
        range(-1, 2),
        range(-1, 2),
        range(-1, 2),
        (1.0, 4.0),
    ):
        assert (
            abs(three_kept(a, b, c, x, y, z, T, 2) - three_kept(a, b, c, x, y, z, T, 3)) <= 1e-12
        ), f"{a = }, {b = }, {c = }, {x = }, {y = }, {z = }, {T = }"


@pytest.mark.experiment
def test_ft_tca_006(bench):
    """A run from a cache that keeps every logit takes the steps of a run beside its teacher

    If it fails: The cache answers for other tokens than the batch has, or at another
    temperature. Look at how a window is looked up, and at what the tail is computed at.
    """
    live = bench.run(
        "distill", configuration={"training": {"epochs": 1, "steps_per_epoch": 4}}, folder="live"
    )
    cache = bench.run("cache", folder="cached", beside=live)
    cached = bench.run(
        "distill",
        configuration={
            "teacher": {"cache": "cache", "model_id": None},
            "training": {"epochs": 1, "steps_per_epoch": 4},
        },
        folder="cached",
        beside=live,
    )
    seen = live.with_runs(live=live, cache=cache, cached=cached)
    seen.define(apart="abs(live.result.metrics.final_loss - cached.result.metrics.final_loss)")
    seen.expect(
        "live.exit_code = 0 and cache.exit_code = 0 and cached.exit_code = 0",
        "apart <= 1e-4 * live.result.metrics.final_loss",
        "abs(live.result.metrics.initial_loss - cached.result.metrics.initial_loss) <= 1e-4",
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_t_T_k_v())
def test_tail_mass_codomain(case):
    """tail_mass(t, T, k) ∈ [0, 1]"""
    t, T, k, v = case
    assume(k <= v)
    assert np.all(0 <= tail_mass(t, T, k)) and np.all(tail_mass(t, T, k) <= 1)


@settings(deadline=None)
@given(cases_of_s_t_T_v())
def test_tca_eqv_001(case):
    """With every logit kept the loss is the dense one"""
    s, t, T, v = case
    assert close(cached_kl(s, t, T, v), dense_kl(s, t, T), absolute=1e-09, relative=1e-09)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_s_t_T_k_v())
def test_tca_bnd_002(case):
    """The loss from the cache is never above the dense one, and never negative"""
    s, t, T, k, v = case
    assume(k <= v)
    assert at_most(cached_kl(s, t, T, k), dense_kl(s, t, T) + 1e-09, absolute=1e-09) and at_most(
        -1e-09, cached_kl(s, t, T, k), absolute=1e-09
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_s_t_T_k_v())
def test_tca_bnd_003(case):
    """What is missing is at most the tail's mass times the spread of what differs"""
    s, t, T, k, v = case
    assume(k <= v)
    assume(k <= v)
    assert at_most(
        dense_kl(s, t, T) - cached_kl(s, t, T, k),
        tail_mass(t, T, k) * (np.max((t - s) / T) - np.min((t - s) / T)) + 1e-09,
        absolute=1e-09,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_t_T_k_v())
def test_tca_bnd_004(case):
    """The largest logits are kept, so the rest has less than its share, and of nothing none"""
    t, T, k, v = case
    assume(k <= v)
    assert holds(
        "tail_mass(t, T, v) <= 1e-09 and tail_mass(t, T, k) <= 1 - k / len(t) + 1e-09",
        {"t": t, "T": T, "k": k, "v": v, "tail_mass": tail_mass},
        absolute=1e-09,
    )


def test_tca_bnd_005():
    """Of three logits, fewer are never more, and never less than nothing"""
    for a, b, c, x, y, z, T, k in product(
        range(-1, 2),
        range(-1, 2),
        range(-1, 2),
        range(-1, 2),
        range(-1, 2),
        range(-1, 2),
        (1.0, 4.0),
        range(1, 4),
    ):
        assert (
            three_kept(a, b, c, x, y, z, T, k) <= three_kept(a, b, c, x, y, z, T, 3) + 1e-12
            and three_kept(a, b, c, x, y, z, T, k) >= -1e-12
        ), f"{a = }, {b = }, {c = }, {x = }, {y = }, {z = }, {T = }, {k = }"


@settings(deadline=None)
@given(
    a=st.integers(-1, 1),
    b=st.integers(-1, 1),
    c=st.integers(-1, 1),
    x=st.integers(-1, 1),
    y=st.integers(-1, 1),
    z=st.integers(-1, 1),
    T=st.sampled_from([1.0, 4.0]),
)
def test_tca_eqv_006(a, b, c, x, y, z, T):
    """All of three logits are the dense loss"""
    assert holds(
        "abs(three_kept(a, b, c, x, y, z, T, 3) - dense_kl((a, b, c), (x, y, z), T)) <= 1e-12",
        {"a": a, "b": b, "c": c, "x": x, "y": y, "z": z, "T": T, "three_kept": three_kept},
        where=[
            "dense_kl(s, t, T) = sum(p * (log(p) - log(q))) where p = exp(t / T - max(t / T)) / sum(exp(t / T - max(t / T))), q = exp(s / T - max(s / T)) / sum(exp(s / T - max(s / T)))"
        ],
        absolute=1e-09,
        relative=1e-07,
    )


def verify_sym_tca_001(a: int, b: int, c: int, x: int, y: int, z: int, T: float, k: int) -> bool:
    """three_kept(a, b, c, x, y, z, T, k) <= three_kept(a, b, c, x, y, z, T, 3) + 1e-12 and three_kept(a, b, c, x, y, z, T, k) >= -1e-12

    pre: -1 <= a <= 1
    pre: -1 <= b <= 1
    pre: -1 <= c <= 1
    pre: -1 <= x <= 1
    pre: -1 <= y <= 1
    pre: -1 <= z <= 1
    pre: T in (1.0, 4.0)
    pre: 1 <= k <= 3
    post: __return__
    """
    return (
        three_kept(a, b, c, x, y, z, T, k) <= three_kept(a, b, c, x, y, z, T, 3) + 1e-12
        and three_kept(a, b, c, x, y, z, T, k) >= -1e-12
    )


@pytest.mark.symbolic
def test_sym_tca_001_symbolically():
    """No path of the code contradicts SYM-TCA-001 (CrossHair, within 10 s)."""
    assert counterexample(verify_sym_tca_001, seconds=10) is None
