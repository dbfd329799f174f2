from dataclasses import replace

import pytest

from pv.binding.loader import load_binding
from pv.binding.model import Binding, Bound
from pv.checks.model import Formulas, NotExecutable
from pv.checks.planner import plan_checks
from pv.checks.subjects import located, subjects, targets, told_apart
from pv.claims import EXACT, parse
from pv.claims.domains.space import Space
from pv.evidence.verdict import Verdict


def target(name, folder):
    return Binding(folder / f"{name}.yaml", name, folder, {}, ())


def test_a_binding_is_a_subject_once_for_each_type_of_numbers(contract, binding):
    read = contract('equations: {line: {formula: "f(x) = x", domain: "x in R"}}\n')
    bound = binding({"line": "code:f"}, more=", dtype: [float32, bfloat16]")
    found = list(subjects(read, [bound]))
    assert [each.dtype for each in found] == ["float32", "bfloat16"]
    assert [each.bound["line"].dtype for each in found] == ["float32", "bfloat16"]


def test_further_subjects_are_told_apart_by_target_and_type(contract, binding):
    read = contract('equations: {line: {formula: "f(x) = x", domain: "x in R"}}\n')
    (check, *_) = plan_checks(read, [binding({"line": "code:f"}, "def f(x): return x\n")])
    subjects_of = [("one", "float64"), ("one", "float32"), ("two", "float64"), ("two", "float32")]
    checks = [replace(check, target=target, variant=dtype) for target, dtype in subjects_of]
    suffixes = [each.suffix for each in told_apart(checks)]
    assert suffixes == ["", "@float32", "@two", "@two@float32"]


TWO = """\
version: 1.0.0
target: code
root: .
bindings:
  - {contract: kernel-v1, equation: line, callable: "code:f", status: implemented}
  - {contract: kernel-v1, equation: line, callable: "code:g", status: implemented}
"""


def test_a_second_entry_for_an_equation_is_a_target_of_its_own(contract, tmp_path):
    read = contract('equations: {line: {formula: "f(x) = x", domain: {x: 0..3}}}\n')
    (tmp_path / "code.py").write_text("def f(x): return x\ndef g(x): return x\n", "utf-8")
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(TWO, encoding="utf-8")
    bindings = [load_binding(tmp_path / f"{name}.yaml") for name in ("a", "b")]
    found = [(each.name, each.entry) for each in targets(read, bindings)]
    assert found == [("code/a", ""), ("code/a", "code:g"), ("code/b", ""), ("code/b", "code:g")]
    keys = {check.key for check in plan_checks(read, bindings)}
    assert len(keys) == 4


def test_a_plan_gets_the_folder_of_its_code_or_says_that_it_is_not_there(tmp_path):
    (tmp_path / "code.py").write_text("def f(x): return x\n", encoding="utf-8")
    tree = parse("f(1) = 1")
    plan = Formulas("f(1) = 1", tree, (), Space({}, {}, ()), EXACT, {"f": Bound("code:f")})
    assert located(plan, target("t", tmp_path)).root == tmp_path
    missing = Formulas("f(1) = 1", tree, (), Space({}, {}, ()), EXACT, {"f": Bound("code:g")})
    found = located(missing, target("t", tmp_path))
    assert isinstance(found, NotExecutable)
    assert found.verdict is Verdict.ERROR


@pytest.mark.parametrize(
    ("domain", "dtype", "told"),
    [
        ("x in R", "float16", True), ("x in [0, 1]", "float32", True),
        ("x in R", "float64", False), ("x in R^n", "float32", False),
        ("x in 0..9", "float32", False),
    ],
)  # fmt: skip
def test_code_that_takes_no_array_is_not_said_to_compute_in_its_type(
    contract, binding, domain, dtype, told
):
    read = contract(
        f'equations: {{line: {{formula: "f(x) = x", domain: "{domain}"}}}}\n'
        "proof_obligations: [{id: O-1, type: invariant, equation: line, formal: f(x) = x}]\n"
    )
    bound = binding({"line": "code:f"}, "def f(x): return x\n", f", dtype: {dtype}")
    found = [check for check in plan_checks(read, [bound]) if isinstance(check.plan, Formulas)]
    said = {check.id: any("numbers of Python" in e for e in check.limits) for check in found}
    wanted = {"kernel-v1/line/equals-formula": told, "O-1": told}
    assert said == {name: wanted[name] for name in said}
    assert said.keys() == wanted.keys() or domain == "x in 0..9"  # which is enumerated
