"""What an obligation presupposes, and what its type asks for beyond its formal text."""

import json

import pytest

CODE = """\
import math
import random
import time

import numpy as np

SEEN = []


def fraction(n):
    return 12 // n


def root(x):
    return math.sqrt(x)


def sort(x):
    return np.sort(x)


def seeded(n):
    return random.Random(n).random()


def unseeded(n):
    return random.Random().random()


def by_hash(n):
    return sorted({f"a{n}", f"b{n}", f"c{n}"}, key=hash)


def by_count(n):
    SEEN.append(n)
    return len(SEEN)


def by_process(n, started=time.time_ns()):
    return started


def refuses(n):
    raise ValueError(n)
"""
NAMES = ("fraction", "root", "sort", "seeded", "unseeded", "by_hash", "by_count", "by_process",
         "refuses")  # fmt: skip
DOMAINS = {"root": "x ∈ [-10, 10]", "sort": "x ∈ ℝ^n, n ∈ 1..8"}


@pytest.fixture
def prove(project):
    """Return a function that proves one obligation about one of the functions above."""

    def run(equation, more, **about):
        stated = {"formula": "what the function computes", "domain": {"n": "-3..9"}, **about}
        if equation in DOMAINS:
            stated["domain"] = DOMAINS[equation]
        project.write("subjects.py", CODE)
        contract = {
            "metadata": {
                "version": "1.0.0", "description": "d", "references": ["r"], "kind": "pattern"
            },
            "equations": {equation: stated},
            "proof_obligations": [{"id": "O", "property": "p", "equation": equation, **more}],
        }  # fmt: skip
        bound = {"contract": "o-v1", "equation": equation, "status": "implemented",
                 "callable": f"subjects:{equation}"}  # fmt: skip
        binding = {"version": "1.0.0", "target": "t", "bindings": [bound]}
        project.write("contracts/o-v1.yaml", json.dumps(contract))
        project.write("contracts/bindings/o.yaml", json.dumps(binding))
        _, results = project.results("prove", "O", "--fresh", "--budget", "8")
        return results["O"]

    return run


def test_a_point_outside_the_precondition_is_no_counterexample(prove):
    claim = {"type": "bound", "formal": "fraction(n) > 0"}
    assert prove("fraction", claim)["counterexample"] == {"n": -3}
    inside = prove("fraction", claim, preconditions=["n > 0"])
    assert (inside["verdict"], inside["cases"]) == ("PROVED", 9), inside["notes"]
    assert prove("fraction", claim, preconditions=["n > 0", "n < 0"])["verdict"] == "VACUOUS"
    wrong = {"type": "bound", "formal": "fraction(n) > 2"}
    assert prove("fraction", wrong, preconditions=["n > 0"])["counterexample"] == {"n": 5}


def test_a_counterexample_says_which_precondition_was_prose(prove):
    claim = {"type": "bound", "formal": "fraction(n) > 0"}
    found = prove("fraction", claim, preconditions=["somebody asked for it"])
    assert found["verdict"] == "REFUTED"
    told = "a precondition is prose and was not looked at: somebody asked for it"
    assert found["notes"] == [told]


def test_what_a_postcondition_requires_is_presupposed_exactly(prove):
    near = {"rel": 1e-9, "abs": 1e-9}
    claim = {"type": "postcondition", "formal": "root(x)^2 = x", "tolerance": near}
    assert prove("root", claim)["verdict"] == "REFUTED"
    found = prove("root", {**claim, "requires": "x >= 0"})
    assert found["verdict"] == "SURVIVED", found
    found = prove("root", {**claim, "requires": "somebody asked for it"})
    assert (found["verdict"], "o-v1.yaml" in found["reason"]) == ("PROSE", True)


def test_a_premise_about_arrays_is_one_about_all_items(prove):
    claim = {"type": "ordering", "formal": "x > 0 implies sort(x) > min(x) - 1"}
    assert prove("sort", claim)["verdict"] == "SURVIVED"


DETERMINISM = [
    ("seeded", "SURVIVED", "", "twice more in a fresh one with another hash seed"),
    ("sort", "SURVIVED", "", "twice more in a fresh one with another hash seed"),
    ("unseeded", "REFUTED", "two results in one process", ""),
    ("by_count", "REFUTED", "two results in one process", ""),
    ("by_hash", "REFUTED", "another result in a fresh process", ""),
    ("by_process", "REFUTED", "another result in a fresh process", ""),
    ("refuses", "ERROR", "in each case it raised ValueError", ""),
]


@pytest.mark.parametrize(("name", "verdict", "reason", "note"), DETERMINISM)
def test_determinism_is_the_same_result_again_here_and_elsewhere(
    prove, name, verdict, reason, note
):
    found = prove(name, {"type": "determinism"})
    assert found["verdict"] == verdict, found
    assert found["cases"] > 1 or verdict == "REFUTED"
    assert reason in (found["reason"] or "")
    assert any(note in each for each in found["notes"]) or not note


def test_a_formula_that_cannot_be_false_is_run_twice_instead(prove):
    found = prove("by_hash", {"type": "determinism", "formal": "by_hash(n) = by_hash(n)"})
    assert "in a fresh process" in found["reason"]
    assert prove("seeded", {"type": "determinism", "formal": "seeded(n) < 2"})["cases"] == 13
