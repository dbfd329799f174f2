from pv.checks.reading import equations
from pv.claims import Fault, render

TEXT = """\
equations:
  counted:
    formula: count(n, m) = min(n, m)
    domain: {n: 1..9, m: 0..3}
    preconditions: ["n > m", "n is chosen well"]
  vague: {formula: "it depends", domain: {n: some numbers}}
"""


def test_claims_may_call_an_equation_by_its_id_or_by_its_function(contract):
    assert equations.functions(contract(TEXT)) == {
        "counted": "counted", "vague": "vague", "count": "counted",
    }  # fmt: skip


def test_preconditions_are_read_or_told_as_prose(contract):
    counted = contract(TEXT).equations[0]
    assert [render(each) for each in equations.preconditions(counted)] == ["n > m"]
    assert equations.unread(counted) == ("n is chosen well",)


def test_domains_of_parameters_are_read_or_the_first_fault_returned(contract):
    counted, vague = contract(TEXT).equations
    assert {name: str(each) for name, each in equations.domains(counted).items()} == {
        "n": "1..9", "m": "0..3",
    }  # fmt: skip
    assert isinstance(equations.domains(vague), Fault)
