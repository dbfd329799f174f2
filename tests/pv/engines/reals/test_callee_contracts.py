"""What is called is taken at its own obligations, and credited with no more than they reached."""

import json

import pytest

GATE = {"formula": "gate(z) = 1 / (1 + exp(-z))", "domain": "z ∈ [-30, 30]"}
LAYER = {"formula": "layer(x) = 2 * gate(3 * x) + 1", "domain": "x ∈ [-9, 9]"}
OPEN = ("G-OPEN", "0 < gate(z) and gate(z) < 1")
CODE = """\
import math


def layer(x):
    return 2 / (1 + math.exp(-3 * x)) + 1


def other(x):
    return 2.5
"""


@pytest.fixture
def prove(project):
    """Return a function that proves a claim about `layer`, which calls `gate`."""

    def run(formal, *of_gate, gate=GATE, layer=LAYER, code=None):
        said = [("O", "layer", formal), *((name, "gate", text) for name, text in of_gate)]
        contract = {
            "metadata": {
                "version": "1.0.0", "description": "d", "references": ["r"], "kind": "pattern"
            },
            "equations": {"gate": gate, "layer": layer},
            "proof_obligations": [
                {"id": name, "type": "bound", "property": "p", "equation": equation,
                 "formal": text}
                for name, equation, text in said
            ],
            "symbolic_checks": [{"id": "S", "obligation": "O", "strategy": "compositional"}],
        }  # fmt: skip
        project.write("contracts/o-v1.yaml", json.dumps(contract))
        if code:
            project.write("subjects.py", CODE)
            bound = {"contract": "o-v1", "equation": "layer", "status": "implemented",
                     "callable": f"subjects:{code}"}  # fmt: skip
            binding = {"version": "1.0.0", "target": "t", "bindings": [bound]}
            project.write("contracts/bindings/o.yaml", json.dumps(binding))
        _, results = project.results("prove", "S", "--fresh", "--budget", "20")
        return results["S"]

    return run


def test_a_claim_is_proved_from_the_obligations_of_what_is_called(prove):
    found = prove("1 < layer(x) and layer(x) < 3", OPEN)
    assert (found["verdict"], found["subject"]) == ("PROVED", "reference"), found
    assert (
        "obligations for gate: it has a value in its domain (PROVED); "
        "G-OPEN `0 < gate(z) and gate(z) < 1` (PROVED); assumed: G-OPEN" in found["notes"][-1]
    )
    assert "exp" not in found["notes"][-1]  # the formula of what is called was not looked into


def test_a_claim_about_pairs_is_assumed_of_each_pair(prove):
    grows = ("G-GROWS", "x < y implies gate(x) <= gate(y)")
    gate = {**GATE, "domain": "x ∈ [-30, 30], y ∈ [-30, 30], z ∈ [-30, 30]"}
    layer = {**LAYER, "domain": "x ∈ [-9, 9], y ∈ [-9, 9]"}
    found = prove("x < y implies layer(x) <= layer(y)", grows, gate=gate, layer=layer)
    assert found["verdict"] == "PROVED", found
    found = prove("x < y implies layer(x) < layer(y)", grows, gate=gate, layer=layer)
    assert found["verdict"] == "SURVIVED"  # true, and more than what is assumed gives
    found = prove("x < y implies layer(x) >= layer(y)", grows, gate=gate, layer=layer)
    assert found["verdict"] == "REFUTED"


@pytest.mark.parametrize(
    ("formal", "of_gate", "verdict"),
    [
        ("layer(x) < 3", [("G-WEAK", "0 < gate(z) and gate(z) < 2")], "SURVIVED"),  # too weak
        ("layer(x) < 2", [OPEN], "REFUTED"),
        ("layer(x) < 2", [("G-FALSE", "gate(z) < 0.5")], "REFUTED"),
        ("layer(x) < 3", [("G-FALSE", "gate(z) < 0.5")], "SURVIVED"),
        ("layer(x) < 3", [("G-VOID", "z > 40 implies gate(z) < 0.5")], "SURVIVED"),
        ("layer(x) < 3", [OPEN, ("G-FALSE", "gate(z) > 2")], "PROVED"),  # the false one is left out
        ("x > 3 and x < 2 implies layer(x) > 7", [OPEN], "VACUOUS"),
    ],
)  # fmt: skip
def test_what_is_assumed_is_worth_no_more_than_its_own_verdict(prove, formal, of_gate, verdict):
    found = prove(formal, *of_gate)
    assert found["verdict"] == verdict, found


def test_what_only_survived_is_credited_with_no_more(prove):
    gate = {"formula": "gate(z) = sin(z)^2 + cos(z)^2", "domain": "z ∈ [-30, 30]"}
    found = prove("layer(x) < 4", ("G-ONE", "gate(z) < 1.25"), gate=gate)
    assert found["verdict"] == "SURVIVED"
    assert "G-ONE `gate(z) < 1.25` (SURVIVED); assumed: G-ONE" in found["notes"][-1], found


def test_a_caller_that_leaves_the_domain_of_what_it_calls_is_not_proved(prove):
    found = prove("layer(x) < 3", OPEN, layer={**LAYER, "domain": "x ∈ [-11, 11]"})
    assert (found["verdict"], found["engine"]) == ("SURVIVED", "property"), found


def test_nothing_is_assumed_of_what_has_no_value_in_its_domain(prove):
    gate = {"formula": "gate(z) = 1 / z", "domain": "z ∈ [-30, 30]"}
    found = prove("layer(x) * 0 = 0", ("G-SMALL", "z > 1 implies gate(z) < 1"), gate=gate)
    assert found["verdict"] != "PROVED", found


def test_code_that_calls_is_credited_with_both_parts_at_most(prove):
    found = prove("1 < layer(x) and layer(x) < 3", OPEN, code="layer")
    assert (found["verdict"], found["subject"]) == ("SURVIVED", "subjects:layer"), found
    assert "two parts, no proof of the code" in found["notes"][-1]
    assert "G-OPEN `0 < gate(z) and gate(z) < 1` (PROVED)" in found["notes"][-1]
    found = prove("1 < layer(x) and layer(x) < 3", OPEN, code="other")
    assert found["verdict"] in {"UNKNOWN", "VACUOUS"}


def test_where_nothing_called_has_obligations_the_verdict_says_so(prove):
    found = prove("layer(x) < 3", code="layer")
    assert found["verdict"] == "SURVIVED"
    assert "it calls nothing that has obligations, none was replaced" in found["notes"][-1]
