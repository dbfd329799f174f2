import pytest

from pv.checks.reading.definitions import definition_in
from pv.checks.reading.formulas.called_values import called_values
from pv.claims import read_field

CONTRACT = """\
equations: {kv: {formula: "kv = 2 * S * d", domain: "S, d in 1..9"}}
proof_obligations: [{id: O, type: bound, formal: "CLAIM"}]
"""
FORMULAS = ("kv = 2 * S * d", "half = kv / 2", "rate = half")
VALUES = {
    found.name: found
    for found in (definition_in(read_field("formula", each)[0]) for each in FORMULAS)
}


@pytest.mark.parametrize(
    ("claim", "functions"),
    [
        ("kv(S) > 0", {"kv": ("S",)}), ("kv(S, d) > 0", {"kv": ("S", "d")}),
        ("kv(d, S) > 0", {"kv": ("S", "d")}), ("kv(S1) < kv(S2)", {"kv": ("S",)}),
        ("kv(S) < kv(d)", {"kv": ("S",)}), ("kv(3) < kv(d)", {"kv": ("d",)}),
        ("rate(S) > 0", {"rate": ("S",)}), ("rate(S) < kv(d)", {"rate": ("S",), "kv": ("d",)}),
        ("kv(S, S) > 0", {}), ("kv(S, 3) > 0", {}), ("kv(x) > 0", {}), ("kv(S, x) > 0", {}),
        ("other(S) > 0", {}), ("kv > 0", {}),
    ],
)  # fmt: skip
def test_a_value_is_a_function_of_the_variables_that_it_is_called_with(contract, claim, functions):
    read = contract(CONTRACT.replace("CLAIM", claim))
    found = called_values(read, VALUES, {"kv": ("S", "d")})
    assert {each.name: each.parameters for each in found} == functions
