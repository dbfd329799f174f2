from pv.checks.reading.claims import claims_of
from pv.claims import render


def by_id(contract):
    return {claim.id: claim for claim in claims_of(contract)}


def test_each_text_of_an_equation_is_a_claim_with_a_number(contract):
    found = by_id(
        contract("""\
equations:
  square:
    formula: f(x) = x^2
    domain: x in R
    codomain: f(x) >= 0
    invariants: ["f(x) = f(-x)", "f(0) = 0"]
""")
    )
    assert {name: claim.field for name, claim in found.items()} == {
        "kernel-v1/square/invariant-1": "invariant",
        "kernel-v1/square/invariant-2": "invariant",
        "kernel-v1/square/codomain": "codomain",
    }
    assert {claim.equation for claim in found.values()} == {"square"}


def test_what_an_obligation_requires_becomes_the_premise(contract):
    found = by_id(
        contract("""\
equations: {root: {formula: "f(x) = sqrt(x)", domain: "x in R"}}
proof_obligations:
  - {id: O-1, type: postcondition, formal: f(x)^2 = x, requires: x >= 0, equation: root}
""")
    )
    assert render(found["O-1"].tree) == "x >= 0 implies f(x) ^ 2 = x"
    assert found["O-1"].equation == "root"


def test_a_requirement_that_is_prose_takes_the_place_of_the_claim(contract):
    found = by_id(
        contract("""\
equations: {root: {formula: "f(x) = sqrt(x)", domain: "x in R"}}
proof_obligations:
  - {id: O-1, type: postcondition, formal: f(x)^2 = x, requires: x is nice to us}
""")
    )
    assert (found["O-1"].field, found["O-1"].text.value) == ("precondition", "x is nice to us")


def test_a_prediction_has_the_tolerance_of_its_obligation(contract):
    found = by_id(
        contract("""\
equations: {square: {formula: "f(x) = x^2", domain: "x in R"}}
proof_obligations:
  - id: O-1
    type: invariant
    property: p
    formal: f(x) >= 0
    tolerance: {abs: 0.5, float16: {abs: 2.0}}
falsification_tests:
  - {id: T-1, rule: r, prediction: f(2) = 4, if_fails: look, obligation: O-1}
""")
    )
    assert found["T-1"].tolerance.absolute == 0.5
    narrow, wide = found["T-1"].held_in("float16"), found["T-1"].held_in("float32")
    assert (narrow.tolerance.absolute, narrow.tolerance.dtype) == (2.0, "float16")
    assert (wide.tolerance.absolute, wide.tolerance.dtype) == (0.5, "float32")
