import pytest

from pv.checks.model import Induction
from pv.checks.planner import plan_proofs
from pv.evidence.verdict import Verdict

TEXT = """\
equations:
  steps:
    formula: steps(n, m) = n * m
    domain: {n: %s, m: ℤ, k: "-5..2^70"}
    preconditions: ["n >= 3", "m > 0"]
  other: {formula: "other(n) = n", domain: {n: 0..3}}
proof_obligations:
  - {id: L-1, type: loop_invariant, equation: steps, formal: done <= n, applies_to_phase: "i "}
  - {id: L-2, type: loop_variant, equation: steps, formal: n - done, applies_to_phase: while}
  - {id: L-3, type: loop_invariant, equation: steps, formal: done >= 0, applies_to_phase: i}
  - {id: L-4, type: loop_invariant, equation: other, formal: done = 7, applies_to_phase: i}
  - {id: L-5, type: loop_invariant, formal: done = 8, applies_to_phase: i}
  - {id: L-6, type: loop_invariant, equation: steps, formal: it grows, applies_to_phase: i}
  - {id: L-7, type: loop_invariant, equation: steps, formal: done = 9}
  - {id: O-1, type: bound, equation: other, formal: other(n) >= n}
symbolic_checks: [{id: S-1, obligation: O-1, strategy: inductive}]
"""
CODE = "def steps(n, m):\n    return n * m\ndef other(n):\n    return n\n"
BOUND = {"steps": "code:steps", "other": "code:other"}
LOOPS = {"i": ("done <= n", "done >= 0")}


def planned(contract, bindings, low="0..9"):
    return {check.id: check for check in plan_proofs(contract(TEXT % low), bindings)}


@pytest.mark.parametrize(
    ("low", "conditions"),
    [
        ("0..9", ("n >= 0", "k >= -5", "n >= 3", "m > 0")),
        ("ℕ", ("n >= 0", "k >= -5", "n >= 3", "m > 0")),
        ("3..9", ("n >= 3", "k >= -5", "m > 0")),
        ("ℤ", ("k >= -5", "n >= 3", "m > 0")),
    ],
)
def test_of_a_domain_an_induction_keeps_the_lower_ends(contract, binding, low, conditions):
    check = planned(contract, [binding(BOUND, CODE)], low)["L-1"]
    assert isinstance(check.plan, Induction)
    assert check.plan.conditions == conditions
    assert check.plan.variables == ("n", "m", "k")
    assert check.subject == "code:steps"


def test_what_is_said_of_a_loop_is_all_that_its_own_equation_says(contract, binding):
    found = planned(contract, [binding(BOUND, CODE, ", arguments: [n, m]")])
    plan = found["L-1"].plan
    assert (plan.invariants, plan.variants) == (LOOPS, {"while": ("n - done",)})
    assert (plan.loop, found["L-2"].plan.loop) == ("i", "while")
    assert (plan.claim, plan.sample, plan.arguments) == (None, None, ("n", "m"))
    assert {*plan.functions} == {"steps"}
    assert found["L-4"].plan.invariants == {"i": ("done = 7",)}
    assert found["L-4"].digests != found["L-1"].digests


def test_an_inductive_proof_is_of_the_claim_with_the_loops_of_its_equation(contract, binding):
    check = planned(contract, [binding(BOUND, CODE)])["S-1"]
    assert (check.plan.claim, check.plan.conditions) == ("other(n) >= n", ("n >= 0",))
    assert check.plan.invariants == {"i": ("done = 7",)}
    assert (check.plan.sample.points, check.subject) == (4, "code:other")


def test_of_several_equations_one_must_be_named(contract, binding):
    found = planned(contract, [binding(BOUND, CODE)])
    assert found["L-5"].plan.verdict is Verdict.PROSE
    assert "name the `equation`" in found["L-5"].plan.reason
    assert found["L-5"].subject == "nothing"


def test_what_is_prose_or_names_no_loop_is_about_no_loop(contract, binding):
    found = planned(contract, [binding(BOUND, CODE)])
    assert not any(isinstance(found[name].plan, Induction) for name in ("L-6", "L-7"))


@pytest.mark.parametrize(
    ("low", "verdict", "reason"),
    [
        ("some numbers", Verdict.PROSE, "the domain is not readable"),
        ("'[0, 1]'", Verdict.UNKNOWN, "`n` is no integer; only integers have proofs by induction"),
    ],
)
def test_a_domain_that_is_not_of_integers_has_no_induction(contract, binding, low, verdict, reason):
    plan = planned(contract, [binding(BOUND, CODE)], low)["L-1"].plan
    assert plan.verdict is verdict
    assert reason in plan.reason


def test_a_claim_that_cannot_be_executed_has_no_induction_either(contract, binding):
    for formal, bound, verdict in [
        ("other(n) >= n", {"steps": "code:steps"}, Verdict.UNBOUND),
        ("it is large, always", BOUND, Verdict.PROSE),
    ]:
        text = TEXT.replace("formal: other(n) >= n", f"formal: '{formal}'")
        found = {
            each.id: each for each in plan_proofs(contract(text % "0..9"), [binding(bound, CODE)])
        }
        assert found["S-1"].plan.verdict is verdict


def test_a_loop_of_what_is_not_bound_is_unbound(contract, binding):
    plan = planned(contract, [binding({"other": "code:other"}, CODE)])["L-1"].plan
    assert plan.verdict is Verdict.UNBOUND
    assert plan.reason == "no binding file names a callable for steps"


def test_the_only_equation_need_not_be_named(contract, binding):
    read = contract("""\
equations: {steps: {formula: "steps(n) = n", domain: {n: 0..3}}}
proof_obligations: [{id: L, type: loop_invariant, formal: done <= n, applies_to_phase: i}]
""")
    (check,) = plan_proofs(read, [binding({"steps": "code:steps"}, CODE)])
    assert check.plan.invariants == {"i": ("done <= n",)}
