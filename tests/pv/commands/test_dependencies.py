"""Contracts held against formulas of those they depend on, and contracts that are hostile."""

import time

BASE = """\
metadata: {version: 1.0.0, description: d, references: [r], kind: schema}
equations:
  doubled: {formula: "twice(x) = plus(x, x)", domain: "x in R"}
  added: {formula: "plus(x, y) = x + y", domain: "x in R, y in R"}
"""
USING = """\
metadata: {version: 1.0.0, description: d, references: [r], kind: schema, depends_on: [middle-v1]}
equations:
  four: {formula: "four(x) = twice(twice(x))", domain: "x in [-9, 9]"}
proof_obligations:
  - {id: U-1, type: bound, equation: four, property: p, formal: four(x) = 4 * x}
  - {id: U-2, type: bound, equation: four, property: p, formal: four(x) = 3 * x}
  - {id: U-3, type: bound, equation: four, property: p, formal: four(x) = thrice(x)}
"""
MIDDLE = """\
metadata: {version: 1.0.0, description: d, references: [r], kind: schema, depends_on: [base-v1]}
"""
HOSTILE = """\
metadata: {version: 1.0.0, description: d, references: [r], kind: schema}
equations:
  f: {formula: f(x) = g(x), domain: "x in 1..3"}
  g: {formula: g(x) = f(x), domain: "x in 1..3"}
  large: {formula: large(v) = sum(v), domain: "v in R^{n x n}, n = 10^9"}
  tower: {formula: "tower(x) = 9^9^9^x", domain: "x in 1..3"}
  long: {formula: "long(x) = Σ_{i=1}^{999999} Σ_{j=1}^{999999} i * j * x", domain: "x in 1..3"}
proof_obligations:
  - {id: H-f, type: bound, equation: f, property: p, formal: f(x) = x}
  - {id: H-large, type: bound, equation: large, property: p, formal: large(v) > 0}
  - {id: H-tower, type: bound, equation: tower, property: p, formal: tower(x) > 0}
  - {id: H-long, type: bound, equation: long, property: p, formal: long(x) > 0}
"""


def test_functions_of_the_contracts_it_depends_on_may_be_called(project):
    project.write("apart/base-v1.yaml", BASE)
    project.write("apart/middle-v1.yaml", MIDDLE)
    project.write("apart/using-v1.yaml", USING)
    _, results = project.results("falsify", "--subject", "reference", "apart/using-v1.yaml")
    found = {name: result["verdict"] for name, result in results.items()}
    assert found == {"U-1": "SURVIVED", "U-2": "REFUTED", "U-3": "UNBOUND"}
    project.change("apart/middle-v1.yaml", "depends_on: [base-v1]", "depends_on: []")
    _, results = project.results("falsify", "--subject", "reference", "apart/using-v1.yaml")
    assert {result["verdict"] for result in results.values()} == {"UNBOUND"}


def test_contracts_that_depend_on_each_other_are_read_once(project):
    project.write(
        "apart/base-v1.yaml", BASE.replace("kind: schema", "kind: schema, depends_on: [using-v1]")
    )
    project.write("apart/using-v1.yaml", USING.replace("middle-v1", "base-v1"))
    _, results = project.results("falsify", "--subject", "reference", "apart/using-v1.yaml")
    assert results["U-1"]["verdict"] == "SURVIVED"


def test_a_hostile_contract_ends_with_a_reason_for_each_claim(project):
    project.write("apart/hostile-v1.yaml", HOSTILE)
    started = time.monotonic()
    code, results = project.results("falsify", "--subject", "reference", "apart/hostile-v1.yaml")
    assert time.monotonic() - started < 50
    assert code == 1
    reasons = {name: result["reason"] for name, result in results.items()}
    assert {result["verdict"] for result in results.values()} == {"UNKNOWN"}
    assert "more than 50 deep" in reasons["H-f"]
    assert "at most" in reasons["H-large"]
    assert "bits" in reasons["H-tower"]
    assert "steps" in reasons["H-long"]


VECTORS = """\
metadata: {version: 1.0.0, description: d, references: [r], kind: schema}
equations:
  share: {formula: share(v) = v / sum(v), domain: "v in [1, 9]^n, n in 1..3"}
  half: {formula: half(x) = x / 2, domain: "x in R"}
  r: {formula: "r(A) = share(A)", domain: "A in [1, 9]^{n x m}, n in 2..3, m in 2..3"}
proof_obligations:
  - {id: V-1, type: invariant, equation: share, property: p, formal: sum(share(v)) = 1}
  - {id: V-2, type: invariant, equation: r, property: p, formal: "Σ_j share(A)_{ij} = 1 for all i"}
  - {id: V-3, type: invariant, equation: r, property: p, formal: 2 * half(A) = A}
"""


def test_a_formula_about_vectors_says_nothing_of_matrices(project):
    project.write("apart/vectors-v1.yaml", VECTORS)
    _, results = project.results("falsify", "--subject", "reference", "apart/vectors-v1.yaml")
    verdicts = {name: found["verdict"] for name, found in results.items() if name.startswith("V-")}
    assert verdicts == {"V-1": "SURVIVED", "V-2": "UNKNOWN", "V-3": "SURVIVED"}
    assert "share is stated for vectors, not for matrices" in results["V-2"]["reason"]
