"""What the bound and the strategy of a symbolic check do."""

import json

import pytest

CODE = """\
import math


def same(n):
    return n


def beyond(n):
    return n + (n > 64)


def exponential(x):
    return math.exp(x)


def total(x):
    return float(sum(x))
"""
DOMAINS = {
    "same": "n ∈ ℕ", "beyond": "n ∈ 0..1000000", "exponential": "x ∈ [-12, 12]",
    "total": "x ∈ [0, 1]^n",
}  # fmt: skip


@pytest.fixture
def prove(project):
    def run(equation, formal, dtype="float64", **symbolic):
        project.write("subjects.py", CODE)
        contract = {
            "metadata": {
                "version": "1.0.0", "description": "d", "references": ["r"], "kind": "pattern"
            },
            "equations": {equation: {"formula": "what it computes", "domain": DOMAINS[equation]}},
            "proof_obligations": [
                {"id": "O", "type": "bound", "property": "p", "equation": equation,
                 "formal": formal}
            ],
            "symbolic_checks": [{"id": "S", "obligation": "O", **symbolic}],
        }  # fmt: skip
        bound = {"contract": "o-v1", "equation": equation, "status": "implemented",
                 "callable": f"subjects:{equation}", "dtype": dtype}  # fmt: skip
        binding = {"version": "1.0.0", "target": "t", "bindings": [bound]}
        project.write("contracts/o-v1.yaml", json.dumps(contract))
        project.write("contracts/bindings/o.yaml", json.dumps(binding))
        _, results = project.results("prove", "S", "--fresh", "--budget", "20")
        return results["S"]

    return run


def test_a_bound_ends_a_domain_that_has_no_end(prove):
    found = prove("same", "same(n) = n", bound=64, strategy="bounded_int")
    assert (found["verdict"], found["engine"], found["cases"]) == ("PROVED", "enumerate", 65)
    assert found["notes"] == ["whole numbers and sizes up to 64 only"]


def test_what_is_beyond_the_bound_is_not_looked_at_and_the_verdict_says_so(prove):
    found = prove("beyond", "beyond(n) = n", bound=64, strategy="exhaustive")
    assert (found["verdict"], found["cases"]) == ("PROVED", 65)
    assert found["notes"] == ["whole numbers and sizes up to 64 only"]
    found = prove("beyond", "beyond(n) = n", bound=65, strategy="exhaustive")
    assert found["counterexample"] == {"n": 65}
    found = prove("beyond", "beyond(n) = n", bound=2_000_000, strategy="exhaustive")
    assert (found["verdict"], found["notes"]) == ("REFUTED", [])


OF_PYTHON = (
    "its real arguments are numbers of Python: what is computed of them alone is float64, unless "
    "the code converts them"
)


def test_every_value_of_a_short_float_is_tried(prove):
    dtype = "float16"
    found = prove("exponential", "exponential(x) > 0", dtype, bound=8, strategy="bounded_float")
    assert (found["verdict"], found["engine"]) == ("PROVED", "enumerate")
    assert found["notes"] == [OF_PYTHON, f"real numbers that are {dtype} values only"]
    found = prove(
        "exponential", "exponential(x) != exponential(6.125)", dtype, strategy="bounded_float"
    )
    assert (found["verdict"], found["counterexample"]) == ("REFUTED", {"x": 6.125})


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_value_of_a_short_float_proves_nothing_of_longer_ones(prove, dtype):
    found = prove("exponential", "exponential(x) > 0", dtype, bound=8, strategy="bounded_float")
    assert (found["verdict"], found["engine"]) == ("SURVIVED", "enumerate")
    assert found["cases"] == 37_890  # those of magnitude 12 and less
    beside = [OF_PYTHON] if dtype != "float64" else []
    assert found["notes"] == [*beside, "real numbers that are float16 values only"]


def test_the_sizes_of_arrays_are_bounded(prove):
    found = prove("total", "total(x) <= 3", bound=3, strategy="bounded_float")
    assert (found["verdict"], found["engine"]) == ("SURVIVED", "property")
    assert found["notes"] == [
        "reals are equal within abs 1e-09 or rel 1e-07",
        "whole numbers and sizes up to 3 only",
    ]
    found = prove("total", "total(x) <= 3", bound=8, strategy="bounded_float")
    assert found["verdict"] == "REFUTED"
    assert found["counterexample"]["n"] > 3
