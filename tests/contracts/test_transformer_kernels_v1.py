"""Checks of transformer-kernels-v1, by `pv generate`: change the contract, not this.

Made from f1616e8d83c447c04841e1ca3ce7b8c2db7d244c2c5edb4ce89cb91025c816f3.
"""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from contracts.bindings.kernels import gelu, silu
from pv.testing import (
    at_most,
    close,
    holds,
    implementations,
    rounded,
)

TYPES = ("float64", "float32")
log_softmax = implementations(
    "torch.nn.functional:log_softmax", arrays="torch", keywords={"dim": -1}, dtypes=TYPES
)
scaled_dot_product_attention = implementations(
    "torch.nn.functional:scaled_dot_product_attention", arrays="torch", dtypes=TYPES
)
softmax = implementations(
    "torch.nn.functional:softmax", arrays="torch", keywords={"dim": -1}, dtypes=TYPES
)
layer_norm = implementations("contracts.bindings.kernels:layer_norm", arrays="torch", dtypes=TYPES)
rms_norm = implementations("contracts.bindings.kernels:rms_norm", arrays="torch", dtypes=TYPES)
adamw = implementations("contracts.bindings.kernels:adamw", arrays="torch", dtypes=TYPES)


def softmax_formula(x):
    return np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x)))


def log_softmax_formula(x):
    return x - np.max(x) - np.log(np.sum(np.exp(x - np.max(x))))


def silu_formula(z):
    return z / (1 + math.exp(-z))


def layer_norm_formula(x, eps):
    return (x - np.mean(x)) / np.sqrt(np.var(x) + eps)


def rms_norm_formula(x, eps):
    return x / np.sqrt(np.mean(x**2) + eps)


def adamw_formula(w, g, m, v, t):
    return (1 - 0.001 * 0.01) * w - 0.001 * ((0.9 * m + 0.1 * g) / (1 - 0.9**t)) / (
        np.sqrt((0.999 * v + 0.001 * g**2) / (1 - 0.999**t)) + 1e-08
    )


@st.composite
def cases_of_x_n(draw):
    n = draw(st.integers(1, 32))
    x = draw(arrays(float, n, elements=st.floats(-100, 100)))
    return x, n


@st.composite
def cases_of_Q_K_V_n_m_d_e(draw):
    n = draw(st.integers(1, 6))
    m = draw(st.integers(1, 6))
    d = draw(st.integers(1, 6))
    e = draw(st.integers(1, 6))
    Q = draw(arrays(float, (n, d), elements=st.floats(-5, 5)))
    K = draw(arrays(float, (m, d), elements=st.floats(-5, 5)))
    V = draw(arrays(float, (m, e), elements=st.floats(-5, 5)))
    return Q, K, V, n, m, d, e


@st.composite
def cases_of_x_n_c(draw):
    n = draw(st.integers(1, 32))
    c = draw(st.floats(-100, 100))
    x = draw(arrays(float, n, elements=st.floats(-100, 100)))
    return x, n, c


@st.composite
def cases_of_x_eps_n(draw):
    eps = draw(st.floats(1e-05, 0.1))
    n = draw(st.integers(1, 32))
    x = draw(arrays(float, n, elements=st.floats(-50, 50)))
    return x, eps, n


@st.composite
def cases_of_w_g_m_v_t_n(draw):
    t = draw(st.integers(1, 1000))
    n = draw(st.integers(1, 8))
    w = draw(arrays(float, n, elements=st.floats(-10, 10)))
    g = draw(arrays(float, n, elements=st.floats(-10, 10)))
    m = draw(arrays(float, n, elements=st.floats(-1, 1)))
    v = draw(arrays(float, n, elements=st.floats(0.01, 1)))
    return w, g, m, v, t, n


@st.composite
def cases_of_x_eps_n_c(draw):
    eps = draw(st.floats(1e-05, 0.1))
    n = draw(st.integers(1, 32))
    c = draw(st.floats(-50, 50))
    x = draw(arrays(float, n, elements=st.floats(-50, 50)))
    return x, eps, n, c


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_x_n())
def test_ft_tfk_001(dtype, allowed, case):
    """A common offset of the logits is invisible to the loss

    If it fails: The largest logit is not taken out. Look at how the sum of powers is kept in
    range.
    """
    x, _n = rounded(dtype, *case)
    assert close(log_softmax[dtype](x + 3), log_softmax[dtype](x), **allowed)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(z=st.floats(-5, 5))
def test_ft_tfk_002(z):
    """Far to the right GELU passes everything

    If it fails: Another function stands where the normal distribution should. Look at its
    scale.
    """
    assume(z > 4)
    assert gelu(z) > 0.9999 * z


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_Q_K_V_n_m_d_e())
def test_ft_tfk_003(dtype, allowed, case):
    """A mean of nothing is nothing

    If it fails: Something is added to the values. Look for a bias.
    """
    Q, K, V, _n, _m, _d, _e = rounded(dtype, *case)
    assert close(np.max(abs(scaled_dot_product_attention[dtype](Q, K, 0 * V))), 0, **allowed)


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_x_n())
def test_softmax_invariant_1(dtype, allowed, case):
    """sum(softmax(x)) = 1"""
    x, _n = rounded(dtype, *case)
    assert close(np.sum(softmax[dtype](x)), 1, **allowed)


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_x_n_c())
def test_softmax_invariant_2(dtype, allowed, case):
    """softmax(x + c) = softmax(x)"""
    x, _n, c = rounded(dtype, *case)
    assert close(softmax[dtype](x + c), softmax[dtype](x), **allowed)


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_x_n())
def test_softmax_invariant_3(dtype, allowed, case):
    """x_i > x_j ⟹ softmax(x)_i ≥ softmax(x)_j for all i, j"""
    x, n = rounded(dtype, *case)
    assert holds(
        "forall i, j: x_{i} > x_{j} implies softmax(x)_{i} >= softmax(x)_{j}",
        {"x": x, "n": n, "softmax": softmax[dtype]},
        **allowed,
    )


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_x_n())
def test_softmax_codomain(dtype, allowed, case):
    """softmax(x) ∈ [0, 1]^n"""
    x, n = rounded(dtype, *case)
    assert holds("softmax(x) in [0, 1] ^ n", {"x": x, "n": n, "softmax": softmax[dtype]}, **allowed)


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_x_n())
def test_log_softmax_invariant_1(dtype, allowed, case):
    """exp(log_softmax(x)) = softmax(x)"""
    x, _n = rounded(dtype, *case)
    assert close(np.exp(log_softmax[dtype](x)), softmax[dtype](x), **allowed)


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_x_n())
def test_log_softmax_invariant_2(dtype, allowed, case):
    """log_softmax(x)_i ≤ 0.00001 for all i"""
    x, n = rounded(dtype, *case)
    assert holds(
        "forall i: log_softmax(x)_{i} <= 1e-05",
        {"x": x, "n": n, "log_softmax": log_softmax[dtype]},
        **allowed,
    )


@settings(deadline=None)
@given(z=st.floats(-80, 80))
def test_silu_invariant_1(z):
    """silu(z) - silu(-z) = z"""
    assert close(silu(z) - silu(-z), z, absolute=1e-09, relative=1e-07)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(z=st.floats(-80, 80))
def test_silu_invariant_2(z):
    """z ≥ 0 ⟹ silu(z) ≤ z"""
    assume(z >= 0)
    assert at_most(silu(z), z, absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(z=st.floats(-80, 80))
def test_silu_codomain(z):
    """silu(z) ∈ [-0.2785, 80]"""
    assert -0.2785 <= silu(z) <= 80


@settings(deadline=None)
@given(z=st.floats(-5, 5))
def test_gelu_invariant_1(z):
    """gelu(z) - gelu(-z) = z"""
    assert close(gelu(z) - gelu(-z), z, absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(z=st.floats(-5, 5))
def test_gelu_codomain(z):
    """gelu(z) ∈ [-0.17, 5]"""
    assert -0.17 <= gelu(z) <= 5


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_x_eps_n())
def test_layer_norm_invariant_1(dtype, allowed, case):
    """var(layer_norm(x, eps)) ≤ 1.0001"""
    x, eps, _n = rounded(dtype, *case)
    assert at_most(np.var(layer_norm[dtype](x, eps)), 1.0001, **allowed)


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_x_eps_n())
def test_rms_norm_invariant_1(dtype, allowed, case):
    """mean(rms_norm(x, eps)^2) ≤ 1.0001"""
    x, eps, _n = rounded(dtype, *case)
    assert at_most(np.mean(rms_norm[dtype](x, eps) ** 2), 1.0001, **allowed)


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_x_eps_n())
def test_rms_norm_invariant_2(dtype, allowed, case):
    """rms_norm(-x, eps) = -rms_norm(x, eps)"""
    x, eps, _n = rounded(dtype, *case)
    assert close(rms_norm[dtype](-x, eps), -rms_norm[dtype](x, eps), **allowed)


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_Q_K_V_n_m_d_e())
def test_attention_invariant_1(dtype, allowed, case):
    """max(attention(Q, K, V)) ≤ max(V) + 0.0001"""
    Q, K, V, _n, _m, _d, _e = rounded(dtype, *case)
    assert at_most(
        np.max(scaled_dot_product_attention[dtype](Q, K, V)), np.max(V) + 0.0001, **allowed
    )


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_Q_K_V_n_m_d_e())
def test_attention_invariant_2(dtype, allowed, case):
    """min(attention(Q, K, V)) ≥ min(V) - 0.0001"""
    Q, K, V, _n, _m, _d, _e = rounded(dtype, *case)
    assert at_most(
        np.min(V) - 0.0001, np.min(scaled_dot_product_attention[dtype](Q, K, V)), **allowed
    )


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_Q_K_V_n_m_d_e())
def test_attention_invariant_3(dtype, allowed, case):
    """attention(Q, K, 2 * V) = 2 * attention(Q, K, V)"""
    Q, K, V, _n, _m, _d, _e = rounded(dtype, *case)
    assert close(
        scaled_dot_product_attention[dtype](Q, K, 2 * V),
        2 * scaled_dot_product_attention[dtype](Q, K, V),
        **allowed,
    )


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_Q_K_V_n_m_d_e())
def test_attention_invariant_4(dtype, allowed, case):
    """attention(0 * Q, K, V)[0, 0] = sum(V[:, 0]) / m"""
    Q, K, V, _n, m, _d, _e = rounded(dtype, *case)
    assert close(
        scaled_dot_product_attention[dtype](0 * Q, K, V)[0, 0], np.sum(V[:, 0]) / m, **allowed
    )


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_w_g_m_v_t_n())
def test_adamw_invariant_1(dtype, allowed, case):
    """adamw(w, 0 * g, 0 * m, v, t) = (1 - 0.001 * 0.01) * w"""
    w, g, m, v, t, _n = rounded(dtype, *case)
    assert close(adamw[dtype](w, 0 * g, 0 * m, v, t), (1 - 0.001 * 0.01) * w, **allowed)


@settings(deadline=None)
@given(cases_of_x_n())
def test_softmax_equals_formula(case):
    """softmax(x) = exp(x - max(x)) / sum(exp(x - max(x)))"""
    x, _n = case
    assert close(softmax["float64"](x), softmax_formula(x), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(cases_of_x_n())
def test_log_softmax_equals_formula(case):
    """log_softmax(x) = x - max(x) - log(sum(exp(x - max(x))))"""
    x, _n = case
    assert close(log_softmax["float64"](x), log_softmax_formula(x), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(z=st.floats(-80, 80))
def test_silu_equals_formula(z):
    """silu(z) = z / (1 + exp(-z))"""
    assert close(silu(z), silu_formula(z), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(z=st.floats(-5, 5))
def test_gelu_equals_formula(z):
    """gelu(z) = z * Phi(z)"""
    assert holds(
        "implementation(z) = gelu(z)",
        {"z": z, "implementation": gelu},
        where=["gelu(z) = z * Phi(z)"],
        absolute=1e-09,
        relative=1e-07,
    )


@settings(deadline=None)
@given(cases_of_x_eps_n())
def test_layer_norm_equals_formula(case):
    """layer_norm(x, eps) = (x - mean(x)) / sqrt(var(x) + eps)"""
    x, eps, _n = case
    assert close(
        layer_norm["float64"](x, eps), layer_norm_formula(x, eps), absolute=1e-09, relative=1e-07
    )


@settings(deadline=None)
@given(cases_of_x_eps_n())
def test_rms_norm_equals_formula(case):
    """rms_norm(x, eps) = x / sqrt(mean(x^2) + eps)"""
    x, eps, _n = case
    assert close(
        rms_norm["float64"](x, eps), rms_norm_formula(x, eps), absolute=1e-09, relative=1e-07
    )


@settings(deadline=None)
@given(cases_of_w_g_m_v_t_n())
def test_adamw_equals_formula(case):
    """adamw(w, g, m, v, t) = (1 - 0.001 * 0.01) * w - 0.001 * ((0.9 * m + 0.1 * g) / (1 - 0.9^t))
    / (sqrt((0.999 * v + 0.001 * g^2) / (1 - 0.999^t)) + 0.00000001)
    """
    w, g, m, v, t, _n = case
    assert close(
        adamw["float64"](w, g, m, v, t),
        adamw_formula(w, g, m, v, t),
        absolute=1e-09,
        relative=1e-07,
    )


@settings(deadline=None)
@given(cases_of_x_n())
def test_softmax_equals_formula_float32(case):
    """softmax(x) = exp(x - max(x)) / sum(exp(x - max(x)))"""
    x, _n = rounded("float32", *case)
    assert close(softmax["float32"](x), softmax_formula(x), absolute=1e-05, relative=0.0001)


@settings(deadline=None)
@given(cases_of_x_n())
def test_log_softmax_equals_formula_float32(case):
    """log_softmax(x) = x - max(x) - log(sum(exp(x - max(x))))"""
    x, _n = rounded("float32", *case)
    assert close(log_softmax["float32"](x), log_softmax_formula(x), absolute=1e-05, relative=0.0001)


@settings(deadline=None)
@given(cases_of_x_eps_n())
def test_layer_norm_equals_formula_float32(case):
    """layer_norm(x, eps) = (x - mean(x)) / sqrt(var(x) + eps)"""
    x, eps, _n = rounded("float32", *case)
    assert close(
        layer_norm["float32"](x, eps), layer_norm_formula(x, eps), absolute=1e-05, relative=0.0001
    )


@settings(deadline=None)
@given(cases_of_x_eps_n())
def test_rms_norm_equals_formula_float32(case):
    """rms_norm(x, eps) = x / sqrt(mean(x^2) + eps)"""
    x, eps, _n = rounded("float32", *case)
    assert close(
        rms_norm["float32"](x, eps), rms_norm_formula(x, eps), absolute=1e-05, relative=0.0001
    )


@settings(deadline=None)
@given(cases_of_w_g_m_v_t_n())
def test_adamw_equals_formula_float32(case):
    """adamw(w, g, m, v, t) = (1 - 0.001 * 0.01) * w - 0.001 * ((0.9 * m + 0.1 * g) / (1 - 0.9^t))
    / (sqrt((0.999 * v + 0.001 * g^2) / (1 - 0.999^t)) + 0.00000001)
    """
    w, g, m, v, t, _n = rounded("float32", *case)
    assert close(
        adamw["float32"](w, g, m, v, t),
        adamw_formula(w, g, m, v, t),
        absolute=1e-05,
        relative=0.0001,
    )


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_x_n())
def test_tfk_eqv_001(dtype, allowed, case):
    """The loss of the right token is its negative log probability"""
    x, _n = rounded(dtype, *case)
    assert close(
        -log_softmax[dtype](x), np.log(np.sum(np.exp(x - np.max(x)))) - (x - np.max(x)), **allowed
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(z=st.floats(-5, 5))
def test_tfk_mon_002(z):
    """Where its argument is positive, GELU never falls"""
    assume(z > 0)
    assert at_most(gelu(z), gelu(z + 0.01), absolute=1e-09, relative=1e-07)


@pytest.mark.parametrize(
    ("dtype", "allowed"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
@settings(deadline=None)
@given(cases_of_Q_K_V_n_m_d_e())
def test_tfk_bnd_003(dtype, allowed, case):
    """Attention is a mean of values, so it stays among them"""
    Q, K, V, _n, _m, _d, _e = rounded(dtype, *case)
    assert at_most(
        abs(scaled_dot_product_attention[dtype](Q, K, V)), np.max(abs(V)) + 0.0001, **allowed
    )


@settings(deadline=None)
@given(cases_of_x_eps_n())
def test_tfk_bnd_004(case):
    """The mean is taken out; float32 keeps 50 to 4e-6, and sqrt(eps) may divide by 0.003"""
    x, eps, _n = case
    assert at_most(abs(np.mean(layer_norm["float64"](x, eps))), 1e-09, absolute=1e-09)


@settings(deadline=None)
@given(cases_of_x_eps_n())
def test_tfk_bnd_004_float32(case):
    """The mean is taken out; float32 keeps 50 to 4e-6, and sqrt(eps) may divide by 0.003"""
    x, eps, _n = rounded("float32", *case)
    assert at_most(abs(np.mean(layer_norm["float32"](x, eps))), 0.01, absolute=0.01)


@pytest.mark.parametrize(
    ("dtype", "allowed"), [("float64", {"absolute": 1e-09}), ("float32", {"absolute": 0.01})]
)
@settings(deadline=None)
@given(cases_of_x_eps_n_c())
def test_tfk_sym_005(dtype, allowed, case):
    """A common offset is invisible, up to what the type of numbers keeps of it"""
    x, eps, _n, c = rounded(dtype, *case)
    assert close(layer_norm[dtype](x + c, eps), layer_norm[dtype](x, eps), **allowed)
