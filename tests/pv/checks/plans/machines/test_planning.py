import pytest

from pv.checks.model import StateMachine
from pv.checks.planner import plan_proofs
from pv.claims import render
from pv.evidence.verdict import Verdict

TEXT = """\
equations: {stack: {formula: it is a stack}}
proof_obligations:
  - id: O-1
    type: state_machine
    property: p
    %s
    machine:
      given: {most: %s}
      start: {size: "0", left: most - %s}
      rules:
        push: {given: {item: %s}, when: size < %s, next: {%s: size + item}, returns: result = %s}
        pop: {when: size = 0, refuses: empty}
"""
GOOD = {
    "said": "formal: size <= most", "most": "1..3", "start": "size", "item": "0..9",
    "when": "most + item", "next": "size", "returns": "item + size",
}  # fmt: skip


def planned(contract, bindings, *, named=True, **changed):
    row = {**GOOD, **changed}
    row["said"] += "\n    equation: stack" if named else ""
    (check,) = plan_proofs(contract(TEXT % tuple(row.values())), bindings)
    return check


@pytest.fixture
def stack(binding):
    return binding({"stack": "code:Stack"}, "class Stack: pass\n")


def test_a_machine_is_planned_as_it_is_written(contract, stack):
    check = planned(contract, [stack])
    plan = check.plan
    assert isinstance(plan, StateMachine), plan
    assert ({*plan.given}, [*plan.start]) == ({"most"}, ["size", "left"])
    assert render(plan.invariant) == "size <= most"
    push, pop = plan.actions
    assert (push.name, {*push.given}, push.refuses) == ("push", {"item"}, None)
    assert (render(push.when), render(push.next["size"])) == ("size < most + item", "size + item")
    assert render(push.returns) == "result = item + size"
    assert (pop.refuses, pop.returns, pop.next) == ("empty", None, {})
    assert check.subject == "code:Stack"
    assert {*plan.functions} == {"stack"}
    other = planned(contract, [stack], when="most")
    assert other.digests.claim != check.digests.claim


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"next": "height"}, "`height` is no variable of `start`"),
        ({"when": "height"}, "`height` is not known here; known are item, left, most, size"),
        ({"when": "result = 1"}, "`next` and `returns` alone have a `result`"),
        ({"start": "item"}, "`item` is not known here; known are most, size"),
        ({"start": "left"}, "`left` is not known here; known are most, size"),
        (
            {"said": "formal: item <= most"},
            "`item` is not known here; known are left, most, self, size",
        ),
        ({"said": "formal: it is small"}, "kernel-v1.yaml:7:"),
        ({"most": "some numbers"}, "kernel-v1.yaml:10:"),
        ({"item": "some numbers"}, "kernel-v1.yaml:13:"),
    ],
)
def test_what_a_machine_cannot_mean_is_told_with_its_place(contract, stack, changed, reason):
    check = planned(contract, [stack], **changed)
    assert check.plan.verdict is Verdict.PROSE
    assert reason in check.plan.reason
    assert check.subject == "nothing"


def test_a_machine_without_a_formal_text_has_no_invariant(contract, stack):
    check = planned(contract, [stack], said="formal_note: none")
    assert check.plan.invariant is None


def test_a_machine_needs_an_equation_and_a_binding(contract, stack):
    unnamed, unbound = planned(contract, [stack], named=False), planned(contract, [])
    assert "name the `equation` whose binding makes the object" in unnamed.plan.reason
    assert unnamed.plan.verdict is Verdict.PROSE
    assert unbound.plan.verdict is Verdict.UNBOUND
    assert unbound.plan.reason == "no binding file names a callable for stack"
