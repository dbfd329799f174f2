"""Checks of kd-linear-loss-v1, by `pv generate`: change the contract, not this.

Made from 5a6a0140bbd699c218168e3c9d2138a7b1b705e21712e9377c5ff2a5951c8f67.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pv.testing import Bench, close, holds, implementation, rounded

DRAW = [Phase.explicit, Phase.generate]  # shrinking would run the system again and again


@pytest.fixture(scope="module")
def bench():
    """Run the systems of trainer."""
    with Bench("contracts/bindings/trainer.yaml") as opened:
        yield opened


linear_loss = implementation("contracts.bindings.kd_linear_loss:linear_loss", arrays="torch")


@st.composite
def cases(draw):
    T = draw(st.floats(0.5, 20))
    v = draw(st.integers(2, 40))
    alpha = draw(st.floats(0, 1))
    rows = draw(st.integers(1, 8))
    n = draw(st.integers(1, 9))
    d = draw(st.integers(1, 5))
    e = draw(st.integers(1, 5))
    H = draw(arrays(float, (n, d), elements=st.floats(-2, 2)))
    W = draw(arrays(float, (v, d), elements=st.floats(-2, 2)))
    G = draw(arrays(float, (n, e), elements=st.floats(-2, 2)))
    U = draw(arrays(float, (v, e), elements=st.floats(-2, 2)))
    y = draw(arrays(int, n, elements=st.integers(0, v - 1)))
    k = draw(arrays(float, n, elements=st.sampled_from([0, 1])))
    return T, v, alpha, H, W, G, U, y, k, rows, n, d, e


linear_loss_float32 = implementation(
    "contracts.bindings.kd_linear_loss:linear_loss", arrays="torch", dtype="float32"
)


@st.composite
def cases_2(draw):
    T = draw(st.floats(0.5, 20))
    v = draw(st.integers(2, 40))
    alpha = draw(st.floats(0, 1))
    n = draw(st.integers(1, 9))
    d = draw(st.integers(1, 5))
    e = draw(st.integers(1, 5))
    H = draw(arrays(float, (n, d), elements=st.floats(-2, 2)))
    W = draw(arrays(float, (v, d), elements=st.floats(-2, 2)))
    G = draw(arrays(float, (n, e), elements=st.floats(-2, 2)))
    U = draw(arrays(float, (v, e), elements=st.floats(-2, 2)))
    y = draw(arrays(int, n, elements=st.integers(0, v - 1)))
    k = draw(arrays(float, n, elements=st.sampled_from([0, 1])))
    return T, v, alpha, H, W, G, U, y, k, n, d, e


@st.composite
def cases_3(draw):
    T = draw(st.floats(0.5, 20))
    v = draw(st.integers(2, 40))
    rows = draw(st.integers(1, 8))
    n = draw(st.integers(1, 9))
    d = draw(st.integers(1, 5))
    H = draw(arrays(float, (n, d), elements=st.floats(-2, 2)))
    W = draw(arrays(float, (v, d), elements=st.floats(-2, 2)))
    y = draw(arrays(int, n, elements=st.integers(0, v - 1)))
    k = draw(arrays(float, n, elements=st.sampled_from([0, 1])))
    return T, v, H, W, y, k, rows, n, d


def token_loss(s, t, label, T, alpha):
    p = softened(t, T)
    q = softened(s, T)
    return alpha * T**2 * np.sum(p * (np.log(p) - np.log(q))) - (1 - alpha) * np.log(
        softened(s, 1)[label]
    )


def softened(z, T):
    return np.exp(z / T - np.max(z / T)) / np.sum(np.exp(z / T - np.max(z / T)))


@st.composite
def cases_4(draw):
    T = draw(st.floats(0.5, 8))
    alpha = draw(st.floats(0, 1))
    rows = draw(st.integers(1, 8))
    n = draw(st.integers(1, 9))
    d = draw(st.integers(1, 5))
    e = draw(st.integers(1, 5))
    v = draw(st.integers(2, 12))
    H = draw(arrays(float, (n, d), elements=st.floats(-2, 2)))
    W = draw(arrays(float, (v, d), elements=st.floats(-2, 2)))
    G = draw(arrays(float, (n, e), elements=st.floats(-2, 2)))
    U = draw(arrays(float, (v, e), elements=st.floats(-2, 2)))
    y = draw(arrays(int, n, elements=st.integers(0, v - 1)))
    k = draw(arrays(float, n, elements=st.sampled_from([0, 1])))
    return H, W, G, U, y, k, T, alpha, rows, n, d, e, v


gradient_gap = implementation("contracts.bindings.kd_linear_loss:gradient_gap", arrays="torch")


@st.composite
def cases_5(draw):
    T = draw(st.floats(0.5, 8))
    rows = draw(st.integers(1, 8))
    kind = draw(st.sampled_from(["forward_kl", "reverse_kl", "jsd"]))
    n = draw(st.integers(1, 9))
    d = draw(st.integers(1, 5))
    e = draw(st.integers(1, 5))
    v = draw(st.integers(2, 12))
    m = draw(st.integers(2, 14))
    H = draw(arrays(float, (n, d), elements=st.floats(-2, 2)))
    W = draw(arrays(float, (v, d), elements=st.floats(-2, 2)))
    G = draw(arrays(float, (n, e), elements=st.floats(-2, 2)))
    U = draw(arrays(float, (m, e), elements=st.floats(-2, 2)))
    y = draw(arrays(int, n, elements=st.integers(0, v - 1)))
    k = draw(arrays(float, n, elements=st.sampled_from([0, 1])))
    return H, W, G, U, y, k, T, rows, kind, n, d, e, v, m


gradient_gap_float32 = implementation(
    "contracts.bindings.kd_linear_loss:gradient_gap", arrays="torch", dtype="float32"
)


loss_gap = implementation("contracts.bindings.kd_linear_loss:loss_gap", arrays="torch")


loss_gap_float32 = implementation(
    "contracts.bindings.kd_linear_loss:loss_gap", arrays="torch", dtype="float32"
)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases())
def test_ft_kll_001(case):
    """A masked token counts nowhere

    If it fails: Masked tokens are in the sum or in the count. Look at how valid tokens are
    picked.
    """
    T, v, alpha, H, W, G, U, y, k, rows, _n, _d, _e = case
    assume(sum(k) >= 1)
    assert close(
        linear_loss(H, W, G, U, y, k, T, alpha, rows),
        linear_loss(H, W, G, U, (y + 1) * (1 - k) % v + y * k, k, T, alpha, rows),
        absolute=1e-10,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases())
def test_ft_kll_001_float32(case):
    """A masked token counts nowhere

    If it fails: Masked tokens are in the sum or in the count. Look at how valid tokens are
    picked.
    """
    T, v, alpha, H, W, G, U, y, k, rows, _n, _d, _e = rounded("float32", *case)
    assume(sum(k) >= 1)
    assert close(
        linear_loss_float32(H, W, G, U, y, k, T, alpha, rows),
        linear_loss_float32(H, W, G, U, (y + 1) * (1 - k) % v + y * k, k, T, alpha, rows),
        absolute=1e-06,
        relative=1e-06,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_2())
def test_ft_kll_002(case):
    """A chunk that is larger than the batch is the batch

    If it fails: The last, short chunk is read or weighed wrongly. Look at the ends of the walk.
    """
    T, _v, alpha, H, W, G, U, y, k, _n, _d, _e = case
    assume(sum(k) >= 1)
    assert close(
        linear_loss(H, W, G, U, y, k, T, alpha, 8),
        linear_loss(H, W, G, U, y, k, T, alpha, 1000),
        absolute=1e-11,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_2())
def test_ft_kll_002_float32(case):
    """A chunk that is larger than the batch is the batch

    If it fails: The last, short chunk is read or weighed wrongly. Look at the ends of the walk.
    """
    T, _v, alpha, H, W, G, U, y, k, _n, _d, _e = rounded("float32", *case)
    assume(sum(k) >= 1)
    assert close(
        linear_loss_float32(H, W, G, U, y, k, T, alpha, 8),
        linear_loss_float32(H, W, G, U, y, k, T, alpha, 1000),
        absolute=1e-06,
        relative=1e-06,
    )


@pytest.mark.experiment
@settings(max_examples=4, deadline=None, derandomize=True, phases=DRAW)
@given(
    mode=st.sampled_from(["dense", "chunked"]), kind=st.sampled_from(["forward_kl", "reverse_kl"])
)
def test_ft_kll_003(bench, mode, kind):
    """A run trains on the loss that was asked for, and says so

    If it fails: The training step ignores the choice, or the two ways compute different
    numbers.
    """
    seen = bench.run(
        "distill",
        environment={"APR_DISTILL_MAX_STEPS": "3"},
        configuration={"distillation": {"divergence": "{kind}"}, "training": {"loss": "{mode}"}},
        mode=mode,
        kind=kind,
    )
    seen.define(step='output["metrics.jsonl"].json[2]')
    seen.expect(
        "exit_code = 0",
        'count(matches(stdout, "^loss. ")) = 1',
        'capture(stdout, "^loss. (\\\\w+)") = mode',
        "abs(step.total - (0.7 * step.kd + 0.3 * step.ce)) <= 1e-5",
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_3())
def test_ft_kll_004(case):
    """A student that copies the teacher pays nothing for distillation

    If it fails: The teacher's states meet the student's head, or the other way round.
    """
    T, _v, H, W, y, k, rows, _n, _d = case
    assume(sum(k) >= 1)
    assert close(linear_loss(H, W, H, W, y, k, T, 1.0, rows) / max(1, T**2), 0, absolute=1e-11)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_3())
def test_ft_kll_004_float32(case):
    """A student that copies the teacher pays nothing for distillation

    If it fails: The teacher's states meet the student's head, or the other way round.
    """
    T, _v, H, W, y, k, rows, _n, _d = rounded("float32", *case)
    assume(sum(k) >= 1)
    assert close(
        linear_loss_float32(H, W, H, W, y, k, T, 1.0, rows) / max(1, T**2), 0, absolute=1e-06
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_4())
def test_linear_loss_equals_formula(case):
    """linear_loss(H, W, G, U, y, k, T, alpha, rows) = (Σ_{i=0}^{n-1} k_i * token_loss(W @ H[i, :],
    U @ G[i, :], y_i, T, alpha)) / sum(k)
    """
    H, W, G, U, y, k, T, alpha, rows, n, d, e, v = case
    assume(sum(k) >= 1)
    assert holds(
        "implementation(H, W, G, U, y, k, T, alpha, rows) = linear_loss(H, W, G, U, y, k, T, alpha, rows)",
        {
            "H": H,
            "W": W,
            "G": G,
            "U": U,
            "y": y,
            "k": k,
            "T": T,
            "alpha": alpha,
            "rows": rows,
            "n": n,
            "d": d,
            "e": e,
            "v": v,
            "implementation": linear_loss,
        },
        where=[
            "linear_loss(H, W, G, U, y, k, T, alpha, rows) = Σ_{i in 0..n - 1}(k_{i} * token_loss(W @ H[i, :], U @ G[i, :], y_{i}, T, alpha)) / sum(k)",
            "softened(z, T) = exp(z / T - max(z / T)) / sum(exp(z / T - max(z / T)))",
            "token_loss(s, t, label, T, alpha) = alpha * T ^ 2 * sum(p * (log(p) - log(q))) - (1 - alpha) * log(softened(s, 1)[label]) where p = softened(t, T), q = softened(s, T)",
        ],
        absolute=1e-09,
        relative=1e-07,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_4())
def test_linear_loss_equals_formula_float32(case):
    """linear_loss(H, W, G, U, y, k, T, alpha, rows) = (Σ_{i=0}^{n-1} k_i * token_loss(W @ H[i, :],
    U @ G[i, :], y_i, T, alpha)) / sum(k)
    """
    H, W, G, U, y, k, T, alpha, rows, n, d, e, v = rounded("float32", *case)
    assume(sum(k) >= 1)
    assert holds(
        "implementation(H, W, G, U, y, k, T, alpha, rows) = linear_loss(H, W, G, U, y, k, T, alpha, rows)",
        {
            "H": H,
            "W": W,
            "G": G,
            "U": U,
            "y": y,
            "k": k,
            "T": T,
            "alpha": alpha,
            "rows": rows,
            "n": n,
            "d": d,
            "e": e,
            "v": v,
            "implementation": linear_loss_float32,
        },
        where=[
            "linear_loss(H, W, G, U, y, k, T, alpha, rows) = Σ_{i in 0..n - 1}(k_{i} * token_loss(W @ H[i, :], U @ G[i, :], y_{i}, T, alpha)) / sum(k)",
            "softened(z, T) = exp(z / T - max(z / T)) / sum(exp(z / T - max(z / T)))",
            "token_loss(s, t, label, T, alpha) = alpha * T ^ 2 * sum(p * (log(p) - log(q))) - (1 - alpha) * log(softened(s, 1)[label]) where p = softened(t, T), q = softened(s, T)",
        ],
        absolute=1e-05,
        relative=0.0001,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_4())
def test_kll_eqv_001(case):
    """The loss is the mean of the tokens' losses over those that are not masked"""
    H, W, G, U, y, k, T, alpha, rows, n, _d, _e, _v = case
    assume(sum(k) >= 1)
    assert close(
        linear_loss(H, W, G, U, y, k, T, alpha, rows) / max(1, T**2),
        sum(
            k[i] * token_loss(W @ H[i, :], U @ G[i, :], y[i], T, alpha) for i in range(0, n - 1 + 1)
        )
        / np.sum(k)
        / max(1, T**2),
        absolute=1e-10,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_4())
def test_kll_eqv_001_float32(case):
    """The loss is the mean of the tokens' losses over those that are not masked"""
    H, W, G, U, y, k, T, alpha, rows, n, _d, _e, _v = rounded("float32", *case)
    assume(sum(k) >= 1)
    assert close(
        linear_loss_float32(H, W, G, U, y, k, T, alpha, rows) / max(1, T**2),
        sum(
            k[i] * token_loss(W @ H[i, :], U @ G[i, :], y[i], T, alpha) for i in range(0, n - 1 + 1)
        )
        / np.sum(k)
        / max(1, T**2),
        absolute=1e-06,
        relative=1e-06,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_4())
def test_kll_inv_002(case):
    """The size of a chunk changes nothing"""
    H, W, G, U, y, k, T, alpha, rows, _n, _d, _e, _v = case
    assume(sum(k) >= 1)
    assert close(
        linear_loss(H, W, G, U, y, k, T, alpha, rows) / max(1, T**2),
        linear_loss(H, W, G, U, y, k, T, alpha, 1) / max(1, T**2),
        absolute=1e-11,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_4())
def test_kll_inv_002_float32(case):
    """The size of a chunk changes nothing"""
    H, W, G, U, y, k, T, alpha, rows, _n, _d, _e, _v = rounded("float32", *case)
    assume(sum(k) >= 1)
    assert close(
        linear_loss_float32(H, W, G, U, y, k, T, alpha, rows) / max(1, T**2),
        linear_loss_float32(H, W, G, U, y, k, T, alpha, 1) / max(1, T**2),
        absolute=1e-06,
        relative=1e-06,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_5())
def test_kll_eqv_003(case):
    """The gradients are those of the loss of all logits"""
    H, W, G, U, y, k, T, rows, kind, _n, _d, _e, v, m = case
    assume(sum(k) >= 1)
    assume(m >= v)
    assert np.all(gradient_gap(H, W, G, U, y, k, T, kind, rows) <= 1e-11)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_5())
def test_kll_eqv_003_float32(case):
    """The gradients are those of the loss of all logits"""
    H, W, G, U, y, k, T, rows, kind, _n, _d, _e, v, m = rounded("float32", *case)
    assume(sum(k) >= 1)
    assume(m >= v)
    assert np.all(gradient_gap_float32(H, W, G, U, y, k, T, kind, rows) <= 1e-06)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_5())
def test_kll_eqv_004(case):
    """The loss and its terms are those of all logits, under every divergence"""
    H, W, G, U, y, k, T, rows, kind, _n, _d, _e, v, m = case
    assume(sum(k) >= 1)
    assume(m >= v)
    assert np.all(loss_gap(H, W, G, U, y, k, T, kind, rows) <= 1e-11)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_5())
def test_kll_eqv_004_float32(case):
    """The loss and its terms are those of all logits, under every divergence"""
    H, W, G, U, y, k, T, rows, kind, _n, _d, _e, v, m = rounded("float32", *case)
    assume(sum(k) >= 1)
    assume(m >= v)
    assert np.all(loss_gap_float32(H, W, G, U, y, k, T, kind, rows) <= 1e-06)
