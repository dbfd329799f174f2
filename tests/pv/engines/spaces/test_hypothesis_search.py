"""Hypothesis continues where pv's own draws found nothing."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from pv.claims import EvaluationError, read_field
from pv.claims.domains.read_space import space_of
from pv.engines.spaces.hypothesis_search import falsifying, strategy
from pv.engines.spaces.membership import Members

CONSTANT = "def counted(limit, planned):\n    return min(limit, planned) + (planned == 7654321)\n"


def members(text):
    return Members(space_of(read_field("domain", text)))


def test_it_finds_a_constant_that_only_the_code_has(project):
    project.write("counting/rule.py", CONSTANT)
    project.change("contracts/counter-v1.yaml", "planned: 1..9", "planned: 1..9000000")
    _, results = project.results("prove", "CNT-INV-001")
    found = results["CNT-INV-001"]
    assert (found["verdict"], found["counterexample"]["planned"]) == ("REFUTED", 7654321), found


def test_what_it_finds_is_shrunk():
    case = falsifying(members("n ∈ ℤ"), lambda each: each["n"] < 10**9, 200, 0, math.inf)
    assert case == {"n": 10**9}


def test_without_time_it_finds_nothing():
    assert falsifying(members("n ∈ ℤ"), lambda _: False, 200, 0, end=0.0) is None


def test_a_domain_that_is_hardly_ever_met_has_no_case():
    assert (
        falsifying(members("x ∈ ℝ, x = y, y ∈ ℝ, 1 < x < 0"), lambda _: False, 9, 0, 1e18) is None
    )


def drawn(domain, count=150):
    """Return what Hypothesis draws from a domain, the same each time."""
    found = []

    @settings(
        max_examples=count, database=None, deadline=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy(members(domain)))
    def collect(case):
        found.append(case)

    collect()
    return found


def test_a_size_that_no_domain_bounds_is_from_1_to_16():
    found = {len(case["x"]) for case in drawn("x ∈ ℝ^n")}
    assert found == {*range(1, 17)}
    assert {case["n"] for case in drawn("x ∈ ℝ^n, n in 3..900")} == {*range(3, 20)}
    assert {case["n"] for case in drawn("x ∈ ℝ^n, n in 3..5")} == {3, 4, 5}
    assert {case["n"] for case in drawn("x ∈ ℝ^n, n ≥ 0")} == {*range(17)}
    assert {case["n"] for case in drawn("x ∈ ℝ^n, n ≤ 5")} == {*range(1, 6)}


@pytest.mark.parametrize(
    ("domain", "low", "high", "infinite"),
    [
        ("x ∈ ℝ", -1e6, 1e6, set()), ("x ∈ [3, 4]", 3, 4, set()), ("x ∈ [3, ∞)", 3, 1e6, set()),
        ("x ∈ [3, ∞]", 3, 1e6, {math.inf}), ("x ∈ [-∞, 3]", -1e6, 3, {-math.inf}),
        ("x ∈ [10^7, ∞)", 1e7, 1e7, set()), ("x ∈ [-2, 10^9]", -2, 1e9, set()),
        ("x ∈ [-∞, ∞]", -1e6, 1e6, {math.inf, -math.inf}), ("x ∈ [∞, ∞]", None, None, {math.inf}),
    ],
)  # fmt: skip
def test_a_real_lies_between_its_ends_or_within_a_million(domain, low, high, infinite):
    found = {case["x"] for case in drawn(domain)}
    assert {each for each in found if math.isinf(each)} == infinite
    finite = [each for each in found if not math.isinf(each)]
    assert (finite == []) is (low is None)
    if finite:
        assert low <= min(finite)
        assert max(finite) <= high
        assert max(finite) - min(finite) >= (high - low) / 4


def test_listed_values_and_arrays_are_drawn_too():
    assert {case["s"] for case in drawn("s ∈ {1, 2.5, 7}")} == {1, 2.5, 7}
    arrays = [case["x"] for case in drawn("x ∈ ℝ^3", 60)]
    assert len({each.tobytes() for each in arrays}) > 20
    assert all(np.isclose(case["p"].sum(), 1) for case in drawn("p ∈ Δ^3", 60))


def test_what_follows_is_computed_and_what_has_no_value_is_passed_over():
    assert all(case["m"] == case["n"] ** 2 for case in drawn("n in 0..9, m = n * n", 30))
    assert all(case["x"] >= 0 for case in drawn("x ∈ [-1, 1], y ∈ [0, √x]", 30))
    assert all(1 < case["n"] < 90 for case in drawn("n in 1..90, n > 1, n < 90", 60))


def test_a_function_that_is_false_only_sometimes_still_gives_a_case():
    calls = []

    def holds(case):
        calls.append(case)
        return len(calls) != 5

    assert falsifying(members("n ∈ ℤ"), holds, 50, 0, math.inf) in calls


def test_so_many_cases_are_tried_and_the_seed_decides_which():
    tried = {}
    for seed in (1, 2):
        cases = tried[seed] = []
        falsifying(
            members("n ∈ ℤ"), lambda case, cases=cases: cases.append(case) or True, 40, seed, 1e18
        )
        assert len(cases) == 40
    again = []
    falsifying(members("n ∈ ℤ"), lambda case: again.append(case) or True, 40, 1, math.inf)
    assert again == tried[1] != tried[2]


def test_an_error_of_the_predicate_is_not_hidden():
    def holds(_):
        raise EvaluationError("no", None)

    with pytest.raises(EvaluationError):
        falsifying(members("n ∈ ℤ"), holds, 40, 1, math.inf)
