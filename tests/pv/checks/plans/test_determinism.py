import pytest

from pv.checks.model import Kind, Repetition
from pv.checks.planner import plan_proofs
from pv.claims import render
from pv.evidence.verdict import Verdict

TEXT = """\
equations:
  first: {formula: "f(x, n) = n * x", domain: "x in R, n in 1..3"}
  second: {formula: "c = a + k", domain: "a in R, k in R"}
  third: {formula: it is drawn, domain: "v in R^m, w in R"}
proof_obligations: [{id: D, type: determinism, property: the same again%s}]
"""
CODE = "def code(*given):\n    return sum(given)\n"
BOUND = {"first": "code:code", "second": "code:code", "third": "code:code"}


@pytest.mark.parametrize(
    ("said", "call"),
    [
        (", equation: first", "f(x, n)"),
        (", equation: second", "c"),
        (", equation: third", "third(v, w)"),
        (", formal: 'f(x, n) = f(x, n)'", "f(x, n)"),
        (", formal: 'third(v, w) = third(v, w)'", "third(v, w)"),
        (", formal: 'first(x, n) = first(x, n)', equation: third", "third(v, w)"),
    ],
)
def test_the_equation_that_is_named_or_called_is_called_again(contract, binding, said, call):
    bound = binding(BOUND, CODE, ", arguments: [a, k]" if "second" in said else "")
    (check,) = plan_proofs(contract(TEXT % said), [bound])
    assert isinstance(check.plan, Repetition), check.plan
    assert render(check.plan.call) == call
    assert (check.kind, check.location.line) == (Kind.OBLIGATION, 6)
    assert check.aliases >= {"kernel-v1", {"f": "first", "c": "second", "t": "third"}[call[0]]}


@pytest.mark.parametrize("said", ["", ", formal: it is the same again", ", equation: lost"])
def test_of_several_equations_one_must_be_named(contract, binding, said):
    (check,) = plan_proofs(contract(TEXT % said), [binding(BOUND, CODE)])
    assert check.plan.verdict is Verdict.PROSE
    assert "name the `equation`" in check.plan.reason


@pytest.mark.parametrize("said", ["", "formal: it is the same, "])
def test_the_only_equation_need_not_be_named(contract, binding, said):
    read = contract(f"""\
equations: {{one: {{formula: "f(x) = x", domain: "x in R"}}}}
proof_obligations: [{{id: D, type: determinism, {said}property: p}}]
""")
    (check,) = plan_proofs(read, [binding({"one": "code:code"}, CODE)])
    assert render(check.plan.call) == "f(x)"


def test_what_could_be_contradicted_is_no_repetition(contract, binding):
    read = contract(TEXT % ", equation: first, formal: 'f(x, n) = f(n, x)'")
    (check,) = plan_proofs(read, [binding(BOUND, CODE)])
    assert not isinstance(check.plan, Repetition)


def test_a_call_with_other_arguments_is_another_check(contract, binding):
    bound = binding(BOUND, CODE)
    digests = {
        check.digests.claim
        for name in ("first", "third")
        for check in plan_proofs(contract(TEXT % f", equation: {name}"), [bound])
    }
    assert len(digests) == 2
