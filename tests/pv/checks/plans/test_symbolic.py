import pytest

from pv.checks.model import Enumeration, Formulas, Induction
from pv.checks.planner import plan_proofs
from pv.evidence.verdict import Verdict

TEXT = """\
equations:
  counted: {formula: "count(n) = n + 1", domain: {n: 0..100}}
proof_obligations:
  - {id: O-1, type: bound, formal: count(n) > n}
symbolic_checks:
  - {id: S-1, obligation: %s, strategy: %s, bound: 9}
"""
CODE = "def count(n):\n    return n + 1\n"


def symbolic(contract, binding, obligation="O-1", strategy="exhaustive"):
    read = contract(TEXT % (obligation, strategy))
    bound = binding({"counted": "code:count"}, CODE)
    return {check.id: check for check in plan_proofs(read, [bound])}


def test_a_bound_cuts_the_domain_and_is_told_as_a_limit(contract, binding):
    found = symbolic(contract, binding)
    assert (found["O-1"].plan.points, found["S-1"].plan.points) == (101, 10)
    assert isinstance(found["S-1"].plan, Enumeration)
    assert found["S-1"].limits == ("whole numbers and sizes up to 9 only",)
    assert found["S-1"].digests != found["O-1"].digests


def test_induction_has_no_upper_end(contract, binding):
    plan = symbolic(contract, binding, strategy="inductive")["S-1"].plan
    assert isinstance(plan, Induction)
    assert plan.conditions == ("n >= 0",)
    assert plan.sample.domains == {"n": "0..100"}


def test_induction_without_a_finite_domain_is_told_not_to_be_tried(contract, binding):
    text = TEXT.replace("0..100", '"ℕ"') % ("O-1", "inductive")
    found = {
        check.id: check
        for check in plan_proofs(contract(text), [binding({"counted": "code:count"}, CODE)])
    }
    assert isinstance(found["S-1"].plan, Formulas)
    assert found["O-1"].limits == ()
    (limit,) = found["S-1"].limits
    assert limit.startswith("no proof for all integers was tried")


@pytest.mark.parametrize("name", ["O-2"])
def test_an_obligation_that_is_not_there_cannot_be_decided(contract, binding, name):
    plan = symbolic(contract, binding, obligation=name)["S-1"].plan
    assert plan.verdict is Verdict.PROSE
    assert f"`{name}` is no obligation id of this contract" in plan.reason
