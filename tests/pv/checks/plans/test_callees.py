import pytest

from pv.checks.model import Enumeration, Formulas, Stubbed
from pv.checks.planner import plan_proofs
from pv.claims import render
from pv.evidence.verdict import Verdict

TEXT = """\
equations:
  layer: {formula: "layer(x) = twice(gate(3 * x)) + bare(x)", domain: "x in [-9, 9]"}
  gate: {formula: "gate(z) = 1 / (1 + deep(z))", domain: "z in [-30, 30], z != 1, k in R"}
  deep: {formula: "deep(z) = exp(z)", domain: "z in R"}
  twice: {formula: "twice(y) = 2 * y", domain: "y in R"}
  bare: {formula: "bare(x) = x"}
  constant: {formula: "c = 3"}
proof_obligations:
  - {id: O, type: bound, equation: layer, formal: layer(x) > %s}
  - {id: L-2, type: bound, equation: layer, formal: layer(x) < 99}
  - {id: G-1, type: bound, equation: gate, formal: gate(z) > 0}
  - {id: G-2, type: bound, equation: gate, formal: gate(z) < 1}
  - {id: G-3, type: bound, equation: gate, formal: it is smooth}
  - {id: D-1, type: bound, equation: deep, formal: deep(z) > 0}
  - {id: B-1, type: bound, equation: bare, formal: bare(1) > 0}
symbolic_checks: [{id: S, obligation: O, strategy: %s}]
"""
CODE = "def layer(x):\n    return x\ndef gate(z):\n    return z\n"


def planned(contract, bindings=(), strategy="compositional", least="0"):
    checks = plan_proofs(contract(TEXT % (least, strategy)), bindings)
    return {check.id: check for check in checks}


def test_callees_are_what_a_claim_calls_and_has_obligations_but_not_what_they_call(contract):
    check = planned(contract)["S"]
    assert isinstance(check.plan, Stubbed)
    (gate,) = check.plan.callees
    assert (gate.equation, gate.parameters) == ("gate", ("z",))
    assert {*gate.claims} == {"G-1", "G-2"}
    assert {*gate.space.variables} == {"z"}
    assert [render(each) for each in gate.space.conditions] == ["z != 1"]
    assert render(gate.has_value.tree) == "gate(z) = gate(z)"
    assert check.subject == "reference"


def test_a_callee_that_the_claim_itself_calls_counts_as_well(contract):
    check = planned(contract, least="deep(x)")["S"]
    assert [each.equation for each in check.plan.callees] == ["deep", "gate"]


def test_without_callees_a_claim_says_that_none_was_replaced(contract):
    read = contract("""\
equations: {line: {formula: "f(x) = x", domain: "x in R"}}
proof_obligations: [{id: O, type: bound, formal: f(x) < 9, equation: line}]
symbolic_checks: [{id: S, obligation: O, strategy: compositional}]
""")
    found = {check.id: check for check in plan_proofs(read, [])}
    assert "it calls nothing that has obligations" in found["S"].limits[-1]
    assert found["S"].plan == found["O"].plan


def test_a_claim_that_no_binding_reaches_is_one_about_the_formulas(contract, binding):
    found = planned(contract, strategy="stub_float")
    assert found["O"].plan.verdict is Verdict.UNBOUND
    assert isinstance(found["S"].plan, Stubbed)
    assert (found["S"].plan.given.functions, found["S"].plan.equalities) == ({}, ())
    assert found["S"].subject == "reference"
    assert found["S"].digests != found["O"].digests
    elsewhere = planned(contract, [binding({"gate": "code:gate"}, CODE)], "stub_float")
    assert isinstance(elsewhere["S"].plan, Stubbed)


def test_a_claim_about_code_is_decided_of_the_formula_and_that_the_code_equals_it(
    contract, binding
):
    check = planned(contract, [binding({"layer": "code:layer"}, CODE)], "stub_float")["S"]
    assert {*check.plan.given.functions} == {"layer"}
    assert check.plan.formula.functions == {}
    assert [each.claim for each in check.plan.equalities] == ["implementation(x) = layer(x)"]
    assert check.subject == "code:layer"


@pytest.mark.parametrize("strategy", ["stub_float", "compositional"])
def test_where_code_has_no_formula_to_equal_there_are_no_equalities(contract, binding, strategy):
    read = contract(f"""\
equations:
  line: {{formula: it is a line, domain: "x in R"}}
proof_obligations: [{{id: O, type: bound, formal: line(x) < 9, equation: line}}]
symbolic_checks: [{{id: S, obligation: O, strategy: {strategy}}}]
""")
    code = binding({"line": "code:gate"}, CODE, ", arguments: [x]")
    found = {check.id: check for check in plan_proofs(read, [code])}
    assert isinstance(found["O"].plan, Formulas)
    if strategy == "stub_float":
        assert found["S"].plan.equalities == ()
    else:
        assert found["S"].plan == found["O"].plan


@pytest.mark.parametrize("strategy", ["stub_float", "compositional"])
def test_what_is_enumerated_or_prose_stays_as_it_is(contract, binding, strategy):
    read = contract(f"""\
equations:
  counted: {{formula: "count(n) = n", domain: {{n: 0..9}}}}
proof_obligations:
  - {{id: O-1, type: bound, formal: count(n) < 10, equation: counted}}
  - {{id: O-2, type: bound, formal: it counts, equation: counted}}
symbolic_checks:
  - {{id: S-1, obligation: O-1, strategy: {strategy}}}
  - {{id: S-2, obligation: O-2, strategy: {strategy}}}
""")
    code = binding({"counted": "code:gate"}, CODE)
    found = {check.id: check for check in plan_proofs(read, [code])}
    assert isinstance(found["S-1"].plan, Enumeration)
    assert [found[f"S-{n}"].plan == found[f"O-{n}"].plan for n in (1, 2)] == [True, True]
