"""Checks of transformer-kernels-v1, by `pv generate`: change the contract, not this.

Made from face411f77f49f4fdfd9a5ebd960356198dcd4d4bc92bb6f9d8cf94ccfafd2c4.
"""

import math

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from contracts.bindings.kernels import gelu, silu
from pv.testing import close, holds, implementation, rounded

log_softmax = implementation(
    "torch.nn.functional:log_softmax", arrays="torch", keywords={"dim": -1}
)


@st.composite
def cases(draw):
    n = draw(st.integers(1, 32))
    x = draw(arrays(float, n, elements=st.floats(-100, 100)))
    return x, n


log_softmax_float32 = implementation(
    "torch.nn.functional:log_softmax", arrays="torch", dtype="float32", keywords={"dim": -1}
)


scaled_dot_product_attention = implementation(
    "torch.nn.functional:scaled_dot_product_attention", arrays="torch"
)


@st.composite
def cases_2(draw):
    n = draw(st.integers(1, 6))
    m = draw(st.integers(1, 6))
    d = draw(st.integers(1, 6))
    e = draw(st.integers(1, 6))
    Q = draw(arrays(float, (n, d), elements=st.floats(-5, 5)))
    K = draw(arrays(float, (m, d), elements=st.floats(-5, 5)))
    V = draw(arrays(float, (m, e), elements=st.floats(-5, 5)))
    return Q, K, V, n, m, d, e


scaled_dot_product_attention_float32 = implementation(
    "torch.nn.functional:scaled_dot_product_attention", arrays="torch", dtype="float32"
)


softmax = implementation("torch.nn.functional:softmax", arrays="torch", keywords={"dim": -1})


softmax_float32 = implementation(
    "torch.nn.functional:softmax", arrays="torch", dtype="float32", keywords={"dim": -1}
)


@st.composite
def cases_3(draw):
    n = draw(st.integers(1, 32))
    c = draw(st.floats(-100, 100))
    x = draw(arrays(float, n, elements=st.floats(-100, 100)))
    return x, n, c


layer_norm = implementation("contracts.bindings.kernels:layer_norm", arrays="torch")


@st.composite
def cases_4(draw):
    eps = draw(st.floats(1e-05, 0.1))
    n = draw(st.integers(1, 32))
    x = draw(arrays(float, n, elements=st.floats(-50, 50)))
    return x, eps, n


layer_norm_float32 = implementation(
    "contracts.bindings.kernels:layer_norm", arrays="torch", dtype="float32"
)


@st.composite
def cases_5(draw):
    eps = draw(st.floats(1e-05, 0.1))
    n = draw(st.integers(1, 32))
    c = draw(st.floats(-50, 50))
    x = draw(arrays(float, n, elements=st.floats(-50, 50)))
    return x, eps, n, c


rms_norm = implementation("contracts.bindings.kernels:rms_norm", arrays="torch")


rms_norm_float32 = implementation(
    "contracts.bindings.kernels:rms_norm", arrays="torch", dtype="float32"
)


adamw = implementation("contracts.bindings.kernels:adamw", arrays="torch")


@st.composite
def cases_6(draw):
    t = draw(st.integers(1, 1000))
    n = draw(st.integers(1, 8))
    w = draw(arrays(float, n, elements=st.floats(-10, 10)))
    g = draw(arrays(float, n, elements=st.floats(-10, 10)))
    m = draw(arrays(float, n, elements=st.floats(-1, 1)))
    v = draw(arrays(float, n, elements=st.floats(0.01, 1)))
    return w, g, m, v, t, n


adamw_float32 = implementation("contracts.bindings.kernels:adamw", arrays="torch", dtype="float32")


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


@settings(deadline=None)
@given(cases())
def test_ft_tfk_001(case):
    """A common offset of the logits is invisible to the loss

    If it fails: The largest logit is not taken out. Look at how the sum of powers is kept in
    range.
    """
    x, _n = case
    assert close(log_softmax(x + 3), log_softmax(x), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(cases())
def test_ft_tfk_001_float32(case):
    """A common offset of the logits is invisible to the loss

    If it fails: The largest logit is not taken out. Look at how the sum of powers is kept in
    range.
    """
    x, _n = rounded("float32", *case)
    assert close(
        log_softmax_float32(x + 3), log_softmax_float32(x), absolute=1e-05, relative=0.0001
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(z=st.floats(-5, 5))
def test_ft_tfk_002(z):
    """Far to the right GELU passes everything

    If it fails: Another function stands where the normal distribution should. Look at its
    scale.
    """
    assume(z > 4)
    assert gelu(z) > 0.9999 * z


@settings(deadline=None)
@given(cases_2())
def test_ft_tfk_003(case):
    """A mean of nothing is nothing

    If it fails: Something is added to the values. Look for a bias.
    """
    Q, K, V, _n, _m, _d, _e = case
    assert close(
        np.max(abs(scaled_dot_product_attention(Q, K, 0 * V))), 0, absolute=1e-09, relative=1e-07
    )


@settings(deadline=None)
@given(cases_2())
def test_ft_tfk_003_float32(case):
    """A mean of nothing is nothing

    If it fails: Something is added to the values. Look for a bias.
    """
    Q, K, V, _n, _m, _d, _e = rounded("float32", *case)
    assert close(
        np.max(abs(scaled_dot_product_attention_float32(Q, K, 0 * V))),
        0,
        absolute=1e-05,
        relative=0.0001,
    )


@settings(deadline=None)
@given(cases())
def test_softmax_invariant_1(case):
    """sum(softmax(x)) = 1"""
    x, _n = case
    assert close(np.sum(softmax(x)), 1, absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(cases())
def test_softmax_invariant_1_float32(case):
    """sum(softmax(x)) = 1"""
    x, _n = rounded("float32", *case)
    assert close(np.sum(softmax_float32(x)), 1, absolute=1e-05, relative=0.0001)


@settings(deadline=None)
@given(cases_3())
def test_softmax_invariant_2(case):
    """softmax(x + c) = softmax(x)"""
    x, _n, c = case
    assert close(softmax(x + c), softmax(x), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(cases_3())
def test_softmax_invariant_2_float32(case):
    """softmax(x + c) = softmax(x)"""
    x, _n, c = rounded("float32", *case)
    assert close(softmax_float32(x + c), softmax_float32(x), absolute=1e-05, relative=0.0001)


@settings(deadline=None)
@given(cases())
def test_softmax_invariant_3(case):
    """x_i > x_j ⟹ softmax(x)_i ≥ softmax(x)_j for all i, j"""
    x, n = case
    assert holds(
        "forall i, j: x_{i} > x_{j} implies softmax(x)_{i} >= softmax(x)_{j}",
        {"x": x, "n": n, "softmax": softmax},
        absolute=1e-09,
        relative=1e-07,
    )


@settings(deadline=None)
@given(cases())
def test_softmax_invariant_3_float32(case):
    """x_i > x_j ⟹ softmax(x)_i ≥ softmax(x)_j for all i, j"""
    x, n = rounded("float32", *case)
    assert holds(
        "forall i, j: x_{i} > x_{j} implies softmax(x)_{i} >= softmax(x)_{j}",
        {"x": x, "n": n, "softmax": softmax_float32},
        absolute=1e-05,
        relative=0.0001,
    )


@settings(deadline=None)
@given(cases())
def test_softmax_codomain(case):
    """softmax(x) ∈ [0, 1]^n"""
    x, n = case
    assert holds(
        "softmax(x) in [0, 1] ^ n",
        {"x": x, "n": n, "softmax": softmax},
        absolute=1e-09,
        relative=1e-07,
    )


@settings(deadline=None)
@given(cases())
def test_softmax_codomain_float32(case):
    """softmax(x) ∈ [0, 1]^n"""
    x, n = rounded("float32", *case)
    assert holds(
        "softmax(x) in [0, 1] ^ n",
        {"x": x, "n": n, "softmax": softmax_float32},
        absolute=1e-05,
        relative=0.0001,
    )


@settings(deadline=None)
@given(cases())
def test_log_softmax_invariant_1(case):
    """exp(log_softmax(x)) = softmax(x)"""
    x, _n = case
    assert close(np.exp(log_softmax(x)), softmax(x), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(cases())
def test_log_softmax_invariant_1_float32(case):
    """exp(log_softmax(x)) = softmax(x)"""
    x, _n = rounded("float32", *case)
    assert close(
        np.exp(log_softmax_float32(x)), softmax_float32(x), absolute=1e-05, relative=0.0001
    )


@settings(deadline=None)
@given(cases())
def test_log_softmax_invariant_2(case):
    """log_softmax(x)_i ≤ 0.00001 for all i"""
    x, n = case
    assert holds(
        "forall i: log_softmax(x)_{i} <= 1e-05",
        {"x": x, "n": n, "log_softmax": log_softmax},
        absolute=1e-09,
        relative=1e-07,
    )


@settings(deadline=None)
@given(cases())
def test_log_softmax_invariant_2_float32(case):
    """log_softmax(x)_i ≤ 0.00001 for all i"""
    x, n = rounded("float32", *case)
    assert holds(
        "forall i: log_softmax(x)_{i} <= 1e-05",
        {"x": x, "n": n, "log_softmax": log_softmax_float32},
        absolute=1e-05,
        relative=0.0001,
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
    assert silu(z) <= z


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


@settings(deadline=None)
@given(cases_4())
def test_layer_norm_invariant_1(case):
    """|mean(layer_norm(x, eps))| ≤ 0.0001"""
    x, eps, _n = case
    assert abs(np.mean(layer_norm(x, eps))) <= 0.0001


@settings(deadline=None)
@given(cases_4())
def test_layer_norm_invariant_1_float32(case):
    """|mean(layer_norm(x, eps))| ≤ 0.0001"""
    x, eps, _n = rounded("float32", *case)
    assert abs(np.mean(layer_norm_float32(x, eps))) <= 0.0001


@settings(deadline=None)
@given(cases_4())
def test_layer_norm_invariant_2(case):
    """var(layer_norm(x, eps)) ≤ 1.0001"""
    x, eps, _n = case
    assert np.all(np.var(layer_norm(x, eps)) <= 1.0001)


@settings(deadline=None)
@given(cases_4())
def test_layer_norm_invariant_2_float32(case):
    """var(layer_norm(x, eps)) ≤ 1.0001"""
    x, eps, _n = rounded("float32", *case)
    assert np.all(np.var(layer_norm_float32(x, eps)) <= 1.0001)


@settings(deadline=None)
@given(cases_5())
def test_layer_norm_invariant_3(case):
    """layer_norm(x + c, eps) = layer_norm(x, eps)"""
    x, eps, _n, c = case
    assert close(layer_norm(x + c, eps), layer_norm(x, eps), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(cases_5())
def test_layer_norm_invariant_3_float32(case):
    """layer_norm(x + c, eps) = layer_norm(x, eps)"""
    x, eps, _n, c = rounded("float32", *case)
    assert close(
        layer_norm_float32(x + c, eps), layer_norm_float32(x, eps), absolute=1e-05, relative=0.0001
    )


@settings(deadline=None)
@given(cases_4())
def test_rms_norm_invariant_1(case):
    """mean(rms_norm(x, eps)^2) ≤ 1.0001"""
    x, eps, _n = case
    assert np.mean(rms_norm(x, eps) ** 2) <= 1.0001


@settings(deadline=None)
@given(cases_4())
def test_rms_norm_invariant_1_float32(case):
    """mean(rms_norm(x, eps)^2) ≤ 1.0001"""
    x, eps, _n = rounded("float32", *case)
    assert np.mean(rms_norm_float32(x, eps) ** 2) <= 1.0001


@settings(deadline=None)
@given(cases_4())
def test_rms_norm_invariant_2(case):
    """rms_norm(-x, eps) = -rms_norm(x, eps)"""
    x, eps, _n = case
    assert close(rms_norm(-x, eps), -rms_norm(x, eps), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(cases_4())
def test_rms_norm_invariant_2_float32(case):
    """rms_norm(-x, eps) = -rms_norm(x, eps)"""
    x, eps, _n = rounded("float32", *case)
    assert close(
        rms_norm_float32(-x, eps), -rms_norm_float32(x, eps), absolute=1e-05, relative=0.0001
    )


@settings(deadline=None)
@given(cases_2())
def test_attention_invariant_1(case):
    """max(attention(Q, K, V)) ≤ max(V) + 0.0001"""
    Q, K, V, _n, _m, _d, _e = case
    assert np.max(scaled_dot_product_attention(Q, K, V)) <= np.max(V) + 0.0001


@settings(deadline=None)
@given(cases_2())
def test_attention_invariant_1_float32(case):
    """max(attention(Q, K, V)) ≤ max(V) + 0.0001"""
    Q, K, V, _n, _m, _d, _e = rounded("float32", *case)
    assert np.max(scaled_dot_product_attention_float32(Q, K, V)) <= np.max(V) + 0.0001


@settings(deadline=None)
@given(cases_2())
def test_attention_invariant_2(case):
    """min(attention(Q, K, V)) ≥ min(V) - 0.0001"""
    Q, K, V, _n, _m, _d, _e = case
    assert np.min(scaled_dot_product_attention(Q, K, V)) >= np.min(V) - 0.0001


@settings(deadline=None)
@given(cases_2())
def test_attention_invariant_2_float32(case):
    """min(attention(Q, K, V)) ≥ min(V) - 0.0001"""
    Q, K, V, _n, _m, _d, _e = rounded("float32", *case)
    assert np.min(scaled_dot_product_attention_float32(Q, K, V)) >= np.min(V) - 0.0001


@settings(deadline=None)
@given(cases_2())
def test_attention_invariant_3(case):
    """attention(Q, K, 2 * V) = 2 * attention(Q, K, V)"""
    Q, K, V, _n, _m, _d, _e = case
    assert close(
        scaled_dot_product_attention(Q, K, 2 * V),
        2 * scaled_dot_product_attention(Q, K, V),
        absolute=1e-09,
        relative=1e-07,
    )


@settings(deadline=None)
@given(cases_2())
def test_attention_invariant_3_float32(case):
    """attention(Q, K, 2 * V) = 2 * attention(Q, K, V)"""
    Q, K, V, _n, _m, _d, _e = rounded("float32", *case)
    assert close(
        scaled_dot_product_attention_float32(Q, K, 2 * V),
        2 * scaled_dot_product_attention_float32(Q, K, V),
        absolute=1e-05,
        relative=0.0001,
    )


@settings(deadline=None)
@given(cases_2())
def test_attention_invariant_4(case):
    """attention(0 * Q, K, V)[0, 0] = sum(V[:, 0]) / m"""
    Q, K, V, _n, m, _d, _e = case
    assert close(
        scaled_dot_product_attention(0 * Q, K, V)[0, 0],
        np.sum(V[:, 0]) / m,
        absolute=1e-09,
        relative=1e-07,
    )


@settings(deadline=None)
@given(cases_2())
def test_attention_invariant_4_float32(case):
    """attention(0 * Q, K, V)[0, 0] = sum(V[:, 0]) / m"""
    Q, K, V, _n, m, _d, _e = rounded("float32", *case)
    assert close(
        scaled_dot_product_attention_float32(0 * Q, K, V)[0, 0],
        np.sum(V[:, 0]) / m,
        absolute=1e-05,
        relative=0.0001,
    )


@settings(deadline=None)
@given(cases_6())
def test_adamw_invariant_1(case):
    """adamw(w, 0 * g, 0 * m, v, t) = (1 - 0.001 * 0.01) * w"""
    w, g, m, v, t, _n = case
    assert close(
        adamw(w, 0 * g, 0 * m, v, t), (1 - 0.001 * 0.01) * w, absolute=1e-09, relative=1e-07
    )


@settings(deadline=None)
@given(cases_6())
def test_adamw_invariant_1_float32(case):
    """adamw(w, 0 * g, 0 * m, v, t) = (1 - 0.001 * 0.01) * w"""
    w, g, m, v, t, _n = rounded("float32", *case)
    assert close(
        adamw_float32(w, 0 * g, 0 * m, v, t),
        (1 - 0.001 * 0.01) * w,
        absolute=1e-05,
        relative=0.0001,
    )


@settings(deadline=None)
@given(cases())
def test_softmax_equals_formula(case):
    """softmax(x) = exp(x - max(x)) / sum(exp(x - max(x)))"""
    x, _n = case
    assert close(softmax(x), softmax_formula(x), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(cases())
def test_log_softmax_equals_formula(case):
    """log_softmax(x) = x - max(x) - log(sum(exp(x - max(x))))"""
    x, _n = case
    assert close(log_softmax(x), log_softmax_formula(x), absolute=1e-09, relative=1e-07)


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
@given(cases_4())
def test_layer_norm_equals_formula(case):
    """layer_norm(x, eps) = (x - mean(x)) / sqrt(var(x) + eps)"""
    x, eps, _n = case
    assert close(layer_norm(x, eps), layer_norm_formula(x, eps), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(cases_4())
def test_rms_norm_equals_formula(case):
    """rms_norm(x, eps) = x / sqrt(mean(x^2) + eps)"""
    x, eps, _n = case
    assert close(rms_norm(x, eps), rms_norm_formula(x, eps), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(cases_6())
def test_adamw_equals_formula(case):
    """adamw(w, g, m, v, t) = (1 - 0.001 * 0.01) * w - 0.001 * ((0.9 * m + 0.1 * g) / (1 - 0.9^t))
    / (sqrt((0.999 * v + 0.001 * g^2) / (1 - 0.999^t)) + 0.00000001)
    """
    w, g, m, v, t, _n = case
    assert close(adamw(w, g, m, v, t), adamw_formula(w, g, m, v, t), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(cases())
def test_softmax_equals_formula_float32(case):
    """softmax(x) = exp(x - max(x)) / sum(exp(x - max(x)))"""
    x, _n = rounded("float32", *case)
    assert close(softmax_float32(x), softmax_formula(x), absolute=1e-05, relative=0.0001)


@settings(deadline=None)
@given(cases())
def test_log_softmax_equals_formula_float32(case):
    """log_softmax(x) = x - max(x) - log(sum(exp(x - max(x))))"""
    x, _n = rounded("float32", *case)
    assert close(log_softmax_float32(x), log_softmax_formula(x), absolute=1e-05, relative=0.0001)


@settings(deadline=None)
@given(cases_4())
def test_layer_norm_equals_formula_float32(case):
    """layer_norm(x, eps) = (x - mean(x)) / sqrt(var(x) + eps)"""
    x, eps, _n = rounded("float32", *case)
    assert close(
        layer_norm_float32(x, eps), layer_norm_formula(x, eps), absolute=1e-05, relative=0.0001
    )


@settings(deadline=None)
@given(cases_4())
def test_rms_norm_equals_formula_float32(case):
    """rms_norm(x, eps) = x / sqrt(mean(x^2) + eps)"""
    x, eps, _n = rounded("float32", *case)
    assert close(
        rms_norm_float32(x, eps), rms_norm_formula(x, eps), absolute=1e-05, relative=0.0001
    )


@settings(deadline=None)
@given(cases_6())
def test_adamw_equals_formula_float32(case):
    """adamw(w, g, m, v, t) = (1 - 0.001 * 0.01) * w - 0.001 * ((0.9 * m + 0.1 * g) / (1 - 0.9^t))
    / (sqrt((0.999 * v + 0.001 * g^2) / (1 - 0.999^t)) + 0.00000001)
    """
    w, g, m, v, t, _n = rounded("float32", *case)
    assert close(
        adamw_float32(w, g, m, v, t), adamw_formula(w, g, m, v, t), absolute=1e-05, relative=0.0001
    )


@settings(deadline=None)
@given(cases())
def test_tfk_eqv_001(case):
    """The loss of the right token is its negative log probability"""
    x, _n = case
    assert close(
        -log_softmax(x),
        np.log(np.sum(np.exp(x - np.max(x)))) - (x - np.max(x)),
        absolute=1e-09,
        relative=1e-07,
    )


@settings(deadline=None)
@given(cases())
def test_tfk_eqv_001_float32(case):
    """The loss of the right token is its negative log probability"""
    x, _n = rounded("float32", *case)
    assert close(
        -log_softmax_float32(x),
        np.log(np.sum(np.exp(x - np.max(x)))) - (x - np.max(x)),
        absolute=1e-05,
        relative=0.0001,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(z=st.floats(-5, 5))
def test_tfk_mon_002(z):
    """Where its argument is positive, GELU never falls"""
    assume(z > 0)
    assert gelu(z + 0.01) >= gelu(z)


@settings(deadline=None)
@given(cases_2())
def test_tfk_bnd_003(case):
    """Attention is a mean of values, so it stays among them"""
    Q, K, V, _n, _m, _d, _e = case
    assert np.all(abs(scaled_dot_product_attention(Q, K, V)) <= np.max(abs(V)) + 0.0001)


@settings(deadline=None)
@given(cases_2())
def test_tfk_bnd_003_float32(case):
    """Attention is a mean of values, so it stays among them"""
    Q, K, V, _n, _m, _d, _e = rounded("float32", *case)
    assert np.all(abs(scaled_dot_product_attention_float32(Q, K, V)) <= np.max(abs(V)) + 0.0001)
