"""Earlier evidence answers only where nothing changed, and more time could show no more."""

import json
import re

import pytest

from pv.binding.loader import load_binding
from pv.checks.planner import plan_proofs
from pv.contract.loader import load

CODE = "counting/rule.py"
CONTRACT = "contracts/counter-v1.yaml"


def cached(project, *words):
    _, results = project.results("prove", "CNT-INV-001", *words)
    return results["CNT-INV-001"]["cached"]


def test_a_change_in_a_module_that_the_code_imports_is_a_change(project):
    project.write("counting/limits.py", "LEAST = 0\n")
    project.change(CODE, "def counted", "from counting.limits import LEAST\n\ndef counted")
    assert not cached(project)
    assert cached(project)
    project.change("counting/limits.py", "0", "1")
    assert not cached(project)


def test_a_change_in_a_linked_package_is_a_change(project, tmp_path_factory, monkeypatch):
    other = tmp_path_factory.mktemp("sources")
    (other / "elsewhere").mkdir()
    (other / "elsewhere" / "__init__.py").write_text("from elsewhere.limits import LEAST\n")
    (other / "elsewhere" / "limits.py").write_text("LEAST = 0\n")
    monkeypatch.setenv("PYTHONPATH", str(other))
    project.change(CODE, "def counted", "import elsewhere\n\ndef counted")
    project.write("sitecustomize.py", f"import sys; sys.path.append({str(other)!r})\n")
    assert not cached(project)
    assert cached(project)
    (other / "elsewhere" / "limits.py").write_text("LEAST = 1\n")
    assert not cached(project)


def test_list_and_status_credit_only_what_is_fresh(project):
    def credited():
        listed = json.loads(project.pv("list", "CNT-INV-001", "--format", "json").stdout)
        status = json.loads(project.pv("status", "--format", "json").stdout)
        stale = {check["last"] and check["last"]["stale"] for check in listed["checks"]}
        return stale - {None}, status["checks"]["with_evidence"]

    assert credited() == (set(), 0)
    assert not cached(project)
    assert credited() == ({False}, 2)
    project.write("unrelated.py", "x = 1\n")
    assert credited() == ({False}, 2)
    project.change(CODE, "done = 0", "done = 0  # none yet")
    assert credited() == ({True}, 0)


def test_the_result_tells_what_was_tested(project):
    _, results = project.results("prove", "CNT-INV-001")
    assert results["CNT-INV-001"]["tested"] == {"counting.rule:counted": "counting/rule.py"}
    assert "tested:" not in project.pv("prove", "CNT-INV-001").stdout
    project.change("contracts/bindings/counting.yaml", "counting.rule:counted", "builtins:min")
    assert project.pv("prove", "CNT-INV-001").returncode == 0
    project.change("contracts/bindings/counting.yaml", "builtins:min", "numpy:minimum")
    told = project.pv("prove", "CNT-INV-001").stdout
    assert re.search(r"tested: numpy:minimum is in /.*numpy/__init__.py \(numpy [\d.]+\)", told)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((CONTRACT, "a counter", "the counter"), ()),
        (("contracts/bindings/counting.yaml", "rule:counted", "rule:twin"), ()),
        (None, ("--fresh",)),
    ],
)
def test_other_text_or_binding_is_run_again(project, change, words):
    project.change(CODE, "def counted", "def twin(a, b):\n    return counted(a, b)\n\ndef counted")
    assert not cached(project)
    assert cached(project)
    if change:
        project.change(*change)
    assert not cached(project, *words)


def test_a_premise_that_hardly_ever_holds_shows_nothing(project):
    project.change(CONTRACT, "limit: 1..9, planned: 1..9", "limit: 1..999999, planned: 1..9999")
    claim = "formal: counted(limit, planned) = min(limit, planned)"
    rare = "formal: planned % 1000 = 7 implies counted(limit, planned) <= planned"
    project.change(CONTRACT, claim, rare)
    _, results = project.results("prove", "CNT-INV-001", "--budget", "3")
    found = results["CNT-INV-001"]
    assert (found["verdict"], "presupposes held in" in found["reason"]) == ("UNKNOWN", True)


def test_a_claim_is_credited_in_the_types_that_what_it_calls_is_bound_in(tmp_path):
    contract = {
        "metadata": {"version": "1.0.0", "description": "d", "references": ["r"],
                     "kind": "pattern"},
        "equations": {
            "half": {"formula": "half(x) = x / 2", "domain": "x ∈ [0, 1]"},
            "quarter": {"formula": "quarter(x) = half(half(x))", "domain": "x ∈ [0, 1]"},
        },
        "proof_obligations": [
            {"id": "O-1", "type": "bound", "property": "p", "formal": "half(x) <= 1"},
            {"id": "O-2", "type": "bound", "property": "p", "formal": "quarter(x) <= 1"},
        ],
    }  # fmt: skip
    entry = {"contract": "o-v1", "status": "implemented"}
    binding = {"version": "1.0.0", "target": "t", "bindings": [
        {**entry, "equation": "half", "callable": "m:half", "dtype": ["float64", "float32"]},
        {**entry, "equation": "quarter", "callable": "m:quarter"},
    ]}  # fmt: skip
    (tmp_path / "o-v1.yaml").write_text(json.dumps(contract))
    (tmp_path / "b.yaml").write_text(json.dumps(binding))
    (tmp_path / "m.py").write_text("def half(x): ...\ndef quarter(x): ...\n")
    loaded = load(tmp_path / "o-v1.yaml").contract
    checks = list(plan_proofs(loaded, [load_binding(tmp_path / "b.yaml")]))
    assert [check.name for check in checks] == ["O-1", "O-1@float32", "O-2"]
    assert list(checks[2].plan.functions) == ["quarter"]
