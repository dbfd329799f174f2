import math

import pytest

from pv.claims import parse_domain
from pv.engines.ends import without_values
from pv.engines.systems.cases import draw_cases, minimise


def domains(**texts):
    return {name: parse_domain(text) for name, text in texts.items()}


def test_all_points_where_there_are_no_more_than_wanted():
    assert draw_cases(domains(n="1..2", word='{"a", "b"}'), 4, 0) == (
        {"n": 1, "word": "a"},
        {"n": 1, "word": "b"},
        {"n": 2, "word": "a"},
        {"n": 2, "word": "b"},
    )


def test_the_lowest_and_the_highest_corner_come_first():
    found = draw_cases(domains(n="1..1000", m="5..9"), 6, 0)
    assert found[:2] == ({"n": 1, "m": 5}, {"n": 1000, "m": 9})
    assert len({repr(case) for case in found}) == 6


def test_the_seed_decides_what_is_drawn():
    wide = domains(n="1..1000000", x="[0, 1]")
    assert draw_cases(wide, 8, 1) == draw_cases(wide, 8, 1)
    assert draw_cases(wide, 8, 1) != draw_cases(wide, 8, 2)


@pytest.mark.parametrize("least", [1, 2, 617, 1000])
def test_a_failing_integer_is_lowered_as_far_as_it_fails(least):
    asked = []

    def fails(case):
        asked.append(case["n"])
        return case["n"] >= least

    found = minimise(domains(n="1..1000", x="[0, 1]"), {"n": 1000, "x": 0.5}, fails)
    assert found == {"n": least, "x": 0.5}
    assert len(asked) <= 11


@pytest.mark.parametrize("text", ["(0, 1)", "[0, inf)", "ℝ", "(-inf, 0]", "(0.5, 0.75]"])
def test_what_is_drawn_lies_in_the_domain(text):
    (domain,) = domains(x=text).values()
    assert all(case["x"] in domain for case in draw_cases({"x": domain}, 60, 0))


@pytest.mark.parametrize("text", ["(0, 0)", "[1, 0]", "(0, 5e-324)"])
def test_a_domain_without_values_is_told(text):
    assert without_values(domains(n="1..2", x=text)) == "x"


def test_large_integers_are_drawn_exactly():
    found = draw_cases(domains(n="100000000000000000001..100000000000000000003"), 4, 0)
    assert [case["n"] % 10 for case in found] == [1, 2, 3]


@pytest.mark.parametrize("empty", ["5..3", "{}", "(1, 1)", "[2, 1]"])
def test_an_empty_domain_leaves_no_case(empty):
    assert draw_cases(domains(n="1..3", x=empty), 4, 0) == ()


def test_what_is_real_is_finite_and_between_its_ends():
    found = draw_cases(domains(x="ℝ", y="[0, 10^400]", z="(0, 1]"), 60, 0)
    assert all(math.isfinite(value) for case in found for value in case.values())
    assert all(case["y"] >= 0 and 0 < case["z"] <= 1 for case in found)


def test_the_ends_of_an_interval_are_reals():
    assert [repr(case["x"]) for case in draw_cases(domains(x="[0, 1]"), 2, 0)] == ["0.0", "1.0"]
