import pytest

from pv.checks.model import Formulas
from pv.checks.plans.bound_code import plan_claims, plan_properties
from pv.checks.reading.claims import claims_of
from pv.evidence.verdict import Verdict

TEXT = """\
equations:
  line:
    formula: f(x) = 2 * g(x)
    domain: x in R
    codomain: R
    preconditions: ["x > 0"]
    invariants: ["f(0) = 0", "x >= x", "it is a line"]
    postconditions: ["f(x) = 2 * g(x)"]
  inner: {formula: "g(x) = h(x) + 0", domain: "x in R"}
  deep: {formula: "h(x) = x", domain: "x in R"}
proof_obligations:
  - {id: O-1, type: bound, formal: f(2) = 4}
  - {id: O-2, type: bound, formal: f(2) = g(4)}
  - {id: O-3, type: bound, formal: f(0) = unheard}
"""
CODE = "def f(x):\n    return 2 * x\ndef g(x):\n    return x\n"
FIELDS = ["codomain", "invariant-1", "invariant-2", "invariant-3", "postcondition-1"]


def planned(contract, name, bindings):
    read = contract(TEXT)
    (claim,) = (each for each in claims_of(read) if each.id == name)
    return [check.plan for check in plan_claims(read, claim, bindings)]


def test_what_an_equation_promises_is_checked_and_what_it_demands_is_not(contract, binding):
    found = [check.id for check in plan_properties(contract(TEXT), [])]
    assert sorted(found) == [f"kernel-v1/line/{each}" for each in FIELDS]
    bound = binding({"line": "code:f"}, CODE)
    names = [check.id for check in plan_properties(contract(TEXT), [bound])]
    assert sorted(names) == sorted([*found, "kernel-v1/line/equals-formula"])


@pytest.mark.parametrize(
    ("callables", "claim", "called"),
    [
        ({"line": "code:f"}, "O-1", {"f"}),
        ({"inner": "code:g"}, "O-1", {"g"}),
        ({"deep": "code:g"}, "O-1", {"h"}),
        ({"line": "code:f", "inner": "code:g"}, "O-1", {"f"}),
        ({"line": "code:f", "inner": "code:g", "deep": "code:g"}, "O-2", {"f", "g"}),
        ({"line": "code:f", "deep": "code:g"}, "O-2", {"f", "h"}),
    ],
)
def test_a_claim_is_of_what_it_calls_and_what_is_bound_hides_its_formula(
    contract, binding, callables, claim, called
):
    (plan,) = planned(contract, claim, [binding(callables, CODE)])
    assert isinstance(plan, Formulas)
    assert {*plan.functions} == called


def test_one_implementation_is_checked_once_in_each_type(contract, binding):
    one = binding({"line": "code:f"}, CODE, ", dtype: [float64, float32]")
    assert [plan.dtype for plan in planned(contract, "O-1", [one, one])] == ["float64", "float32"]
    other = binding({"line": "code:g"}, CODE)
    assert len(planned(contract, "O-1", [one, other])) == 3


@pytest.mark.parametrize(
    ("claim", "callables", "verdict", "reason"),
    [
        ("O-1", {}, Verdict.UNBOUND, "no binding file names a callable for line"),
        ("O-2", {}, Verdict.UNBOUND, "no binding file names a callable for inner, line"),
        ("kernel-v1/line/invariant-2", {}, Verdict.UNBOUND, "no binding names its equation"),
        ("kernel-v1/line/invariant-3", {}, Verdict.PROSE, "kernel-v1.yaml:8:"),
        ("kernel-v1/line/invariant-3", {"line": "code:f"}, Verdict.PROSE, "kernel-v1.yaml:8:"),
        ("O-3", {"line": "code:f"}, Verdict.UNBOUND, "`unheard` has no domain and no formula"),
    ],
)
def test_a_claim_that_reaches_no_code_says_why(
    contract, binding, claim, callables, verdict, reason
):
    (plan,) = planned(contract, claim, [binding(callables, CODE)] if callables else [])
    assert plan.verdict is verdict
    assert reason in plan.reason
