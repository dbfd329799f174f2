import pytest

from pv.binding.model import Bound
from pv.checks.model import Formulas, NotExecutable
from pv.checks.plans.own_formulas import plan_of, plan_reference
from pv.checks.reading.claims import claims_of
from pv.checks.reading.definitions import known_of
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


TWO = """\
equations:
  first: {formula: "f(x) = x + w; g(x) = 2 * x", domain: "x in R, w in 1..3"}
  second: {formula: "h(y) = f(y) + 1", domain: "y in [0, 1], w in 5..9", invariants: ["h(0) > w"]}
  third: {formula: "k = 3", domain: "v in R"}
proof_obligations:
  - {id: O-1, type: bound, formal: f(x) > x}
  - {id: O-2, type: bound, equation: second, formal: h(y) > y}
  - {id: O-3, type: bound, formal: g(v) = 2 * v}
  - {id: O-4, type: bound, formal: 1 < 2}
  - {id: O-5, type: equivalence, formal: f(x) = x (broadcast over all)}
"""


def test_the_domain_is_of_the_equation_that_a_claim_is_about_and_others_fill_gaps(contract):
    found = plans(contract, TWO)
    first, second = found["O-1"].space.variables, found["O-2"].space.variables
    assert ({*first}, {*second}) == ({"x", "w"}, {"y", "w"})
    assert (render(first["w"].low), render(second["w"].low)) == ("1", "5")
    assert {*found["O-3"].space.variables} == {"v"}
    assert {each.name for each in found["O-2"].definitions} == {"f", "h"}


def test_a_check_of_a_formula_has_the_reference_for_its_subject(contract):
    read = contract(TWO)
    found = {check.id: check for check in plan_reference(read, {})}
    assert {check.subject for check in found.values()} == {"reference"}
    assert {check.target for check in found.values()} == {"reference"}
    assert found["O-2"].aliases == {"kernel-v1", "second"}
    assert found["O-1"].aliases == {"kernel-v1"}
    assert found["O-1"].digests.claim != found["O-2"].digests.claim


@pytest.mark.parametrize(
    ("formula", "claim", "arguments", "definition"),
    [
        ("it is a line", "f(x) > x", (), None),
        ("f(x) = x + lost", "f(x) > x", (), ("f", ("x",), None)),
        ("f(x) = x + 1", "f(x) > x", (), ("f", ("x",), "x + 1")),
        ("c = lost", "c > 0", ("x",), ("c", (), None)),
        ("c = lost", "c(x) > 0", ("x",), ("c", ("x",), None)),
    ],
)
def test_what_is_bound_needs_no_formula_that_can_be_computed(
    contract, formula, claim, arguments, definition
):
    read = contract(f"""\
equations: {{f: {{formula: "{formula}", domain: "x in R"}}}}
proof_obligations: [{{id: O, type: bound, formal: {claim}, equation: f}}]
""")
    (only,) = (each for each in claims_of(read) if each.id == "O")
    plan = plan_of(only, known_of(read, {"f": Bound("code:f", arguments=arguments)}), read)
    assert isinstance(plan, Formulas), plan
    assert len(plan.functions) == 1
    without = plan_of(only, known_of(read), read)
    assert isinstance(without, Formulas) is (definition is not None and definition[2] is not None)
    if definition:
        (found,) = (each for each in plan.definitions if each.name == definition[0])
        assert found.parameters == definition[1]
        computed = getattr(found.body, "value", "computed") is not None
        assert computed is (definition[2] is not None)


def test_a_name_that_is_one_equations_result_and_anothers_input_is_of_the_equation_it_is_about(
    contract,
):
    text = """\
equations:
  mean: {formula: "m(x) = x / 2", domain: "x in R"}
  norm: {formula: "n(x, m) = x - m", domain: "x in R, m in [7, 8]"}
proof_obligations:
  - {id: O-1, type: bound, equation: norm, formal: "n(x, m) < x"}
  - {id: O-2, type: bound, equation: mean, formal: m(x) < 9}
  - {id: O-3, type: bound, formal: "m(x) + n(x, 0) < 9"}
"""
    found = plans(contract, text)
    assert {*found["O-1"].space.variables} == {"x", "m"}
    assert {each.name for each in found["O-1"].definitions} == {"n"}
    assert {each.name for each in found["O-2"].definitions} == {"m"}
    reason = "`m` is one thing in one equation and another in others"
    assert found["O-3"] == NotExecutable(Verdict.UNBOUND, reason)


def test_a_constant_of_an_equation_is_none_where_another_has_a_variable_of_that_name(contract):
    text = """\
equations:
  one: {formula: "c = 3", domain: "x in R"}
  two: {formula: "f(x) = x + c", domain: "x in R, c in [0, 1]", invariants: ["f(x) > x - 1"]}
"""
    plan = plans(contract, text)["kernel-v1/two/invariant-1"]
    assert {*plan.space.variables} == {"x", "c"}
    assert {each.name for each in plan.definitions} == {"f"}


def test_conditions_and_derived_values_are_those_of_the_equations_that_are_reached(contract):
    text = """\
equations:
  one: {formula: "f(x) = x + h", domain: "x in R, x != 3, h = 2"}
  two: {formula: "g(y) = y", domain: "y in R, y != 4, x in R, x != 5, k = 7"}
proof_obligations:
  - {id: O-1, type: bound, equation: one, formal: f(x) > x}
  - {id: O-2, type: bound, equation: one, formal: f(x) > g(x)}
  - {id: O-3, type: bound, equation: two, formal: f(x) > x}
  - {id: O-4, type: bound, formal: f(x) > x}
"""
    found = plans(contract, text)
    about = [[render(each) for each in found[f"O-{n}"].space.conditions] for n in (3, 4)]
    assert (sorted(about[0]), about[1]) == (["x != 3", "x != 5"], ["x != 3"])
    one, both = found["O-1"].space, found["O-2"].space
    assert ([render(each) for each in one.conditions], {*one.derived}) == (["x != 3"], {"h"})
    assert {render(each) for each in both.conditions} == {"x != 3", "x != 5"}


@pytest.mark.parametrize(("domain", "runs"), [("x in R, gain in [0, 1]", True), ("x in R", False)])
def test_a_name_of_an_equation_is_an_input_only_where_its_domain_says_so(contract, domain, runs):
    text = f"""\
equations:
  gain: {{formula: it is chosen, domain: "x in R"}}
  line: {{formula: "f(x) = x + gain", domain: "{domain}"}}
proof_obligations: [{{id: O, type: bound, formal: f(x) <= x + gain}}]
"""
    plan = plans(contract, text)["O"]
    assert isinstance(plan, Formulas) is runs
    assert runs or plan.reason == "`gain` is one thing in one equation and another in others"
