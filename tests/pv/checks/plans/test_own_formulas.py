from pv.checks.model import Formulas, NotExecutable
from pv.checks.plans.own_formulas import plan_reference
from pv.claims import render
from pv.evidence.verdict import Verdict


def plans(contract, text, others=None):
    read = contract(text)
    return {check.id: check.plan for check in plan_reference(read, others or {})}


def test_a_codomain_speaks_of_the_value_of_the_formula(contract):
    found = plans(
        contract,
        """\
equations: {unit: {formula: "f(x) = x^2", domain: "x in [0, 1]", codomain: "[0, 1]"}}
""",
    )
    assert render(found["kernel-v1/unit/codomain"].tree) == "f(x) in [0, 1]"


def test_an_equation_defines_its_own_names_where_several_define_them(contract):
    found = plans(
        contract,
        """\
equations:
  first: {formula: "f(x) = x + 1", domain: "x in R", invariants: ["f(0) = 1"]}
  second: {formula: "f(x) = x + 2", domain: "x in R", invariants: ["f(0) = 2"]}
proof_obligations:
  - {id: O-1, type: invariant, formal: f(0) > 0}
""",
    )
    bodies = {
        name: [render(each.body) for each in plan.definitions]
        for name, plan in found.items()
        if isinstance(plan, Formulas)
    }
    assert bodies == {
        "kernel-v1/first/invariant-1": ["x + 1"],
        "kernel-v1/second/invariant-1": ["x + 2"],
    }
    reason = "`f` is one thing in one equation and another in others"
    assert found["O-1"] == NotExecutable(Verdict.UNBOUND, reason)


def test_prose_is_told_with_its_place(contract):
    found = plans(
        contract,
        """\
equations: {unit: {formula: "f(x) = x^2", domain: "x in R", invariants: ["it is nice, always"]}}
""",
    )
    plan = found["kernel-v1/unit/invariant-1"]
    assert plan.verdict is Verdict.PROSE
    assert "kernel-v1.yaml:2:" in plan.reason


def test_a_bound_variable_is_drawn_and_its_condition_is_a_premise(contract):
    found = plans(
        contract,
        """\
equations:
  line:
    formula: f(x) = 2 * x
    domain: x in R
    invariants: ["forall c in R with c > 0: f(c) > 0"]
""",
    )
    plan = found["kernel-v1/line/invariant-1"]
    assert {*plan.space.variables} == {"c"}
    assert render(plan.tree) == "c > 0 implies f(c) > 0"
