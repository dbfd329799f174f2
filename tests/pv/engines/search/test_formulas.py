"""A contract held against its own formulas: what is false is found, and nothing true is refuted."""

import json
import textwrap

import numpy as np
import pytest

from pv.binding.model import Bound
from pv.checks.model import Formulas
from pv.checks.plans.own_formulas import plan_reference
from pv.claims import EXACT, Definition, parse, read_field
from pv.claims.domains.read_space import space_of
from pv.contract.loader import load
from pv.engines.outcome import Options
from pv.engines.search.engine import decide
from pv.engines.search.interpreter import Interpreter
from pv.engines.search.trial import Trial

HEAD = "metadata: {version: 1.0.0, description: d, references: [r], kind: pattern}\n"
SOFTMAX = """\
equations:
  softmax:
    formula: σ(x)_i = exp(x_i - max(x)) / Σ_j exp(x_j - max(x))
    domain: x ∈ ℝ^n, n ≥ 1
"""
NORM = """\
equations:
  norm:
    formula: LN(x)_i = gamma_i * (x_i - mu) / sqrt(sigma^2 + eps) + beta_i
    domain: x in R^d, gamma in R^d, beta in R^d, eps > 0
  moments:
    formula: mu = (1/d) * sum(x_i), sigma^2 = (1/d) * sum((x_i - mu)^2)
    domain: x in R^d, d >= 1
"""
LOSS = """\
equations:
  huber:
    formula: H(a) = ½a² if |a| ≤ δ, else δ(|a| - ½δ)
    domain: a ∈ ℝ, δ > 0
  mse:
    formula: MSE = (1/n) Σ(yᵢ - ŷᵢ)²
    domain: y, ŷ ∈ ℝⁿ, n ≥ 1
  odds:
    formula: g(p) = ln(p/(1-p)), g^{-1}(t) = 1/(1+exp(-t))
    domain: p in (0, 1), t in [-5, 5]
  entropy:
    formula: U(p) = 1 - max_i(p_i)
    domain: p in R^k, p_i in [0, 1], sum(p_i) = 1
  shannon:
    formula: S(q) = -sum_i(q_i * ln(q_i))
    domain: q in R^k, q_i in [0, 1], sum(q_i) = 1, 0*ln(0) defined as 0
  diagonal:
    formula: D(v) = Σ_i v_i
    domain: "v in R^k, v: diagonal weights"
  graph:
    formula: G(u) = Σ_i u_i
    domain: u in R^k, k >= 1, u sorted by fitness
  matrix:
    formula: Y = X @ W^T + b
    domain: X in R^{n x d}, W in R^{m x d}, b in R^m
  relu:
    formula: z_i = max(0, x_i)
    domain: x in R^n
"""
ITEMS = """\
equations:
  rotation:
    formula: R(x, m)_{2k} = x_{2k}·cos(m·θ_k) - x_{2k+1}·sin(m·θ_k),
      R(x, m)_{2k+1} = x_{2k}·sin(m·θ_k) + x_{2k+1}·cos(m·θ_k)
    domain: x ∈ ℝ^d, m ∈ ℕ, θ_k = 100^(-2k/d)
  slopes:
    formula: s_h = 2^(-h)
    domain: h in {0, ..., 7}
  table:
    formula: C[i, j] = u[i] * v[j]
    domain: u in R^n, v in R^n, n >= 1
  rmse:
    formula: RMSE = √MSE
    domain: y, ŷ ∈ ℝⁿ, n ≥ 1
  mse:
    formula: MSE = (1/n) Σ(yᵢ - ŷᵢ)²
    domain: y, ŷ ∈ ℝⁿ, n ≥ 1
  scaled:
    formula: z = scale(w) = 2 * w
    domain: w in R^n
  token:
    formula: t(q, label) = q * label
    domain: q in R, label in 0..3
  batch:
    formula: B(y) = Σ_{i=0}^{n-1} t(2, y_i)
    domain: y in {0, ..., 3}^n, n in 1..5
"""


def outcomes(tmp_path, text, claims):
    """Decide formal texts against the formulas of a contract."""
    obligations = [
        {"id": f"O-{n}", "type": "invariant", "property": "p", "formal": claim, **more}
        for n, (claim, more) in enumerate(claims)
    ]
    file = tmp_path / "c.yaml"
    file.write_text(f"{HEAD}{text}proof_obligations: {json.dumps(obligations)}\n")
    contract = load(file).contract
    assert contract is not None
    return {check.id: decide_plan(check) for check in plan_reference(contract, {})}


def decide_plan(check):
    plan = check.plan
    return plan if not hasattr(plan, "tree") else decide(plan, Options())


def verdict(tmp_path, text, claim, **more):
    found = outcomes(tmp_path, text, [(claim, more)])["O-0"]
    return found.verdict.name, found


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (SOFTMAX, "|Σ σ(x)_i - 1.0| < 1e-9"),
        (SOFTMAX, "σ(x)_i >= 0 for all i"),
        (SOFTMAX, "argmax(σ(x)) = argmax(x)"),
        (SOFTMAX, "σ(x + c·1) = σ(x) for any scalar c"),
        (SOFTMAX, "x_i > x_j ⟹ σ(x)_i >= σ(x)_j"),
        (SOFTMAX, "softmax(x)_i <= 1 for all i"),
        (NORM, "|mean(LN(x))| < 1e-6 when gamma = 1, beta = 0"),
        (NORM, "sqrt(sigma^2 + eps) > 0 when eps > 0"),
        (LOSS, "H ≥ 0"),
        (LOSS, "H = 0 iff a = 0"),
        (LOSS, "H(-a) = H(a) for all a"),
        (LOSS, "MSE ≥ 0 for all y, ŷ"),
        (LOSS, "MSE = 0 iff ŷᵢ = yᵢ for all i"),
        (LOSS, "g(g^{-1}(t)) = t for t > 0"),
        (LOSS, "forall p: 0 <= U(p) <= 1 - 1/k"),
        (LOSS, "shape(Y) = [n, m]"),
        (LOSS, "S(q) is finite for any valid probability vector"),
        (LOSS, "forall q valid prob vec: 0 <= S(q) <= ln(k)"),
        (LOSS, "x is finite implies z_i >= 0"),
        (LOSS, "z_i ≥ 0 and z_i >= x_i for all i"),
        (ITEMS, "‖R(x, m)‖ = ‖x‖"),
        (ITEMS, "R(x, 0) = x"),
        (ITEMS, "C[0, 0] = u[0] * v[0]"),
        (ITEMS, "RMSE(y, ŷ) = RMSE(ŷ, y)"),
        (ITEMS, "scale(w) = z"),
        (ITEMS, "B(y) = Σ_{i=0}^{n-1} t(2, y_i)"),
    ],
)
def test_what_is_true_survives(tmp_path, text, claim):
    name, found = verdict(tmp_path, text, claim)
    assert name == "SURVIVED", found
    assert found.cases >= 10


@pytest.mark.parametrize(
    ("text", "claim", "shown"),
    [
        (SOFTMAX, "σ(x) ∈ (0,1)^n", {"n": 1}),
        (SOFTMAX, "0 < σ(x)_i < 1 for all i", {"n": 1}),
        (SOFTMAX, "argmin(σ(x)) = argmax(x)", {}),
        (SOFTMAX, "σ(2·x) = σ(x)", {}),
        (NORM, "|var(LN(x)) - 1| < 1e-5 when gamma = 1, beta = 0", {}),
        (NORM, "|mean(LN(x))| < 1e-6 when gamma = 1", {}),
        (LOSS, "H ≤ δ", {}),
        (LOSS, "H(a) = ½a²", {}),
        (LOSS, "MSE > 0", {}),
        (LOSS, "forall p: U(p) < 1 - 1/k", {}),
        (LOSS, "shape(Y) = [m, n]", {}),
        (LOSS, "forall q valid prob vec: S(q) > 0", {}),
        (LOSS, "z_i > 0 for all i", {}),
        (ITEMS, "R(x, m) = x", {}),
        (ITEMS, "R(x, m)_0 = x_0", {}),
        (ITEMS, "s_h < 1", {"h": 0}),
        (ITEMS, "C[0, 0] = 0", {}),
        (ITEMS, "RMSE(y, ŷ) = MSE(y, ŷ)", {}),
        (ITEMS, "scale(w) = w", {}),
    ],
)
def test_what_is_false_is_refuted_by_an_example(tmp_path, text, claim, shown):
    name, found = verdict(tmp_path, text, claim)
    assert name == "REFUTED", found
    assert {key: found.counterexample[key] for key in shown} == shown
    json.dumps(found.counterexample)


def test_what_more_digits_would_mend_is_said_to_be_so(tmp_path):
    name, found = verdict(tmp_path, SOFTMAX, "σ(x)_i > 0 for all i")
    assert name == "REFUTED"
    assert "false in float64, true with more digits" in found.reason


def test_an_indexed_formula_is_proved_at_each_of_finitely_many_indices(tmp_path):
    name, found = verdict(tmp_path, ITEMS, "s_h > s_{h + 1}")
    assert (name, found.cases) == ("PROVED", 8)


EDGES = """\
equations:
  wide: {formula: "w(u) = u", domain: "u: u64"}
  sized: {formula: "s(x) = x + 1", domain: "x in R^p, p >= 1"}
  tied: {formula: "gap(a, b) = b - a", domain: "a in 0..9, b in 0..9, a < b"}
  real: {formula: "r(q) = q", domain: "q in 0..9"}
  low: {formula: "low(z) = -z", domain: "z in [0, 5]"}
  high: {formula: "high(z) = z", domain: "z in [-5, -1]"}
"""


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("w(u) >= 0", "SURVIVED"),
        ("w(u) <= 5", "REFUTED"),
        ("len(s(x)) = p", "SURVIVED"),
        ("len(s(x)) = p + 1", "REFUTED"),
        ("gap(a, b) > 0", "PROVED"),
        ("gap(c, d) > 0", "UNBOUND"),
        ("r(q) = 1..9", "REFUTED"),
        ("low(f) + high(g) <= -1", "UNBOUND"),
    ],
)
def test_the_edges_of_domains_have_an_answer(tmp_path, claim, expected):
    assert verdict(tmp_path, EDGES, claim)[0] == expected


def test_what_an_equation_leaves_open_is_not_taken_from_another(tmp_path):
    text = """\
equations:
  train: {formula: "y = m * x, where m ~ Bernoulli(p)", domain: "x in R, p in (0, 1)"}
  eval: {formula: "y = x", domain: "x in R"}
"""
    assert verdict(tmp_path, text, "y = x", equation="train")[0] == "UNBOUND"
    assert verdict(tmp_path, text, "y = x", equation="eval")[0] == "SURVIVED"


def test_a_premise_that_never_holds_is_vacuous(tmp_path):
    name, found = verdict(tmp_path, SOFTMAX, "max(x) < min(x) implies Σ σ(x)_i = 7")
    assert name == "VACUOUS", found


def test_epsilon_is_the_tolerance(tmp_path):
    assert verdict(tmp_path, SOFTMAX, "|Σ σ(x)_i - 1| < ε", tolerance=1e-6)[0] == "SURVIVED"
    assert verdict(tmp_path, SOFTMAX, "|Σ σ(x)_i - 2| < ε", tolerance=1e-6)[0] == "REFUTED"
    name, found = verdict(tmp_path, SOFTMAX, "|Σ σ(x)_i - 1| < ε")
    assert (name, "`ε` has no domain" in found.reason) == ("UNBOUND", True)


@pytest.mark.parametrize(
    ("claim", "missing"),
    [
        ("D(v) <= 0", "v: diagonal_weights"),
        ("G(u) <= 0", "`u` has no domain"),
    ],
)
def test_what_words_restrict_is_not_refuted(tmp_path, claim, missing):
    name, found = verdict(tmp_path, LOSS, claim)
    assert (name, missing in found.reason) == ("UNBOUND", True), found


@pytest.mark.parametrize(
    "circumstance",
    ["for all stored pairs", "after fit", "for Qwen3-8B", "for bounded x", "in eval mode"],
)
def test_a_circumstance_in_words_leaves_a_claim_prose(tmp_path, circumstance):
    name, _ = verdict(tmp_path, LOSS, f"H(a) < 0 {circumstance}")
    assert name == "PROSE"


def test_what_no_formula_defines_is_not_run(tmp_path):
    name, found = verdict(tmp_path, SOFTMAX, "entropy(x) >= 0")
    assert (name, "`entropy`" in found.reason) == ("UNBOUND", True)


def test_a_formula_is_the_function_that_a_person_would_write(tmp_path):
    file = tmp_path / "c.yaml"
    file.write_text(
        HEAD
        + SOFTMAX
        + textwrap.dedent("""\
        proof_obligations:
          - {id: O, type: invariant, property: p, formal: σ(x) = x}
        """)
    )
    (check,) = plan_reference(load(file).contract, {})
    softmax = Interpreter(check.plan.definitions).functions["σ"]
    draw = np.random.default_rng(0)
    for _ in range(50):
        x = draw.normal(0, 30, size=draw.integers(1, 9))
        shifted = np.exp(x - x.max())
        np.testing.assert_allclose(softmax(x), shifted / shifted.sum(), rtol=1e-12)


def test_the_command_line_finds_it(project):
    project.write(
        "contracts/softmax.yaml",
        HEAD
        + SOFTMAX
        + textwrap.dedent("""\
        proof_obligations:
          - {id: SM-1, type: bound, property: inside, formal: "σ(x) ∈ (0,1)^n"}
        """),
    )
    ran = project.pv("falsify", "--subject", "reference", "SM-1")
    assert ran.returncode == 1
    assert "REFUTED   SM-1" in ran.stdout
    assert "σ(x)  is  [1.0]" in ran.stdout


def test_nothing_is_said_of_floats_where_numbers_are_whole():
    tree = parse("f(n) = n")
    formula = Definition("f", ("n",), parse("n"))
    space = space_of(read_field("domain", "n ∈ 0..9"))
    plan = Formulas("f(n) = n", tree, (formula,), space, EXACT, {"f": Bound("m:f")})
    trial = Trial(plan, {"f": lambda n: n + 1})
    said = trial.reason(trial.judge({"n": 3}), {"n": 3})
    assert said == "false, true of the formula: f(n) = n"
