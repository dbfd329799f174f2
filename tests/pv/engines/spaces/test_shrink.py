import numpy as np
import pytest

from pv.claims import EvaluationError, parse
from pv.claims.domains.read_space import space_of
from pv.claims.grammar.contract_fields import read_field
from pv.claims.tree import Span
from pv.engines.spaces.membership import Members
from pv.engines.spaces.shrink import smallest


def space(domain):
    return space_of(read_field("domain", domain))


@pytest.mark.parametrize(
    ("domain", "case", "fails", "least"),
    [
        ("n in ℤ", {"n": 977}, lambda c: c["n"] > 8, {"n": 9}),
        ("n in ℤ", {"n": -977}, lambda c: c["n"] < -5, {"n": -6}),
        ("n in 10..1000", {"n": 977}, lambda c: c["n"] > 3, {"n": 10}),
        ("x in R", {"x": 123.456}, lambda c: c["x"] > 0.25, {"x": 1.0}),
        ("x in R", {"x": 7.123}, lambda c: c["x"] > 7, {"x": 7.1}),
    ],
)
def test_a_number_becomes_as_simple_as_it_may(domain, case, fails, least):
    assert smallest(case, Members(space(domain)), fails) == least


def test_an_array_becomes_short_and_its_items_simple():
    case = {"n": 4, "x": np.array([0.3, 5.5, -2.0, 7.7])}
    least = smallest(case, Members(space("x in R^n")), lambda c: bool(np.any(c["x"] < 0)))
    assert least["n"] == 1
    assert least["x"].tolist() == [-1.0]


def test_what_does_not_meet_the_conditions_is_no_smaller_case():
    even = space("n in ℤ")._replace(conditions=(parse("n % 2 = 0"),))
    assert smallest({"n": 90}, Members(even), lambda c: c["n"] > 6) == {"n": 8}


def least_of(domain, case, fails):
    return smallest(case, Members(space(domain)), fails)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("start", [3, 16, 17, 40, 977, 10**6, 2**70])
@pytest.mark.parametrize("least", [0, 1, 7, 15, 16, 17, 30])
def test_the_least_integer_up_to_16_is_found_and_above_a_local_one(start, least, sign):
    if least > start:
        return
    found = least_of("n in ℤ", {"n": sign * start}, lambda c: sign * c["n"] >= least)["n"]
    assert type(found) is int
    if least < 16:
        assert found == sign * least
    else:
        assert least <= sign * found <= start
        assert sign * found < 2 * least or sign * found == start


def test_in_each_round_a_large_integer_comes_down_by_one_where_a_half_is_too_far():
    assert least_of("n in ℤ", {"n": 40}, lambda c: c["n"] >= 37) == {"n": 37}
    assert least_of("n in ℤ", {"n": 50}, lambda c: c["n"] >= 37) == {"n": 47}


@pytest.mark.parametrize(
    ("start", "least"),
    [
        (123.412, lambda x: x > 123), (0.123456, lambda x: 0.12 < x < 0.2), (7.0, lambda x: x != 0),
        (-7.25, lambda x: x < 0), (1.75, lambda x: 1 < x < 3), (0.7, lambda x: 0 < x < 1),
        (1.25, lambda x: 1.2 < x < 3),
        (float("inf"), lambda x: x > 1e300),
    ],
)  # fmt: skip
def test_a_real_becomes_one_of_few_digits(start, least):
    found = least_of("x in [-9, ∞]", {"x": start}, lambda c: least(c["x"]))["x"]
    first = [each for each in (0.0, 1.0, -1.0, 2.0, 0.5) if least(each)]
    rounded = [round(start, digits) for digits in range(4)] if np.isfinite(start) else []
    assert found == [*first, *(each for each in rounded if least(each)), start][0]
    assert type(found) is float


@pytest.mark.parametrize("value", [True, "a", 0, 0.0, 1.0, -1, 16])
def test_what_is_as_simple_as_it_may_be_stays(value):
    domain = 'v in {true, "a", 0, 0.0, 1.0}' if isinstance(value, str | bool) else "v in R"
    domain = "v in ℤ" if type(value) is int else domain
    found = least_of(domain, {"v": value}, lambda c: c["v"] == value)
    assert (found, type(found["v"])) == ({"v": value}, type(value))


def test_of_several_variables_each_becomes_simple():
    case = {"n": 50, "x": 3.21, "k": -9, "flag": True}
    found = least_of(
        "n in ℤ, x in R, k in ℤ, flag in {true, false}", case,
        lambda c: c["n"] > 4 and c["x"] > c["k"] + 2,
    )  # fmt: skip
    assert found == {"n": 5, "x": 0.0, "k": -3, "flag": True}


ITEMS = [
    ([0.3, 5.5, -2.0, 7.7], lambda x: np.any(x > 5), [1], lambda x: x[0] > 5),
    ([1.0, 2.0, 3.0], lambda x: np.sum(x) >= 3, [1, 2], lambda x: np.sum(x) >= 3),
    ([0.5, 0.25], lambda x: len(x) == 2 and x[0] != x[1], [2], lambda x: sorted(x) == [0, 1]),
]


@pytest.mark.parametrize(("items", "fails", "sizes", "least"), ITEMS)
def test_items_are_left_out_and_the_others_become_simple(items, fails, sizes, least):
    case = {"n": len(items), "x": np.array(items)}
    found = least_of("x in R^n", case, lambda c: bool(fails(c["x"])))
    assert found["n"] == len(found["x"])
    assert found["n"] in sizes
    assert least(found["x"])
    assert case["x"].tolist() == items


def test_every_axis_of_a_size_becomes_shorter_with_it():
    case = {
        "n": 3,
        "m": 4,
        "A": np.arange(12.0).reshape(3, 4),
        "B": np.ones((4, 4)),
        "v": np.ones(3),
    }
    found = least_of(
        "A in R^{n x m}, B in R^{m x m}, v in R^n, n >= 1, m >= 1", case,
        lambda c: c["A"].max() >= 7 and c["v"].sum() > 0,
    )  # fmt: skip
    assert (found["n"], found["m"]) == (1, 1)
    assert [found[name].shape for name in "ABv"] == [(1, 1), (1, 1), (1,)]
    assert found["A"][0, 0] >= 7
    assert (found["B"].tolist(), found["v"].tolist()) == ([[0.0]], [1.0])


def test_sizes_that_must_stay_together_become_shorter_together():
    case = {"n": 4, "m": 4, "x": np.ones(4), "y": np.zeros(4)}
    found = least_of("x in R^n, y in R^m, n = m", case, lambda c: c["n"] >= 2)
    assert (found["n"], found["m"], len(found["x"]), len(found["y"])) == (2, 2, 2, 2)


def test_the_last_item_stays():
    found = least_of("x in R^n", {"n": 2, "x": np.ones(2)}, lambda _: True)
    assert (found["n"], found["x"].tolist()) == (1, [0.0])


def test_items_keep_their_type_and_their_set():
    case = {"n": 2, "k": np.array([5, 9]), "w": np.array([0.5, 0.5]), "p": np.array([0.3, 0.7])}
    found = least_of(
        "k in (2..9)^n, w in {0.5, 2.5}^n, p in Δ^2, n >= 1",
        case,
        lambda c: bool(np.any(c["k"] > 6)),
    )
    assert found["k"].dtype.kind == "i"
    assert found["k"].tolist() == [9]
    assert found["w"].tolist() == [0.5]
    assert found["p"].tolist() == [0.3, 0.7]


@pytest.mark.parametrize(
    ("item", "fails", "least"),
    [
        (3.14159, lambda x: 3 < x < 4, 3.14), (3.7, lambda x: x > 3, 4.0),
        (9.9, lambda x: x > 0, 1.0),
        (-2.2, lambda x: x < -2, -2.2), (0.26, lambda x: 0 < x < 0.5, 0.26),
    ],
)  # fmt: skip
def test_an_item_becomes_0_or_1_or_one_of_few_digits(item, fails, least):
    case = {"x": np.array([item, 0.0])}
    found = least_of("x in R^2", case, lambda c: bool(fails(c["x"][0])) and c["x"][1] == 0)
    assert found["x"].tolist() == [least, 0.0]


def test_an_item_loses_digits_where_its_neighbours_cannot():
    case = {"x": np.array([3.14159, 2.71828, 1.75])}
    found = least_of(
        "x in R^3", case, lambda c: 3 < c["x"][0] < 4 and c["x"][1] == 2.71828 and c["x"][2] > 1
    )
    assert found["x"].tolist() == [3.14, 2.71828, 2.0]


@pytest.mark.parametrize(
    ("fails", "least"),
    [
        (lambda x: np.all((x > 3) & (x < 4)), 3.14), (lambda x: np.all(x > 2.5), 3.0),
        (lambda x: np.all(x > 1), 2.0), (lambda x: np.all((x > 0) & (x < 1)), 0.5),
        (lambda x: np.all(x < 0), -1.0),
    ],
)  # fmt: skip
def test_the_items_of_a_long_array_become_simple_together(fails, least):
    start = {0.5: 0.6789, -1.0: -7.777}.get(least, 3.14159)
    found = least_of("x in R^900", {"x": np.full(900, start)}, lambda c: bool(fails(c["x"])))
    assert {*found["x"].tolist()} == {least}


def test_what_follows_from_others_is_computed_again_and_a_case_without_a_value_is_none():
    derived = space("n in ℤ, m = n * n")
    assert smallest({"n": 9, "m": 81}, Members(derived), lambda c: c["m"] > 10) == {"n": 4, "m": 16}

    def fails(case):
        if case["n"] < 5:
            raise EvaluationError("no value", Span(0, 0))
        return True

    assert least_of("n in ℤ", {"n": 9}, fails) == {"n": 5}


def test_only_so_many_cases_are_tried():
    tried = []
    case = {f"x{n}": 9.5 for n in range(99)} | {f"y{n}": np.full(50, 9.5) for n in range(9)}
    domain = ", ".join(f"{name} in R{'^50' if name[0] == 'y' else ''}" for name in case)
    least_of(domain, case, tried.append)
    assert 300 < len(tried) <= 400


@pytest.mark.parametrize(
    ("domain", "value", "within"),
    [
        ("x in [0, 1]", 1.0, True),
        ("x in [0, 1)", 1.0, False),
        ("x in (0, 1]", 0.0, False),
        ("x in [0, 1]", 1.5, False),
        ("n in 1..3", 3, True),
        ("n in 1..3", 4, False),
        ("x in R", -1e300, True),
    ],
)
def test_a_value_lies_between_its_ends(domain, value, within):
    assert Members(space(domain)).contains({domain[0]: value}) is within
