import pytest

from pv.checks.model import Formulas, NotExecutable
from pv.checks.plans.own_formulas import plan_of
from pv.checks.reading.claims import claims_of
from pv.checks.reading.definitions import known_of
from pv.checks.reading.executability import ROUNDING, SLACK
from pv.evidence.verdict import Verdict

TEXT = """\
equations:
  line: {{formula: "f(x) = a * x", domain: "x in R, a in R, unused in R", codomain: "{claim}"}}
"""


def planned(contract, claim, bound=None):
    read = contract(TEXT.format(claim=claim))
    (only,) = claims_of(read)
    return plan_of(only, known_of(read, bound), read)


def test_a_claim_keeps_only_the_variables_that_it_needs(contract):
    plan = planned(contract, "f(2 * x) = 2 * f(x)")
    assert isinstance(plan, Formulas)
    assert {*plan.space.variables} == {"x", "a"}
    assert [each.name for each in plan.definitions] == ["f"]
    assert plan.tolerance == SLACK


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("f(x) = g(x)", "no formula of the contract defines `g`"),
        ("f(x) > b", "`b` has no domain and no formula"),
        ("f(x, 1) = f(x)", "`f` takes 1 argument, and is given 2"),
        ("x > 0", "it is about nothing that a formula defines"),
    ],
)
def test_a_name_without_a_meaning_is_why_a_claim_cannot_run(contract, claim, reason):
    assert planned(contract, claim) == NotExecutable(Verdict.UNBOUND, reason)


def test_a_domain_of_another_equation_is_its_own_unless_all_agree(contract):
    stated = "codomain: 'h(x) >= 0'"
    text = """\
equations:
  f: {{formula: "f(x) = x", domain: "x in 0..5"}}
  g: {{formula: "g(x) = x", domain: "x in {domain}"}}
  h: {{formula: "h(x) = x", {stated}}}
"""
    plans = {}
    for domain in ("0..5", "-5..5"):
        read = contract(text.format(domain=domain, stated=stated))
        (only,) = claims_of(read)
        plans[domain] = plan_of(only, known_of(read), read)
    assert isinstance(plans["0..5"], Formulas)
    told = "`x` has no domain and no formula here; what it is in f, g is said of that alone"
    assert plans["-5..5"] == NotExecutable(Verdict.UNBOUND, told)


def test_rounding_of_code_depends_on_its_type_of_numbers():
    widths = [ROUNDING[dtype].relative for dtype in ("float64", "float32", "float16", "bfloat16")]
    assert widths == sorted(widths)
    assert widths[0] < widths[1] < widths[2] < widths[3]
