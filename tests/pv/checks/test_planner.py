from pv.checks import planner
from pv.checks.model import Enumeration, Formulas, Kind, NotExecutable, Repetition, StateMachine
from pv.checks.planner import plan_checks, plan_proofs, plan_tests
from pv.checks.plans.obligations import plan_obligation
from pv.evidence.verdict import Verdict

TEXT = """\
equations:
  line:
    formula: f(x) = 2 * x
    domain: x in R
    preconditions: ["the caller is careful"]
    invariants: ["f(0) = 0"]
proof_obligations:
  - {id: O-1, type: linearity, formal: f(x + x) = 2 * f(x), equation: line}
  - {id: O-2, type: determinism, equation: line}
  - {id: O-3, type: soundness}
falsification_tests:
  - {id: T-1, rule: r, prediction: f(3) = 6, if_fails: look, obligation: O-1}
symbolic_checks:
  - {id: S-1, obligation: O-1, strategy: exhaustive}
qa_gate: {id: G-1, name: g, checks: [falsification]}
"""
CODE = "def line(x):\n    return 2 * x\n"


def test_each_block_of_a_contract_has_its_kind_of_plan(contract, binding):
    bound = binding({"line": "code:line"}, CODE)
    found = {check.id: check for check in plan_checks(contract(TEXT), [bound])}
    assert {name: type(check.plan) for name, check in found.items()} == {
        "T-1": Enumeration,
        "kernel-v1/line/invariant-1": Formulas,
        "kernel-v1/line/equals-formula": Formulas,
        "O-1": Formulas,
        "O-2": Repetition,
        "O-3": NotExecutable,
        "S-1": Formulas,
    }
    assert {name: found[name].kind for name in ("T-1", "O-1", "S-1")} == {
        "T-1": Kind.TEST, "O-1": Kind.OBLIGATION, "S-1": Kind.SYMBOLIC,
    }  # fmt: skip
    assert found["T-1"].diagnosis == "look"


def test_falsify_and_prove_share_the_checks_between_them(contract, binding):
    read, bound = contract(TEXT), binding({"line": "code:line"}, CODE)
    tests = {check.id for check in plan_tests(read, [bound])}
    proofs = {check.id for check in plan_proofs(read, [bound])}
    assert tests.isdisjoint(proofs)
    assert {"T-1", "kernel-v1/line/invariant-1"} <= tests
    assert proofs == {"O-1", "O-2", "O-3", "S-1"}


def test_contract_equation_obligation_and_gate_select_a_check(contract, binding):
    bound = binding({"line": "code:line"}, CODE)
    found = {check.id: check.aliases for check in plan_checks(contract(TEXT), [bound])}
    assert found["T-1"] >= {"kernel-v1", "O-1", "line", "G-1"}
    assert found["S-1"] >= {"kernel-v1", "O-1", "line"}


def test_a_prose_precondition_goes_with_each_check_of_its_equation(contract, binding):
    bound = binding({"line": "code:line"}, CODE)
    found = {check.id: check.unread for check in plan_checks(contract(TEXT), [bound])}
    assert found["O-1"] == ("the caller is careful",)
    assert found["O-3"] == ()


def test_without_a_binding_nothing_runs_and_each_check_says_why(contract):
    found = {check.id: check.plan for check in plan_checks(contract(TEXT), [])}
    assert {type(plan) for plan in found.values()} == {NotExecutable}
    reason = "no binding file names a callable for line"
    assert found["O-1"] == NotExecutable(Verdict.UNBOUND, reason)
    assert found["O-3"].verdict is Verdict.PROSE
    assert "for `soundness` write `accepts(x) implies x > 0`" in found["O-3"].reason


def test_an_obligation_with_a_machine_is_a_state_machine(contract, binding):
    read = contract("""\
equations: {stack: {formula: it is a stack}}
proof_obligations:
  - id: O-1
    type: state_machine
    equation: stack
    formal: size >= 0
    machine:
      start: {size: "0"}
      rules: {push: {next: {size: size + 1}}}
""")
    (check,) = plan_proofs(read, [binding({"stack": "code:Stack"}, "class Stack: pass\n")])
    assert isinstance(check.plan, StateMachine)
    assert [action.name for action in check.plan.actions] == ["push"]


def test_a_bug_in_planning_costs_the_claim_in_which_it_shows(contract, binding, monkeypatch):
    def broken(_contract, obligation, *_rest):
        if obligation.id == "O-1":
            raise IndexError("list index out of range")
        return plan_obligation(_contract, obligation, *_rest)

    monkeypatch.setattr(planner, "plan_obligation", broken)
    bound = binding({"line": "code:line"}, CODE)
    found = {check.id: check.plan for check in plan_proofs(contract(TEXT), [bound])}
    assert found["O-1"].verdict is Verdict.ERROR
    assert "this is a bug in pv" in found["O-1"].reason
    assert "IndexError: list index out of range (test_planner.py:" in found["O-1"].reason
    assert isinstance(found["O-2"], Repetition)


SEVERAL = """\
equations:
  line: {formula: "f(x) = 2 * x", domain: "x in R"}
  other: {formula: "g(x) = x", domain: "x in R"}
proof_obligations:
  - {id: O-1, type: bound, formal: g(x) > x - 1, equation: other}
  - {id: O-2, type: bound, formal: f(x) >= x, equation: line}
  - {id: O-3, type: bound, formal: f(x) > lost, equation: line}
  - {id: O-4, type: bound, formal: x >= x, equation: line}
  - {id: O-5, type: bound, property: it is small}
falsification_tests:
  - {id: T-2, rule: r, prediction: f(3) = 6, if_fails: look, obligation: O-2}
  - {id: T-1, rule: r, prediction: g(3) = 3, if_fails: look, obligation: O-1}
  - {id: T-0, rule: r, prediction: g(3) = 3, if_fails: look}
"""


def test_an_equation_selects_the_tests_of_its_own_obligations(contract, binding):
    bound = binding({"line": "code:line"}, CODE)
    found = {check.id: check.aliases for check in plan_tests(contract(SEVERAL), [bound])}
    selected = {name: aliases & {"line", "other"} for name, aliases in found.items()}
    assert [selected[name] for name in ("T-0", "T-1", "T-2")] == [set(), {"other"}, {"line"}]


def test_tests_come_in_the_order_of_the_contract_and_before_what_equations_say(contract, binding):
    bound = binding({"line": "code:line"}, CODE)
    found = [check.id for check in plan_tests(contract(SEVERAL), [bound])]
    assert found == ["T-2", "T-1", "T-0", "kernel-v1/line/equals-formula"]


def test_why_a_claim_cannot_run_is_told_as_closely_as_it_is_known(contract, binding):
    bound = binding({"line": "code:line"}, CODE)
    found = {check.id: check.plan for check in plan_proofs(contract(SEVERAL), [bound])}
    assert found["O-1"].reason == "no binding file names a callable for other"
    assert isinstance(found["O-2"], Formulas)
    assert found["O-3"].reason == "`lost` has no domain and no formula"
    assert found["O-4"].verdict is not Verdict.PROVED
    assert "no `formal` text" in found["O-5"].reason


def test_an_obligation_is_claimed_by_its_formal_text_or_by_its_property(contract):
    found = {check.id: check.claim for check in plan_proofs(contract(SEVERAL), [])}
    assert (found["O-2"], found["O-5"]) == ("f(x) >= x", "it is small")
