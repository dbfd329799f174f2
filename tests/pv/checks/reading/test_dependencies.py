from pv.checks.reading.definitions import known_of
from pv.checks.reading.dependencies import with_dependencies
from pv.claims import render

USING = """\
equations: {whole: {formula: "f(x) = twice(x) + 1", domain: "x in R"}}
"""
DEPENDS = "metadata: {version: 1.0.0, description: d, references: [r], depends_on: [%s]}\n"


def test_a_function_is_taken_from_the_nearest_contract_that_defines_it(contract):
    far = contract('equations: {a: {formula: "twice(x) = 3 * x", domain: "x in R"}}\n', "far-v1")
    near = contract(
        'equations: {b: {formula: "twice(x) = 2 * x", domain: "x in R"}}\n',
        "near-v1",
        DEPENDS % "far-v1",
    )
    using = contract(USING, metadata=DEPENDS % "near-v1")
    known = with_dependencies(known_of(using), using, {"near-v1": near, "far-v1": far})
    assert render(known.definitions["twice"].body) == "2 * x"
    assert known.equation_of["twice"].id == "b"


def test_what_is_not_called_or_not_at_hand_is_not_taken(contract):
    near = contract('equations: {b: {formula: "thrice(x) = 3 * x", domain: "x in R"}}\n', "near-v1")
    using = contract(USING, metadata=DEPENDS % "near-v1, lost-v1")
    known = with_dependencies(known_of(using), using, {"near-v1": near})
    assert {*known.definitions} == {"f", "whole"}
