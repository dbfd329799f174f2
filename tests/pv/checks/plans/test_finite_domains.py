import pytest

from pv.checks.model import Enumeration
from pv.checks.plans.finite_domains import plan_claim, subject_of
from pv.claims import EXACT
from pv.evidence.verdict import Verdict

TEXT = """\
equations:
  counted:
    formula: count(n, m) = min(n, m)
    domain: {n: %s, m: 0..3}
    preconditions: ["n > 1"]
proof_obligations:
  - {id: O-1, type: invariant, formal: "%s"}
"""


def planned(contract, bindings, domain="1..9", claim="count(n, m) <= n"):
    read = contract(TEXT % (domain, claim))
    return plan_claim(read, read.obligations[0].formal, "counted", EXACT, bindings)


def test_a_claim_over_ranges_is_planned_at_each_of_their_points(contract, binding):
    bound = binding({"counted": "code:count"}, "def count(n, m): return min(n, m)\n")
    plan = planned(contract, [bound])
    assert isinstance(plan, Enumeration)
    assert (plan.domains, plan.points) == ({"n": "1..9", "m": "0..3"}, 36)
    assert plan.conditions == ("n > 1",)
    assert subject_of(plan) == "code:count"


@pytest.mark.parametrize(
    ("domain", "claim", "verdict", "reason"),
    [
        ("1..9", "count(n, k) <= n", Verdict.PROSE, "`k` has no domain"),
        ("1..9", "it counts, doesn't it", Verdict.PROSE, "kernel-v1.yaml:8:"),
        ("ℤ", "count(n, m) <= n", Verdict.UNKNOWN, "`n`, whose domain is not finite"),
        ("1..500000", "count(n, m) <= n", Verdict.UNKNOWN, "2,000,000 points; at most 1,000,000"),
    ],
)
def test_a_claim_that_cannot_be_enumerated_says_why(
    contract, binding, domain, claim, verdict, reason
):
    bound = binding({"counted": "code:count"}, "def count(n, m): return min(n, m)\n")
    plan = planned(contract, [bound], domain, claim)
    assert plan.verdict is verdict
    assert reason in plan.reason


def test_a_claim_without_a_callable_is_unbound(contract):
    plan = planned(contract, [])
    assert plan.verdict is Verdict.UNBOUND
    assert plan.reason == "no binding file names a callable for counted"


def test_a_claim_that_calls_nothing_names_no_callable_that_is_missing(contract):
    plan = planned(contract, [], "1..9", "n <= 9")
    assert plan.verdict is Verdict.UNBOUND
    assert plan.reason == "it calls no function that a binding names"


def test_a_callable_that_is_not_there_is_an_error(contract, binding):
    plan = planned(contract, [binding({"counted": "code:cuont"}, "def count(n, m): return n\n")])
    assert plan.verdict is Verdict.ERROR
    assert "did you mean `count`?" in plan.reason


def test_the_code_of_a_claim_is_in_one_binding_file(contract, binding, tmp_path):
    code = "def count(n, m): return min(n, m)\ndef other(n): return n\n"
    text = TEXT + "  - {id: O-2, type: invariant, formal: 'count(n, m) <= twice(n)'}\n"
    text = text.replace("proof_obl", "  twice: {formula: twice(n) = 2 * n}\nproof_obl")
    read = contract(text % ("1..9", "count(n, m) <= n"))
    formal = read.obligations[1].formal
    part = binding({"twice": "code:other"}, code)
    assert plan_claim(read, formal, "counted", EXACT, [part]).verdict is Verdict.UNBOUND
    whole = binding({"counted": "code:count", "twice": "code:other"}, code)
    plan = plan_claim(read, formal, "counted", EXACT, [part, whole])
    assert {name: bound.callable for name, bound in plan.functions.items()} == {
        "count": "code:count", "twice": "code:other",
    }  # fmt: skip
    assert (plan.root, subject_of(plan)) == (tmp_path, "code:count, code:other")


def test_arguments_that_a_binding_names_are_left_to_what_draws(contract, binding):
    bound = binding({"counted": "code:count"}, "def count(n): return n\n", ", arguments: [n]")
    plan = planned(contract, [bound])
    assert (plan.verdict, plan.reason) == (
        Verdict.UNKNOWN, "the binding says what `count` is given",
    )  # fmt: skip
