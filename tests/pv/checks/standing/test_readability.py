from pv.checks.standing.readability import FIELDS, count_claims

CONTRACT = """\
equations:
  f:
    formula: f(x) = x + y
    domain: {x: 1..9, y: as you like}
    codomain: "[0, 9]"
    invariants: ["f(1) > 0", it is nice]
    preconditions: [the caller is careful]
  g: {formula: it is a line, domain: "x in R"}
  h: {formula: h(x) = x}
proof_obligations:
  - {id: A, type: bound, formal: f(1) > 0}
  - {id: B, type: bound, formal: nobody knows}
  - {id: C, type: bound, property: it holds}
falsification_tests:
  - {id: D, rule: r, prediction: f(1) = 2, if_fails: x}
  - {id: E, rule: r, prediction: all is well, if_fails: x}
"""


def test_texts_are_counted_by_field_and_those_that_can_be_read(contract):
    found = count_claims([contract(CONTRACT)])
    assert {field: tuple(count) for field, count in found.items()} == {
        "formula": (3, 2), "domain": (3, 2), "codomain": (1, 1), "invariant": (2, 1),
        "precondition": (1, 0), "formal": (2, 1), "prediction": (2, 1),
    }  # fmt: skip


def test_without_contracts_each_field_has_none():
    assert {tuple(count) for count in count_claims([]).values()} == {(0, 0)}
    assert count_claims([]).keys() == FIELDS.keys()
