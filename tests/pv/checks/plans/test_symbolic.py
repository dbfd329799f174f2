import pytest

from pv.checks.model import Enumeration, Formulas, Induction, NotExecutable, Stubbed
from pv.checks.planner import plan_proofs
from pv.claims import render
from pv.engines.spaces.finite_spaces import points
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


OVER = """\
equations: {line: {formula: "f(n) = n + 1", domain: %s}}
proof_obligations: [{id: O-1, type: bound, formal: f(n) > n}]
symbolic_checks: [{id: S-1, obligation: O-1, strategy: %s%s}]
"""


def both(contract, binding, domain, strategy="bounded_int", bound=", bound: 9", more=""):
    """Return the obligation over a domain, and the symbolic check of it."""
    code = binding({"line": "code:line"}, "def line(n):\n    return n + 1\n", more)
    read = contract(OVER % (domain, strategy, bound))
    found = {check.id: check for check in plan_proofs(read, [code])}
    return found["O-1"], found["S-1"]


@pytest.mark.parametrize(
    ("domain", "inside"),
    [
        ("{n: -100..100}", range(-9, 10)),
        ("{n: 5..100}", range(5, 10)),
        ("{n: -100..-3}", range(-9, -2)),
        ("{n: 20..30}", range(0)),
        ("n in ℤ", range(-9, 10)),
        ("n in ℕ", range(10)),
        ('"n in ℤ, n > 2"', range(3, 10)),
        ('"n in ℤ, n >= -100, n < 5"', range(-9, 5)),
        ('"n in ℤ, -3 < n, n < 100"', range(-2, 10)),
        ("n in -100..5", range(-9, 6)),
    ],
)
def test_a_bound_leaves_the_whole_numbers_up_to_it(contract, binding, domain, inside):
    before, after = both(contract, binding, domain)
    assert after.limits == (*before.limits, "whole numbers and sizes up to 9 only")
    if isinstance(after.plan, Enumeration):
        low, high = after.plan.domains["n"].split("..")
        assert [*range(int(low), int(high) + 1)] == [*inside]
        assert after.plan.points == len(inside)
    else:
        assert [case["n"] for case in points(after.plan)] == [*inside]


@pytest.mark.parametrize(
    "domain", ["{n: -9..9}", "{n: '{1, 2, 70}'}", '"n in ℕ, n <= 9"', "n in ℝ", '"n in {1, 70}"']
)
def test_where_nothing_lies_beyond_a_bound_the_check_is_as_without_it(contract, binding, domain):
    before, after = both(contract, binding, domain)
    assert (after.plan, after.limits) == (before.plan, before.limits)


def test_a_bound_leaves_sizes_from_1_up_to_it_and_items_as_they_are(contract, binding):
    before, after = both(contract, binding, '"n in ℤ^k"')
    size = after.plan.space.variables["k"]
    assert (size.whole, render(size.low), render(size.high)) == (True, "1", "9")
    assert after.plan.space.variables["n"] == before.plan.space.variables["n"]


def test_a_bound_on_what_cannot_run_says_why_it_cannot(contract, binding):
    before, after = both(contract, binding, "some numbers")
    assert after.plan == before.plan
    assert isinstance(after.plan, NotExecutable)


@pytest.mark.parametrize(
    ("more", "dtype", "partial"),
    [("", "float16", True), (", dtype: float32", "float16", True)]
    + [(f", dtype: {short}", short, False) for short in ("float16", "bfloat16")],
)
def test_a_claim_of_one_real_is_tried_at_each_short_float(contract, binding, more, dtype, partial):
    before, after = both(contract, binding, "n in ℝ", "bounded_float", "", more)
    assert isinstance(before.plan, Formulas)
    assert (after.plan.dtype, after.plan.partial) == (dtype, partial)
    assert after.limits == (*before.limits, f"real numbers that are {dtype} values only")


@pytest.mark.parametrize(
    "domain",
    ["n in ℤ", '"n in {1, 70.5}"', "n in ℝ^3", "n in Δ^k", '"m in ℝ, n in [0, m]"', "{n: 1..5}"],
)
def test_other_claims_have_no_short_floats(contract, binding, domain):
    before, after = both(contract, binding, domain, "bounded_float", "")
    assert (after.plan, after.limits) == (before.plan, before.limits)


CALLING = """\
equations:
  line: {formula: "f(n) = g(n) + 1", domain: %s}
  other: {formula: "g(n) = n", domain: n in ℝ}
proof_obligations:
  - {id: O-1, type: bound, formal: f(n) > n, equation: line}
  - {id: O-2, type: bound, formal: g(n) = n, equation: other}
symbolic_checks: [{id: S-1, obligation: O-1, strategy: %s}]
"""


@pytest.mark.parametrize(
    ("strategy", "domain", "kind"),
    [
        ("exhaustive", "{n: 1..5}", Enumeration),
        ("inductive", "{n: 1..5}", Induction),
        ("stub_float", "n in ℝ", Stubbed),
        ("compositional", "n in ℝ", Stubbed),
        ("bounded_float", "n in ℝ", Formulas),
    ],
)
def test_each_strategy_has_its_kind_of_plan(contract, binding, strategy, domain, kind):
    read = contract(CALLING % (domain, strategy))
    code = binding({"line": "code:line"}, "def line(n):\n    return n + 1\n")
    plan = next(check.plan for check in plan_proofs(read, [code]) if check.id == "S-1")
    assert isinstance(plan, kind)
    assert bool(getattr(plan, "callees", ())) is (strategy == "compositional")
