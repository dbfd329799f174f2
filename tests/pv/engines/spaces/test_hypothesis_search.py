"""Hypothesis continues where pv's own draws found nothing."""

import math

from pv.claims import read_field
from pv.claims.domains.read_space import space_of
from pv.engines.spaces.hypothesis_search import falsifying
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
