"""A false claim is refuted, and what cannot be read is told, whatever a comment silences."""

import pytest

pytestmark = pytest.mark.slow

CONTRACT = """\
metadata: {version: 1.0.0, kind: pattern, description: d, references: [here]}
equations:
  total:
    formula: total(x) = sum(x)
    domain: x ∈ ℝ^n, n = 3
    invariants: [total(x) >= 0]
  big:
    formula: big(x) = x
    domain: x ∈ [0, 10^400]
    invariants: [big(x) < 5]
  half:
    formula: half(x) = x / 2
    domain: x ∈ [0, inf)
    invariants: [half(x) < 5]
  fib:
    formula: "fib(n) = n if n < 2 else fib(n - 1) + fib(n - 2)"
    domain: {n: 0..80}
    invariants: [fib(n) <= 100]
"""
BINDING = """\
version: 1.0.0
target: code
systems: {s: {run: [python, -c, pass]}}
bindings:
  - {contract: lost-v1, equation: total, callable: "code:total", status: implemented}
  - {contract: lost-v1, equation: big, callable: "code:big", status: implemented}
  - {contract: lost-v1, equation: half, callable: "code:half", status: implemented}
  - {contract: lost-v1, equation: fib, callable: "code:fib", status: implemented}
"""
CODE = """\
def total(x):
    return sum(x)

def big(x):
    return x

def half(x):
    return x / 2

def fib(n):
    before, now = 0, 1
    for _ in range(n):
        before, now = now, before + now
    return before
"""
SILENCED = """\
metadata: {version: 1.0.0, kind: pattern, description: d, references: [here]}
falsification_tests:
  - id: F-1
    rule: r
    prediction: p
    if_fails: f
    experiment:
      system: s
      given: {x: "[0, oops"}    # pv: ignore[CLAIM-002] as it is
      expect: [exit_code = 0]
  - id: F-2
    rule: r
    prediction: p
    if_fails: f
    experiment:
      system: s
      given: {x: 0..3}
      expect: ["exit_code = = 0"]    # pv: ignore[CLAIM-002] as it is
"""
CLAIMS = [f"lost-v1/{name}/invariant-1" for name in ("total", "big", "half", "fib")]


@pytest.fixture
def lost(tmp_path, project):
    (tmp_path / "contracts/counter-v1.yaml").unlink()
    project.write("contracts/lost-v1.yaml", CONTRACT)
    project.write("contracts/bindings/counting.yaml", BINDING)
    project.write("code.py", CODE)
    return project


@pytest.mark.parametrize("subject", ["implementation", "reference"])
def test_a_false_claim_about_a_hostile_domain_is_refuted(lost, subject):
    _, results = lost.results("falsify", "--subject", subject, *CLAIMS)
    assert {name: results[name]["verdict"] for name in CLAIMS} == dict.fromkeys(CLAIMS, "REFUTED")


def test_formulas_that_call_each_other_too_deep_are_not_said_to_have_no_end(lost):
    lost.change("contracts/lost-v1.yaml", "fib(n) <= 100", "fib(60) = 1")
    _, results = lost.results("falsify", "--subject", "reference", CLAIMS[3])
    assert results[CLAIMS[3]]["verdict"] == "UNKNOWN"
    assert "fib: the formulas call each other more than 50 deep" in results[CLAIMS[3]]["reason"]


def test_a_text_whose_fault_is_silenced_is_prose_and_no_bug(lost):
    lost.write("contracts/lost-v1.yaml", SILENCED)
    assert lost.pv("validate").returncode == 0
    _, results = lost.results("falsify")
    assert {name: (each["verdict"], each["reason"]) for name, each in results.items()} == {
        "F-1": (
            "PROSE",
            "contracts/lost-v1.yaml:9:27: `[` is still open here; close it with `]`",
        ),
        "F-2": (
            "PROSE",
            (
                "contracts/lost-v1.yaml:18:29: a value is expected before `=`;"
                " write a number, a name or a call"
            ),
        ),
    }
