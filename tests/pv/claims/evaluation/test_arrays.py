"""Formulas as authors write them, as functions: each against what a person computes by hand."""

import math

import numpy as np
import pytest

from pv.checks.reading.definitions import definition_in
from pv.checks.reading.item_base import from_zero
from pv.claims import EXACT, EvaluationError, Fault, compile_expression, parse, read_field
from pv.claims.domains.read_space import space_of
from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve
from pv.claims.tree import Definition, names
from pv.engines.search.interpreter import Interpreter
from pv.engines.spaces.draw import cases
from pv.engines.spaces.membership import Members
from pv.engines.spaces.numbers import Wanted

R2 = "x in R^n, y in R^n, n >= 1"
CLASSES = "y ∈ {0,1}ⁿ, ŷ ∈ (0,1)ⁿ, n ≥ 1"
POSITIVE = "a, b, c, d, e > 0"
PHI = np.vectorize(lambda t: 0.5 * (1 + math.erf(t / math.sqrt(2))), otypes=[float])


def shifted(x):
    return np.exp(x - np.max(x))


def softmax(x):
    return shifted(x) / np.sum(shifted(x))


FORMULAS = [
    # linear algebra and norms
    ("y = x @ W^T + b", "x in R^{n x d}, W in R^{m x d}, b in R^m", lambda x, W, b: x @ W.T + b),
    ("y = x @ W^T", "x in R^{n x d}, W in R^{m x d}", lambda x, W: x @ W.T),
    ("h = A @ x + (a / r) * B @ C @ x",
     "A in R^{m x d}, x in R^d, B in R^{m x k}, C in R^{k x d}, a, r > 0",
     lambda A, x, B, C, a, r: A @ x + (a / r) * (B @ (C @ x))),
    ("S(Q, K) = Q @ K^T / √d", "Q in R^{n x d}, K in R^{m x d}",
     lambda Q, K: Q @ K.T / math.sqrt(Q.shape[1])),
    ("s = QK^T", "Q in R^{n x d}, K in R^{m x d}", lambda Q, K: Q @ K.T),
    ("y = xW + b", "x in R^d, W in R^{d x m}, b in R^m", lambda x, W, b: x @ W + b),
    ("D = W - V", "W, V ∈ ℝ^{m×n}", lambda W, V: W - V),
    ("E = ||W - V|| / ||W||", "W in [1, 2]^n, V in R^n",
     lambda W, V: np.linalg.norm(W - V) / np.linalg.norm(W)),
    ("E = ‖A‖_F", "A in R^{n x m}", lambda A: np.sqrt(np.sum(A**2))),
    ("s = Σ x_i · w_i", "x in R^n, w in R^n", lambda x, w: x @ w),
    ("s = ⟨x, w⟩", "x in R^n, w in R^n", lambda x, w: x @ w),
    ("s = sqrt(Σ x_i²)", "x in R^n", np.linalg.norm),
    ("s = |x|", "x in R", abs),
    ("M = A · B", "A in R^{n x d}, B in R^{d x m}", lambda A, B: A @ B),
    ("e(t) = W[t, :]", "t ∈ [0, V), W ∈ R^{V × d}", lambda t, W: W[t]),
    # softmax and what is made of it
    ("σ(x)_i = exp(x_i - max(x)) / Σ_j exp(x_j - max(x))", "x ∈ ℝ^n", softmax),
    ("f(x)_i = x_i - max(x) - log(Σ_j exp(x_j - max(x)))", "x in [-5, 5]^n",
     lambda x: np.log(softmax(x))),
    ("f(x)_i = x_i - max(x) - log(sum(exp(x_j - max(x))))", "x in [-5, 5]^n",
     lambda x: np.log(softmax(x))),
    ("p = exp(z_i/T) / sum_j exp(z_j/T) where i = 0", "z in [-5, 5]^n, T in [1, 4]",
     lambda z, T: softmax(z / T)[0]),
    ("u(p) = 1 - max_i(p_i)", "p in R^k, p_i in [0, 1], sum(p_i) = 1", lambda p: 1 - max(p)),
    ("H(p) = -sum_i(p_i * ln(p_i))", "p in [0.1, 1]^k", lambda p: -np.sum(p * np.log(p))),
    ("H = -Σ_j p_j * log(p_j)", "p in [0.1, 1]^k", lambda p: -np.sum(p * np.log(p))),
    ("H = -sum(p_i * log2(p_i))", "p in [0.1, 1]^k", lambda p: -np.sum(p * np.log2(p))),
    ("H(k) = log2(k)", "k in [1, 64]", math.log2),
    ("g = argmax(x)", "x in R^n", np.argmax),
    # normalisation
    ("m = (1/d) * sum(x_i)", "x in R^d", np.mean),
    ("v = (1/d) * sum((x_i - mean(x))^2)", "x in R^d", np.var),
    ("sigma^2 = (1/d) * sum((x_i - mean(x))^2)", "x in R^d", np.std),
    ("L(x)_i = g_i * (x_i - mean(x)) / sqrt(var(x) + eps) + b_i",
     "x in R^d, g in R^d, b in R^d, eps > 0",
     lambda x, g, b, eps: g * (x - x.mean()) / np.sqrt(x.var() + eps) + b),
    ("N(x)_i = (x_i / S(x)) · γ_i where S(x) = √(Σ x_i² / n + ε)", "x ∈ ℝ^n, γ ∈ ℝ^n, ε > 0",
     lambda x, γ, ε: x / np.sqrt(np.mean(x**2) + ε) * γ),
    ("Q = q / sqrt(mean(q²) + ε) * w", "q in R^d, w in R^d, ε > 0",
     lambda q, ε, w: q / np.sqrt(np.mean(q**2) + ε) * w),
    # activations
    ("G(x) = x * Phi(x) where Phi is the standard normal CDF", "x in R", lambda x: x * PHI(x)),
    ("G(x) = 0.5 * x * (1 + tanh(sqrt(2/pi) * (x + 0.044715 * x^3)))", "x in R",
     lambda x: 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))),
    ("S(x) = x / (1 + exp(-x))", "x in [-30, 30]", lambda x: x / (1 + math.exp(-x))),
    ("r_i = max(0, x_i)", "x in R^n", lambda x: np.maximum(0, x)),
    ("c_i = min(max(x_i, lo), hi)", "x in R^n, lo in [-2, 0], hi in [1, 2]",
     lambda x, lo, hi: np.minimum(np.maximum(x, lo), hi)),
    ("y_i = α · x_i + β", "x in R^n, α in R, β in R", lambda x, α, β: α * x + β),
    ("g(p) = ln(p/(1-p))", "p in [0.1, 0.9]", lambda p: math.log(p / (1 - p))),
    ("g(t) = 1/(1+exp(-t))", "t in [-20, 20]", lambda t: 1 / (1 + math.exp(-t))),
    ("s(x) = log(1 + exp(x))", "x in [-20, 20]", lambda x: math.log1p(math.exp(x))),
    # losses and metrics
    ("B = -(1/n) Σ[yᵢ·log(ŷᵢ) + (1-yᵢ)·log(1-ŷᵢ)]", "y in {0, 1}^n, ŷ in [0.1, 0.9]^n",
     lambda y, ŷ: -np.mean(y * np.log(ŷ) + (1 - y) * np.log(1 - ŷ))),
    ("L(a) = ½a² if |a| ≤ δ, else δ(|a| - ½δ)", "a ∈ ℝ, δ > 0",
     lambda a, δ: 0.5 * a**2 if abs(a) <= δ else δ * (abs(a) - 0.5 * δ)),
    ("S(a) = ½a²/β if |a| < β, else |a| - ½β", "a ∈ ℝ, β > 0",
     lambda a, β: 0.5 * a**2 / β if abs(a) < β else abs(a) - 0.5 * β),
    ("L = (1/n) Σ|xᵢ - yᵢ|", R2, lambda x, y: np.mean(abs(x - y))),
    ("M = (1/n) Σ(xᵢ - yᵢ)²", R2, lambda x, y: np.mean((x - y) ** 2)),
    ("M = √((1/n) Σ(xᵢ - yᵢ)²)", R2, lambda x, y: math.sqrt(np.mean((x - y) ** 2))),
    ("a = |{i : ŷᵢ = yᵢ}| / n", "y in {0, 1, 2}^n, ŷ in {0, 1, 2}^n", lambda y, ŷ: np.mean(y == ŷ)),
    ("F = 2 · p · r / (p + r)", "p in [0.1, 1], r in [0.1, 1]", lambda p, r: 2 * p * r / (p + r)),
    ("P = a / (a + b)", POSITIVE, lambda a, b: a / (a + b)),
    ("C(t, z) = -sum(t_i * log(exp(z_i) / Σ_j exp(z_j)))", "t in [0, 1]^n, z in [-5, 5]^n",
     lambda t, z: -np.sum(t * np.log(softmax(z)))),
    ("K = Σ_i p_i * (log(p_i) - log(q_i))", "p in [0.1, 1]^n, q in [0.1, 1]^n",
     lambda p, q: np.sum(p * np.log(p / q))),
    ("R_j = x_j / Σ x_i", "x in [1, 2]^n", lambda x: x / np.sum(x)),
    # schedules, counts and sizes
    ("f(s) = a * (s / w)", "s in R, a in R, w > 0", lambda s, a, w: a * s / w),
    ("f(s) = 0.5 * a * (1 + cos(pi * (s - w) / (m - w)))",
     "s in [0, 9], a in R, w in [0, 1], m in [5, 9]",
     lambda s, a, w, m: 0.5 * a * (1 + math.cos(math.pi * (s - w) / (m - w)))),
    ("k(L) = 12 * L + 2", "L ∈ ℤ⁺", lambda L: 12 * L + 2),
    ("B = floor(a / b / c)", "a in 1..99, b in 1..9, c in 1..3", lambda a, b, c: a // b // c),
    ("B = ceil(a / b)", "a in 1..99, b in 1..9", lambda a, b: -(-a // b)),
    ("t = min(a, b * c) * d", "a in 1..64, b in 1..9, c in 1..9, d in 1..4",
     lambda a, b, c, d: min(a, b * c) * d),
    ("m = L × S × H × K × 4", "L, S, H, K ∈ ℤ⁺", lambda L, S, H, K: 4 * L * S * H * K),
    ("b(r, c) = r * ceil(c / 256) * s", "r in 1..9, c in 1..999, s in {144, 210}",
     lambda r, c, s: r * -(-c // 256) * s),
    ("r(L) = 1 + L * (W - 1)", "L in 1..9, W in 1..9", lambda L, W: 1 + L * (W - 1)),
    ("c(i) = min(i + 1, W)", "i in 0..9, W in 1..9", lambda i, W: min(i + 1, W)),
    ("m(i,j) = 1 if j <= i and i - j < W else 0", "i in 0..9, j in 0..9, W in 1..9",
     lambda i, j, W: int(j <= i and i - j < W)),
    ("m(i,j) = 1 if |i - j| <= W/2 else 0", "i in 0..9, j in 0..9, W in 1..9",
     lambda i, j, W: int(abs(i - j) <= W / 2)),
    ("P(D, T) = 1 if D < 0, else exp(-D / T)", "D in [-5, 5], T > 0",
     lambda D, T: 1 if D < 0 else math.exp(-D / T)),
    ("c = 0.5 * [(1 + b) * p + (1 - b) * q]", "b in R, p in R, q in R",
     lambda b, p, q: 0.5 * ((1 + b) * p + (1 - b) * q)),
    ("m = 2^(-8h/H)", "h in 0..7, H in 1..8", lambda h, H: 2 ** (-8 * h / H)),
    ("S(w, v, t) = sin((1-t)*o)/sin(o) * w + sin(t*o)/sin(o) * v",
     "w in R^n, v in R^n, t in [0, 1], o in [0.1, 3]",
     lambda w, v, t, o: np.sin((1 - t) * o) / np.sin(o) * w + np.sin(t * o) / np.sin(o) * v),
    ("s(a, b) = (b - a) / max(a, b)", "a in [1, 2], b in [1, 2]", lambda a, b: (b - a) / max(a, b)),
    ("y = Σ_{i=1}^{n} i * a", "n in 1..9, a in R", lambda n, a: a * n * (n + 1) / 2),
    ("g = Σ_{i=1}^{n} x_i * i", "x in R^n", lambda x: np.sum(x * np.arange(1, len(x) + 1))),
    ("g = Σ_{k=0}^{2} x_k", "x in R^3", np.sum),
]  # fmt: skip


IDS = [row[0] for row in FORMULAS]


def argument_names(by_hand, given, space):
    """Return the names of a lambda's arguments; what has none takes the only variable."""
    if by_hand.__class__.__name__ == "function" and by_hand.__name__ == "<lambda>":
        return by_hand.__code__.co_varnames[: by_hand.__code__.co_argcount]
    return sorted(names(given[0]) & space.variables.keys())


@pytest.mark.parametrize(("formula", "domain", "by_hand"), FORMULAS, ids=IDS)
def test_a_formula_computes_what_is_computed_by_hand(formula, domain, by_hand):
    statements, given = read_field("formula", formula), read_field("domain", domain)
    assert not isinstance(statements, Fault), statements
    assert not isinstance(given, Fault), given
    space = space_of(given)
    found = definition_in(statements[0])
    known = {*space.variables, *space.size_names(), *FUNCTIONS, "pi", *found.parameters}
    body = from_zero(resolve(found.body, known, FUNCTIONS, found.indices))
    reference = Interpreter((Definition(found.name, found.parameters, body, found.indices),))
    taken = argument_names(by_hand, given, space)
    compared = 0
    for case in cases(Members(space), 40, 7, Wanted(tiny=False)):
        scope = reference.scope(case)
        got = (
            reference.functions[found.name](*(case[each] for each in found.parameters))
            if found.parameters
            else scope[found.name]
        )
        with np.errstate(all="ignore"):
            wanted = np.asarray(by_hand(*(case[each] for each in taken)), float)
        np.testing.assert_allclose(np.asarray(got, float), wanted, rtol=1e-9, atol=1e-12)
        compared += 1
    assert compared >= 20


def test_there_are_enough_formulas():
    assert len(FORMULAS) >= 60


@pytest.mark.parametrize(
    ("text", "x", "holds"),
    [
        ("is_finite(x)", [1.0, 2.0], True),
        ("is_finite(x)", [1.0, math.inf], False),
        ("x > 0 if sum(x) > 2 else x < 9", [1.0, 2.0], True),
    ],
)
def test_a_claim_that_gives_an_array_holds_if_all_of_it_does(text, x, holds):
    claim = Interpreter(()).compile_claim(resolve(parse(text), {"x"}, FUNCTIONS), EXACT)
    assert claim({"x": np.array(x)}) is holds


CALLING = {"f(x) = g(x)": "g(x) = f(x)", "f(x) = a": "a = f(1)", "f(x) = g(x + 1)": "g(x) = f(x)"}


@pytest.mark.parametrize(("first", "second"), CALLING.items(), ids=CALLING)
def test_formulas_that_call_each_other_without_end_have_no_value(first, second):
    found = [definition_in(read_field("formula", text)[0]) for text in (first, second)]
    reference = Interpreter(found)
    claim = reference.compile_claim(parse("f(1) = 1"), EXACT)
    with pytest.raises(EvaluationError, match="more than 50 deep"):
        claim(reference.scope({}))


@pytest.mark.parametrize("word", ["and", "or", "xor", "iff", "implies"])
def test_numbers_in_arrays_are_no_truth_values(word):
    tree = parse(f"sum(1 if m {word} k else 0)")
    known = compile_expression(resolve(tree, {"m", "k", *FUNCTIONS}, FUNCTIONS), {}, EXACT, ARRAYS)
    true, numbers = np.array([True, False]), np.array([1, 0])
    assert known({"m": true, "k": true}) in {0, 1, 2}
    for scope in ({"m": true, "k": numbers}, {"m": numbers, "k": true}):
        with pytest.raises(EvaluationError, match="a number is no truth value"):
            known(scope)
