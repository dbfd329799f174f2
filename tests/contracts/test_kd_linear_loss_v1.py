"""Checks of kd-linear-loss-v1, by `pv generate`: change the contract, not this.

Made from 4b261535c8c95de1008c5cbc7c0d1bc51db6628aa71f8228fb552d3df567ce8d.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pv.testing import (
    Bench,
    at_most,
    close,
    holds,
    implementations,
    rounded,
)

DRAW = [Phase.explicit, Phase.generate]  # shrinking would run the system again and again


@pytest.fixture(scope="module")
def bench():
    """Run the systems of trainer."""
    with Bench("contracts/bindings/trainer.yaml") as opened:
        yield opened


TYPES = ("float64", "float32")
linear_loss = implementations(
    "contracts.bindings.kd_linear_loss:linear_loss", arrays="torch", dtypes=TYPES
)
gradient_gap = implementations(
    "contracts.bindings.kd_linear_loss:gradient_gap", arrays="torch", dtypes=TYPES
)
loss_gap = implementations(
    "contracts.bindings.kd_linear_loss:loss_gap", arrays="torch", dtypes=TYPES
)


def token_loss(s, t, label, T, alpha):
    p = softened(t, T)
    q = softened(s, T)
    return alpha * T**2 * np.sum(p * (np.log(p) - np.log(q))) - (1 - alpha) * np.log(
        softened(s, 1)[label]
    )


def softened(z, T):
    return np.exp(z / T - np.max(z / T)) / np.sum(np.exp(z / T - np.max(z / T)))


@st.composite
def cases_of_T_v_alpha_H_W_G_U_y_k_rows_n_d_e(draw):
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


@st.composite
def cases_of_T_v_alpha_H_W_G_U_y_k_n_d_e(draw):
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
def cases_of_T_v_H_W_y_k_rows_n_d(draw):
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


@st.composite
def cases_of_H_W_G_U_y_k_T_alpha_rows_n_d_e_v(draw):
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


@st.composite
def cases_of_H_W_G_U_y_k_T_rows_kind_n_d_e_v_m(draw):
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


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [("float64", {"absolute": 1e-10}), ("float32", {"absolute": 1e-06, "relative": 1e-06})],
)
@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_T_v_alpha_H_W_G_U_y_k_rows_n_d_e())
def test_ft_kll_001(dtype, allowed, case):
    """A masked token counts nowhere

    If it fails: Masked tokens are in the sum or in the count. Look at how valid tokens are
    picked.
    """
    T, v, alpha, H, W, G, U, y, k, rows, _n, _d, _e = rounded(dtype, *case)
    assume(sum(k) >= 1)
    assert close(
        linear_loss[dtype](H, W, G, U, y, k, T, alpha, rows),
        linear_loss[dtype](H, W, G, U, (y + 1) * (1 - k) % v + y * k, k, T, alpha, rows),
        **allowed,
    )


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [("float64", {"absolute": 1e-11}), ("float32", {"absolute": 1e-06, "relative": 1e-06})],
)
@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_T_v_alpha_H_W_G_U_y_k_n_d_e())
def test_ft_kll_002(dtype, allowed, case):
    """A chunk that is larger than the batch is the batch

    If it fails: The last, short chunk is read or weighed wrongly. Look at the ends of the walk.
    """
    T, _v, alpha, H, W, G, U, y, k, _n, _d, _e = rounded(dtype, *case)
    assume(sum(k) >= 1)
    assert close(
        linear_loss[dtype](H, W, G, U, y, k, T, alpha, 8),
        linear_loss[dtype](H, W, G, U, y, k, T, alpha, 1000),
        **allowed,
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


@pytest.mark.parametrize(
    ("dtype", "allowed"), [("float64", {"absolute": 1e-11}), ("float32", {"absolute": 1e-06})]
)
@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_T_v_H_W_y_k_rows_n_d())
def test_ft_kll_004(dtype, allowed, case):
    """A student that copies the teacher pays nothing for distillation

    If it fails: The teacher's states meet the student's head, or the other way round.
    """
    T, _v, H, W, y, k, rows, _n, _d = rounded(dtype, *case)
    assume(sum(k) >= 1)
    assert close(linear_loss[dtype](H, W, H, W, y, k, T, 1.0, rows) / max(1, T**2), 0, **allowed)


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_H_W_G_U_y_k_T_alpha_rows_n_d_e_v())
def test_linear_loss_equals_formula(dtype, allowed, case):
    """linear_loss(H, W, G, U, y, k, T, alpha, rows) = (Σ_{i=0}^{n-1} k_i * token_loss(W @ H[i, :],
    U @ G[i, :], y_i, T, alpha)) / sum(k)
    """
    H, W, G, U, y, k, T, alpha, rows, n, d, e, v = rounded(dtype, *case)
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
            "implementation": linear_loss[dtype],
        },
        where=[
            "linear_loss(H, W, G, U, y, k, T, alpha, rows) = Σ_{i in 0..n - 1}(k_{i} * token_loss(W @ H[i, :], U @ G[i, :], y_{i}, T, alpha)) / sum(k)",
            "softened(z, T) = exp(z / T - max(z / T)) / sum(exp(z / T - max(z / T)))",
            "token_loss(s, t, label, T, alpha) = alpha * T ^ 2 * sum(p * (log(p) - log(q))) - (1 - alpha) * log(softened(s, 1)[label]) where p = softened(t, T), q = softened(s, T)",
        ],
        **allowed,
    )


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [("float64", {"absolute": 1e-10}), ("float32", {"absolute": 1e-06, "relative": 1e-06})],
)
@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_H_W_G_U_y_k_T_alpha_rows_n_d_e_v())
def test_kll_eqv_001(dtype, allowed, case):
    """The loss is the mean of the tokens' losses over those that are not masked"""
    H, W, G, U, y, k, T, alpha, rows, n, _d, _e, _v = rounded(dtype, *case)
    assume(sum(k) >= 1)
    assert close(
        linear_loss[dtype](H, W, G, U, y, k, T, alpha, rows) / max(1, T**2),
        sum(
            k[i] * token_loss(W @ H[i, :], U @ G[i, :], y[i], T, alpha) for i in range(0, n - 1 + 1)
        )
        / np.sum(k)
        / max(1, T**2),
        **allowed,
    )


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [("float64", {"absolute": 1e-11}), ("float32", {"absolute": 1e-06, "relative": 1e-06})],
)
@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_H_W_G_U_y_k_T_alpha_rows_n_d_e_v())
def test_kll_inv_002(dtype, allowed, case):
    """The size of a chunk changes nothing"""
    H, W, G, U, y, k, T, alpha, rows, _n, _d, _e, _v = rounded(dtype, *case)
    assume(sum(k) >= 1)
    assert close(
        linear_loss[dtype](H, W, G, U, y, k, T, alpha, rows) / max(1, T**2),
        linear_loss[dtype](H, W, G, U, y, k, T, alpha, 1) / max(1, T**2),
        **allowed,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_H_W_G_U_y_k_T_rows_kind_n_d_e_v_m())
def test_kll_eqv_003(case):
    """The gradients are those of the loss of all logits"""
    H, W, G, U, y, k, T, rows, kind, _n, _d, _e, v, m = case
    assume(sum(k) >= 1)
    assume(m >= v)
    assert at_most(gradient_gap["float64"](H, W, G, U, y, k, T, kind, rows), 1e-11, absolute=1e-11)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_H_W_G_U_y_k_T_rows_kind_n_d_e_v_m())
def test_kll_eqv_003_float32(case):
    """The gradients are those of the loss of all logits"""
    H, W, G, U, y, k, T, rows, kind, _n, _d, _e, v, m = rounded("float32", *case)
    assume(sum(k) >= 1)
    assume(m >= v)
    assert at_most(gradient_gap["float32"](H, W, G, U, y, k, T, kind, rows), 1e-06, absolute=1e-06)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_H_W_G_U_y_k_T_rows_kind_n_d_e_v_m())
def test_kll_eqv_004(case):
    """The loss and its terms are those of all logits, under every divergence"""
    H, W, G, U, y, k, T, rows, kind, _n, _d, _e, v, m = case
    assume(sum(k) >= 1)
    assume(m >= v)
    assert at_most(loss_gap["float64"](H, W, G, U, y, k, T, kind, rows), 1e-11, absolute=1e-11)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_H_W_G_U_y_k_T_rows_kind_n_d_e_v_m())
def test_kll_eqv_004_float32(case):
    """The loss and its terms are those of all logits, under every divergence"""
    H, W, G, U, y, k, T, rows, kind, _n, _d, _e, v, m = rounded("float32", *case)
    assume(sum(k) >= 1)
    assume(m >= v)
    assert at_most(loss_gap["float32"](H, W, G, U, y, k, T, kind, rows), 1e-06, absolute=1e-06)
