"""What names mean in one claim."""

import pytest

from pv.binding.model import Bound
from pv.checks.reading.claims import claims_of
from pv.checks.reading.definitions import known_of
from pv.checks.reading.meanings import ambiguous, as_in, without_formulas
from pv.claims import parse, render

EQUATIONS = """\
equations:
  first: {formula: "f(x) = a * x where a = 2", domain: "x in R", invariants: ["f(x) >= rate"]}
  second: {formula: "y = 3 * g(x)", domain: "x in R, f in R"}
  third: {formula: "y = 4 * g(x)", domain: "x in R"}
  rate: {formula: "r = 7 * t", invariants: ["r(2, 3) > 0"]}
"""


def test_the_definitions_of_an_equation_come_first_in_it(contract):
    stated = contract(EQUATIONS)
    known, (_, second, third, _) = known_of(stated), stated.equations
    assert render(as_in(second, known).definitions["y"].body) == "3 * g(x)"
    assert render(as_in(third, known).definitions["y"].body) == "4 * g(x)"
    assert "f" in as_in(third, known).definitions
    assert "f" not in as_in(second, known).definitions  # it is a number there
    assert as_in(third, known).equation_of["y"] is third


@pytest.mark.parametrize(
    ("claim", "name"), [("y > 0", "y"), ("f(x) > 0", "f"), ("r > 0", None), ("h(x) > 0", None)]
)
def test_a_name_is_ambiguous_that_equations_define_or_declare_each_its_own_way(
    contract, claim, name
):
    assert ambiguous([parse(claim)], known_of(contract(EQUATIONS))) == name


def test_of_what_is_bound_the_call_is_left(contract):
    stated = contract(EQUATIONS)
    bound = {"first": Bound("m:f"), "rate": Bound("m:r", arguments=("t",))}
    known = known_of(stated, bound)
    claims = {claim.id: claim for claim in claims_of(stated)}
    for name, parameters in [("rate", ("t",)), ("first", ())]:
        claim = claims[f"{stated.stem}/{name}/invariant-1"]
        left = without_formulas(known, claim)
        for found in (left.definitions["r"], left.own["rate"]["r"]):
            assert (found.parameters, render(found.body)) == (parameters, "null")
        assert left.definitions["f"].parameters == ("x",)
        assert left.definitions["y"] == known.definitions["y"]
    assert render(known.definitions["f"].body) != "null"
