"""Proofs over real numbers by axioms: what is false, or not shown, is never proved."""

import json

import pytest

from pv.checks.model import Formulas, Stubbed
from pv.claims import EXACT, Fault, Tolerance, parse, read_field
from pv.claims.domains.read_space import space_of
from pv.claims.smt.terms import Solution
from pv.claims.tree import definition_of
from pv.engines.outcome import Options
from pv.engines.reals import axioms as known_axioms
from pv.engines.reals import conditions
from pv.engines.reals.axioms import AXIOMS, Axioms
from pv.engines.reals.encode_reals import single
from pv.engines.reals.engine import decide
from pv.engines.search import engine as drawn
from pv.evidence.verdict import Verdict

CODE = """\
import math


def squash(x):
    return 1 / (1 + math.exp(-x))


def shifted(x):
    return 1 / (1 + math.exp(-x)) * 0.999


def sinks(x):
    return x + math.exp(x) if x < 20 else 0.0
"""
SQUASH = ("squash", "squash(x) = 1 / (1 + exp(-x))", "x ∈ [-30, 30]")


@pytest.fixture
def prove(project):
    """Return a function that proves one claim about a formula, or about code that is bound."""

    def run(equation, formal, code=None, requires=None):
        name, formula, domain = equation
        obligation = {"id": "O", "type": "bound", "property": "p", "equation": name,
                      "formal": formal}  # fmt: skip
        if requires:
            obligation |= {"type": "postcondition", "requires": requires}
        contract = {
            "metadata": {
                "version": "1.0.0", "description": "d", "references": ["r"], "kind": "pattern"
            },
            "equations": {name: {"formula": formula, "domain": domain}},
            "proof_obligations": [obligation],
            "symbolic_checks": [{"id": "S", "obligation": "O", "strategy": "stub_float"}],
        }  # fmt: skip
        project.write("contracts/o-v1.yaml", json.dumps(contract))
        if code:
            project.write("subjects.py", CODE)
            bound = {"contract": "o-v1", "equation": name, "status": "implemented",
                     "callable": f"subjects:{code}"}  # fmt: skip
            binding = {"version": "1.0.0", "target": "t", "bindings": [bound]}
            project.write("contracts/bindings/o.yaml", json.dumps(binding))
        _, results = project.results("prove", "S", "--fresh", "--budget", "12")
        return results["S"]

    return run


@pytest.mark.parametrize(
    ("formula", "domain", "formal"),
    [
        ("f(x) = 1 / (1 + exp(-x))", "x ∈ [-30, 30]", "0 < f(x) and f(x) < 1"),
        ("f(x) = exp(-x) / (1 + exp(-x))", "x ∈ [-30, 30], y ∈ [-30, 30]",
         "x < y implies f(x) > f(y)"),
        ("f(x) = 2 * tanh(x) + 1", "x ∈ ℝ, y ∈ ℝ", "x <= y implies f(x) <= f(y)"),
        ("f(x) = tanh(x / 2)", "x ∈ ℝ", "f(-x) = -f(x)"),
        ("f(x) = x * sigmoid(x)", "x ∈ ℝ", "abs(f(x)) <= abs(x)"),
        ("f(x) = log(1 + exp(x))", "x ∈ [-30, 30]", "f(x) > x and f(x) > 0"),
        ("f(x) = sqrt(1 + x^2)", "x ∈ [-30, 30]", "f(x) >= 1 and f(x) >= x"),
        ("f(x) = 3 + sin(x) * cos(x)", "x ∈ [-30, 30]", "2 <= f(x) and f(x) <= 4"),
        ("f(x) = exp(-x^2)", "x ∈ [-3, 3]", "f(x) <= 1"),
        ("f(x) = x - ln(x)", "x ∈ (0, 30]", "f(x) >= 1"),
    ],
)  # fmt: skip
def test_a_true_claim_is_proved_of_the_formula_over_the_reals(prove, formula, domain, formal):
    found = prove(("f", formula, domain), formal)
    assert (found["verdict"], found["subject"]) == ("PROVED", "reference"), found
    assert (
        "over real numbers, not floats, z3 proved the formula, with axioms for"
        in (found["notes"][-1])
    )


@pytest.mark.parametrize(("kind", "verdict"), [("R_>=0", "REFUTED"), ("R_>0", "PROVED")])
def test_a_value_is_in_a_set_of_reals_or_not(prove, kind, verdict):
    found = prove(("f", "f(x) = x", "x ∈ [0, 9]"), f"f(x) > 0 or not (x in {kind}) or x = 1")
    wanted = {"R_>=0": "REFUTED", "R_>0": "PROVED"}[kind]
    assert (found["verdict"], verdict) == (wanted, verdict), found


def test_the_reason_says_which_axioms_stood_for_which_function(prove):
    found = prove(SQUASH, "squash(x) > 0")
    assert (
        "for exp: exp(a) > 0; exp(0) = 1; exp(a) >= 1 + a; a < b implies exp(a) < exp(b)"
        in (found["notes"][-1])
    )
    assert "log" not in found["notes"][-1]


@pytest.mark.parametrize(
    ("formal", "verdict"),
    [
        ("squash(x) > 0.001", "REFUTED"),
        ("squash(x) <= 0.999", "REFUTED"),
        ("x < 0 implies squash(x) < 0.25", "REFUTED"),
        ("squash(x) <= 0.49 or x >= 0.5", "REFUTED"),
        ("squash(x) + squash(-x) <= 1 - 1/1000000", "SURVIVED"),  # within the slack of formulas
    ],
)
def test_a_claim_that_is_false_is_never_proved(prove, formal, verdict):
    found = prove(SQUASH, formal)
    assert found["verdict"] != "PROVED"
    assert found["verdict"] == verdict, found


def test_what_the_axioms_do_not_give_is_left_to_drawn_values(prove):
    found = prove(("f", "f(x) = sin(x)^2 + cos(x)^2", "x ∈ [-3, 3]"), "f(x) <= 1.5")
    assert (found["verdict"], found["engine"]) == ("SURVIVED", "property")
    assert any("the axioms were too weak" in note for note in found["notes"])


def test_an_array_is_left_to_drawn_values_and_the_verdict_says_so(prove):
    found = prove(("f", "f(x) = sum(exp(x))", "x ∈ [0, 1]^n, n >= 1"), "f(x) > 0")
    assert found["verdict"] == "SURVIVED", found
    assert "nothing was replaced, the claim itself ran: `x` is an array" in found["notes"][0]


@pytest.mark.parametrize(
    ("equation", "formal", "requires"),
    [
        (SQUASH, "squash(x) > 2", "x > 1 and x < 1"),
        (SQUASH, "x > 40 implies squash(x) > 2", None),
        (SQUASH, "exp(x) < 0 implies squash(x) > 2", None),
        (("f", "f(x) = exp(x)", "x ∈ [0, 1], x > 2"), "f(x) < 0", None),
    ],
)
def test_contradictory_premises_prove_nothing(prove, equation, formal, requires):
    found = prove(equation, formal, requires=requires)
    assert found["verdict"] == "VACUOUS", found


def test_a_premise_that_only_the_axioms_allow_proves_nothing(prove):
    formal = "sin(x)^2 + cos(x)^2 > 1.5 implies f(x) > 0"
    found = prove(("f", "f(x) = exp(x)", "x ∈ [-3, 3]"), formal)
    assert found["verdict"] == "VACUOUS", found


def test_a_proof_of_the_formula_is_not_one_of_the_code(prove):
    found = prove(SQUASH, "0 < squash(x) and squash(x) < 1", code="squash")
    assert (found["verdict"], found["subject"]) == ("SURVIVED", "subjects:squash"), found
    assert "two parts, no proof of the code: over real numbers" in found["notes"][-1]
    assert "that the code equals the formula survived" in found["notes"][-1]
    assert found["mutants"]


def test_code_that_is_not_the_formula_gains_nothing_from_its_proof(prove):
    found = prove(SQUASH, "0 < squash(x) and squash(x) < 1", code="shifted")
    assert found["verdict"] == "UNKNOWN"
    assert "that the code equals the formula is REFUTED" in found["reason"]


def test_code_that_contradicts_the_claim_is_refuted_though_the_formula_is_proved(prove):
    equation = ("sinks", "sinks(x) = x + exp(x)", "x ∈ [0, 30]")
    found = prove(equation, "sinks(x) >= 1", code="sinks")
    assert found["verdict"] == "REFUTED"
    assert found["counterexample"]["x"] >= 20
    assert "of the formula alone: over real numbers" in found["notes"][-1]


@pytest.mark.parametrize("function", AXIOMS)
def test_the_axioms_are_true_of_the_functions(function):
    everything = {*AXIOMS}
    space = space_of(read_field("domain", "a ∈ [-5, 5], b ∈ [-5, 5]"))
    for text in (*single(function, everything), *AXIOMS[function].pairs):
        tree = parse(text)
        assert not isinstance(tree, Fault), text
        plan = Formulas(text, tree, (), space, EXACT if "<" in text else Tolerance(1e-9, 1e-9))
        if "a < b" in text:  # saturated: strict over the reals alone
            plan = Formulas(text.replace(") < ", ") <= "), parse(_lax(text)), (), space, EXACT)
        found = drawn.decide(plan, Options())
        assert found.verdict is Verdict.SURVIVED, (text, found.reason)


def _lax(text):
    premise, _, claim = text.rpartition(" implies ")
    return f"{premise} implies {claim.replace(' < ', ' <= ')}"


@pytest.mark.parametrize(
    ("wrong", "formal"),
    [
        (Axioms(("exp(a) > 0",), ("a < b implies exp(a) > exp(b)",)),
         "x < y implies f(x) > f(y)"),
        (Axioms(("exp(a) > 1",)), "f(x) > 1"),
    ],
)  # fmt: skip
def test_an_axiom_in_the_wrong_direction_is_caught_by_drawn_values(monkeypatch, wrong, formal):
    monkeypatch.setitem(known_axioms.AXIOMS, "exp", wrong)
    definition = definition_of(parse("f(x) = exp(x)"))
    space = space_of(read_field("domain", "x ∈ [-12, 12], y ∈ [-12, 12]"))
    plan = Formulas(formal, parse(formal), (definition,), space, EXACT)
    found = decide(Stubbed(plan, plan, ()), Options(budget=10))
    assert found.verdict is Verdict.REFUTED
    assert "drawn values do not bear it out" in found.notes[-1]


def test_values_of_z3_outside_a_condition_refute_nothing(prove):
    equation = ("f", "f(x, y) = exp(x) - exp(y)", "x ∈ [0, 3], y ∈ [0, 3], x = y^2 / 2, y > 1")
    found = prove(equation, "f(x, y) < 1/100")
    assert found["verdict"] == "REFUTED"
    case = found["counterexample"]
    assert case["x"] == pytest.approx(case["y"] ** 2 / 2)


def test_what_only_rounding_contradicts_is_proved_and_the_verdict_says_where(prove):
    found = prove(("f", "f(x) = exp(x)", "x ∈ ℝ"), "f(x) > 0")
    assert found["verdict"] == "PROVED", found
    assert "in float64 it is false at {'x': -" in found["notes"][-1]


def test_where_z3_gives_up_drawn_values_decide(monkeypatch):
    gave_up = Solution(reason="z3 gave up: timeout")
    monkeypatch.setattr(conditions, "solve", lambda *_: gave_up)
    definition = definition_of(parse("f(x) = exp(x)"))
    space = space_of(read_field("domain", "x ∈ [-12, 12]"))
    for formal, verdict in (("f(x) > 0", Verdict.SURVIVED), ("f(x) < 9", Verdict.REFUTED)):
        plan = Formulas(formal, parse(formal), (definition,), space, EXACT)
        found = decide(Stubbed(plan, plan, ()), Options(budget=10))
        assert found.verdict is verdict
        assert "no proof over real numbers: z3 gave up: timeout" in found.notes[-1]
