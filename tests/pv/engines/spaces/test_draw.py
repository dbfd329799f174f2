"""What is drawn from a domain is what the domain says, judged by NumPy and not by pv."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from pv.claims import EvaluationError, Fault, read_field
from pv.claims.domains.read_space import space_of
from pv.engines.spaces.draw import _stride, cases
from pv.engines.spaces.hypothesis_search import strategy
from pv.engines.spaces.membership import Members
from pv.engines.spaces.numbers import Wanted, notable, with_more_digits


def one_hot(y):
    return set(np.unique(y)) <= {0, 1} and np.all(np.sum(y, axis=-1) == 1)


def weights(p):
    return np.all(p >= 0) and np.allclose(np.sum(p, axis=-1), 1)


def orthogonal(Q):  # noqa: N803 - a matrix
    return np.allclose(Q.T @ Q, np.eye(len(Q)))


def definite(C):  # noqa: N803 - a matrix
    return np.allclose(C, C.T) and np.all(np.linalg.eigvalsh(C) > 0)


DOMAINS = [
    ("y ∈ {0,1}^n with sum = 1", "y", one_hot),
    ("y ∈ {0,1}^n, Σ_i y_i = 1, n ≥ 1", "y", one_hot),
    ("Y ∈ {0,1}^{n×k} with sum = 1", "Y", one_hot),
    ("p ∈ Δ^V", "p", weights),
    ("p ∈ [0,1]^n, sum(p) = 1", "p", weights),
    ("p ∈ [0,1]^n, Σ p_i = 1", "p", weights),
    ("Q ∈ ℝ^{n×n} orthogonal", "Q", orthogonal),
    ("Q ∈ ℝ^{n×n}, Q^T Q = I", "Q", orthogonal),
    ("Q ∈ ℝ^{n×n}, Q @ Q^T = I", "Q", orthogonal),
    ("C ∈ ℝ^{d×d}, C positive definite", "C", definite),
    ("A ∈ ℝ^{n×n} symmetric", "A", lambda a: np.array_equal(a, a.T)),
    ("A ∈ ℝ^{n×n} row-stochastic", "A", weights),
    ("d_k in 1..64, d_k % 2 = 0", "d_k", lambda d: d % 2 == 0),
    ("d in 2..64, d even, x in ℝ^d", "d", lambda d: d % 2 == 0),
    ("x ∈ ℝ^n, x_i > 0", "x", lambda x: np.all(x > 0)),
    ("x ∈ [-1,1]^n, x_i ≠ 0", "x", lambda x: np.all(x != 0) and np.all(abs(x) <= 1)),
    ("n ≥ 1, eps > 0, x ∈ ℝ^n", "eps", lambda eps: eps > 0),
    ("a in (0, 1), b in [a, 2)", "b", lambda b: 0 < b < 2),
    ("A ∈ {0,1}^{n×n} symmetric", "A", lambda a: set(np.unique(a)) <= {0, 1} and np.all(a == a.T)),
    (
        "A ∈ [0,1]^{n×n} positive definite",
        "A",
        lambda a: definite(a) and np.all(abs(a - 0.5) <= 0.5),
    ),
    ("A ∈ {1,2}^{n×n} positive definite", "A", lambda a: definite(a) and np.all(a >= 1)),
    ("A ∈ [0,1]^{n×n} orthogonal", "A", lambda a: orthogonal(a) and np.all(abs(a - 0.5) <= 0.5)),
    (
        "A ∈ [-1, 0.5]^{n×n} diagonal",
        "A",
        lambda a: np.all(a <= 0.5) and np.all(a == np.diag(np.diag(a))),
    ),
    ("A ∈ [0, 0.5]^{n×m} row-stochastic", "A", lambda a: weights(a) and np.all(a <= 0.5)),
    (
        "x ∈ [0,1]^m, is_strictly_increasing(x)",
        "x",
        lambda x: np.all(np.diff(x) > 0) and np.all(abs(x - 0.5) <= 0.5),
    ),
    (
        "x ∈ (1..9)^m, is_strictly_decreasing(x)",
        "x",
        lambda x: np.all(np.diff(x) < 0) and x.dtype == int,
    ),
    ("x ∈ (0,1)^n, sum(x) = 1", "x", lambda x: weights(x) and np.all(x > 0) and np.all(x < 1)),
    ("x ∈ [0, 10], x ∈ ℤ", "x", lambda x: x in range(11)),
    ("lo ∈ [0, 1], hi ∈ [0, 1], x ∈ [lo, hi]", "x", lambda x: 0 <= x <= 1),
    ("n in 1..9, x ∈ ℝ^{n/2}", "x", lambda x: len(x) in {1, 2, 3, 4}),
    ("x ∈ ℝ^n, sum(x) = 1", "x", lambda x: abs(sum(x) - 1) < 1e-6),
    ("x ∈ {1, 2.5, 1152921504606846977}^n", "x", lambda x: set(x.tolist()) <= {1, 2.5, 2**60 + 1}),
]
IDS = [row[0] for row in DOMAINS]


def space(text):
    read = read_field("domain", text)
    assert not isinstance(read, Fault), read
    return space_of(read)


@pytest.mark.parametrize(("text", "name", "holds"), DOMAINS, ids=IDS)
def test_what_is_drawn_is_in_the_domain(text, name, holds):
    drawn = [case[name] for case in cases(Members(space(text)), 40, seed=5)]
    assert len(drawn) >= 20
    assert len({np.asarray(each).tobytes() for each in drawn}) > 5
    assert all(holds(each) for each in drawn)


@pytest.mark.parametrize(("text", "name", "holds"), DOMAINS[::4], ids=IDS[::4])
def test_what_hypothesis_draws_is_in_the_domain(text, name, holds):
    @settings(
        max_examples=25, deadline=None, database=None,
        suppress_health_check=[HealthCheck.filter_too_much],
    )  # fmt: skip
    @given(strategy(Members(space(text))))
    def check(case):
        assert holds(case[name])

    check()


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_what_is_rounded_to_a_type_stays_between_open_ends(dtype):
    drawn = [case["x"] for case in cases(Members(space("x ∈ (0, 1)"), dtype), 200, seed=1)]
    assert len(drawn) > 100
    assert all(0 < each < 1 for each in drawn)


@pytest.mark.parametrize("domain", ["n in 1..1000000", "n: u64", "n in -(2^70)..2^70"])
def test_both_ends_of_a_range_and_their_neighbours_are_drawn_early(domain):
    found = [case["n"] for case in cases(Members(space(domain)), 20, seed=3)]
    low, high = Members(space(domain)).extent("n", {}).ends.whole()
    assert {low, low + 1, high - 1, high} <= set(found)


def test_the_upper_end_of_integers_is_drawn_in_arrays_too():
    found = [case["x"] for case in cases(Members(space("x ∈ (1..1000)^n")), 200, seed=3)]
    assert max(map(max, found)) == 1000


def test_reals_come_as_both_zeros_and_as_what_an_end_at_0_is_beside():
    found = [case["x"] for case in cases(Members(space("x ∈ [0, 1]")), 60, seed=2)]
    assert {repr(each) for each in found} >= {"0.0", "-0.0", "1.0", "5e-324"}


def test_constants_come_with_their_neighbours():
    wanted = Wanted((77, 0.3))
    found = list(cases(Members(space("n in 0..10^6, x ∈ [0, 1]")), 60, 4, wanted))
    assert {76, 77, 78} <= {case["n"] for case in found}
    assert {0.3, np.nextafter(0.3, 1), np.nextafter(0.3, 0)} <= {case["x"] for case in found}


def test_variables_are_drawn_on_their_own_and_sometimes_equal():
    found = list(cases(Members(space("x ∈ ℝ, y ∈ ℝ")), 40, seed=0))
    assert sum(case["x"] == case["y"] for case in found[:11]) < 6
    assert sum(case["x"] == case["y"] for case in found[11:]) > 0


def test_zeros_of_different_signs_come_together():
    found = list(cases(Members(space("x ∈ [-1, 1], y ∈ [-1, 1]")), 3, seed=0))
    assert any(np.signbit(case["x"]) != np.signbit(case["y"]) for case in found)


@pytest.mark.parametrize("domain", ["x ∈ (1, 1)", "x ∈ [2, 1]", "x ∈ {}", "a ∈ [2, 3], x ∈ [a, 1]"])
def test_from_an_empty_domain_nothing_is_drawn(domain):
    assert list(cases(Members(space(domain)), 20, seed=0)) == []


@pytest.mark.parametrize("domain", ["x ∈ [0, y], y ∈ ℝ^3", "x ∈ [0/0, 1]"])
def test_what_cannot_be_drawn_is_told(domain):
    with pytest.raises(EvaluationError):
        list(cases(Members(space(domain)), 20, seed=0))


@pytest.mark.parametrize(
    "domain", ["x: u64[n], n ≥ 1", "x ∈ (2^63..2^64)^n, n ≥ 1", "x: u128[n], n ≥ 1"]
)
def test_integers_of_arrays_are_drawn_up_to_their_ends(domain):
    members = Members(space(domain))
    found = [case["x"].tolist() for case in cases(members, 60, seed=0)]
    high = members.extent("x", {"n": 1}).ends.high
    assert any(high in items for items in found)
    assert all(type(each) is int for items in found for each in items)


@pytest.mark.parametrize("domain", ["x ∈ [0, ∞]", "x ∈ (0, ∞]^n, n ≥ 1", "x ∈ [∞, ∞]"])
def test_a_closed_end_is_drawn_also_if_it_is_infinite(domain):
    found = list(cases(Members(space(domain)), 60, seed=0))
    assert any(np.isinf(case["x"]).any() for case in found)
    assert not any(np.isnan(case["x"]).any() for case in found)


@pytest.mark.parametrize("domain", ["x ∈ [0, ∞)", "x ∈ [0, ∞], x ∈ ℝ", "x ∈ ℝ, x ≤ ∞"])
def test_no_real_number_is_infinite(domain):
    assert all(np.isfinite(case["x"]) for case in cases(Members(space(domain)), 60, seed=0))


def test_an_array_without_end_is_refused_before_there_is_no_room():
    with pytest.raises(EvaluationError, match="at most"):
        next(cases(Members(space("x ∈ ℝ^{n×n}, n = 10^6")), 1, seed=1))


def drawn_from(domain, count, seed=0, **more):
    return list(cases(Members(space(domain)), count, seed, **more))


def test_the_seed_decides_what_is_drawn():
    domain = "x ∈ ℝ^n, k ∈ ℤ, p ∈ Δ^3, s ∈ {1, 2, 3}^9"
    first, again, other = (
        [repr(case) for case in drawn_from(domain, 20, seed)] for seed in (1, 1, 2)
    )
    assert first == again
    assert sum(one == two for one, two in zip(first, other, strict=True)) < 3


def test_sizes_take_turns_and_then_come_by_chance():
    found = [case["n"] for case in drawn_from("x ∈ ℝ^n", 100)]
    assert found[:40] == [1, 2, 3, 5, 8] * 8
    assert found[40:80] != [1, 2, 3, 5, 8] * 8
    assert {*found[40:]} == {1, 2, 3, 5, 8}


def test_first_all_are_at_their_first_notable_number_then_either_then_at_the_second():
    found = drawn_from("a ∈ [-5, 7], b ∈ [2, 3]^2, c in 4..9, d in 4..9", 3)
    more = float(np.nextafter(2, 3))
    corners = [(repr(case["a"]), *case["b"].tolist(), case["c"], case["d"]) for case in found]
    assert corners == [
        ("0.0", 2.0, 2.0, 4, 4), ("0.0", more, more, 4, 9), ("-0.0", more, more, 9, 9),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "domain", ["x ∈ [0, 9], y ∈ [0, 9]", "x in 0..99, y in 0..99", "x ∈ ℝ, y ∈ ℝ"]
)
def test_then_each_notable_number_of_each_variable_is_tried_in_its_turn(domain):
    members = Members(space(domain))
    ends, whole = members.extent("x", {}).ends, members.space.variables["x"].whole
    pool = {repr(each) for each in notable(ends, Wanted((5,)), whole=whole)}
    together = []
    for seed in range(8):
        found = list(cases(members, 3 + len(pool), seed, Wanted((5,))))
        tried = [{repr(case[name]) for case in found} for name in "xy"]
        assert all(len(pool - each) <= 2 for each in tried)  # a twin may stand in the place of one
        together.append(sum(repr(case["x"]) == repr(case["y"]) for case in found) / len(found))
    assert sorted(together)[4] < 1 / 2


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("domain", ["n ∈ 0..2^64", "n ∈ (0..2^64)^2", "m ∈ 0..9, n ∈ 0..10^30"])
def test_then_each_number_is_tried_at_which_a_digit_is_added(domain, seed):
    members = Members(space(domain))
    grown = with_more_digits(members.extent("n", {"n": 0}).ends)
    found = [np.ravel(case["n"]).tolist() for case in cases(members, 200, seed)]
    missed = {*grown} - {items[0] for items in found}
    assert len(missed) <= (len(grown) // 8 if "m" in domain else 0)  # twins stand in their place
    assert sum(items[0] not in grown for items in found) > 60


@pytest.mark.parametrize("length", range(1, 200))
def test_a_stride_reaches_every_place(length):
    assert math.gcd(_stride(length), length) == 1
    assert _stride(length) > 1 or length % 1001 == 0


@pytest.mark.parametrize(
    "domain",
    [
        "x ∈ ℝ, y ∈ ℝ", "x ∈ ℤ, y ∈ ℤ", "x ∈ ℝ^3, y ∈ ℝ^3", "x ∈ (0..9999)^2, y ∈ (0..9999)^2",
    ],
)  # fmt: skip
def test_in_some_cases_variables_that_may_be_equal_are(domain):
    found = drawn_from(domain, 640)[100:]
    equal = sum(np.array_equal(case["x"], case["y"]) for case in found)
    assert len(found) / 40 < equal < len(found) / 4


@pytest.mark.parametrize("domain", ["x ∈ ℝ^m, y ∈ ℝ^n", "x ∈ [0, 1], y ∈ [2, 3]"])
def test_variables_that_cannot_be_equal_are_not(domain):
    found = drawn_from(domain, 200)
    assert len(found) == 200
    assert all(Members(space(domain)).contains(case) for case in found)
    if "n" in found[0]:
        assert sum(case["m"] == case["n"] for case in found[40:]) < 60


def test_zeros_that_are_equal_may_differ_in_sign():
    found = drawn_from("x ∈ {0.0}, y ∈ [-1, 1], z ∈ [-1, 1]^2", 400)
    assert any(case["y"] == 0 == case["x"] and np.signbit(case["y"]) for case in found[100:])
    signs = {str(case["z"]) for case in found if not case["z"].any()}
    assert {"[0. 0.]", "[-0. -0.]"} <= signs


@pytest.mark.parametrize(
    ("domain", "kind"),
    [("x ∈ ℝ, y ∈ ℤ, z ∈ ℝ", float), ("x ∈ ℤ, y ∈ ℝ", int), ("x ∈ {1, 2}, y ∈ ℝ", int)],
)
def test_whole_numbers_are_integers_and_others_are_floats(domain, kind):
    found = drawn_from(domain, 200)
    assert {type(case["x"]) for case in found} == {kind}
    assert {type(case["y"]) for case in found} == {float if "y ∈ ℝ" in domain else int}


@pytest.mark.parametrize("domain", ["x ∈ ℝ", "x ∈ ℝ^3", "x ∈ ℤ", "x ∈ ℤ^3", "x ∈ [2, 90]"])
def test_afterwards_one_draw_in_four_is_of_notable_numbers(domain):
    members = Members(space(domain))
    values = members.space.variables["x"]
    pool = notable(members.extent("x", {}).ends, Wanted(), whole=values.whole)
    found = [np.ravel(case["x"]).tolist() for case in cases(members, 1000, 5)][100:]
    share = np.mean([all(each in pool for each in items) for items in found])
    assert 0.15 < share < 0.5
    noted = {repr(each) for items in found for each in items} & {repr(each) for each in pool}
    assert len(noted) > len(pool) / 2


@pytest.mark.parametrize("domain", ["x ∈ {1, 2, 5}", "x ∈ {1, 2, 5}^4", "x ∈ {true, false}"])
def test_of_what_is_listed_each_is_as_likely(domain):
    found = drawn_from(domain, 300)
    items = np.concatenate([np.ravel(case["x"]) for case in found]).tolist()
    kinds = {*items}
    assert all(items.count(each) > len(items) / len(kinds) / 2 for each in kinds)
    assert len(kinds) == (2 if "true" in domain else 3)


@pytest.mark.parametrize(
    ("listed", "kind"),
    [
        ("{1, 2}", "i"), ("{1.5, 2}", "f"), ("{1.5, 2.5}", "f"), ("{true, false}", "b"),
        ("{true, 1}", "O"), ("{true, 1.5}", "O"), ('{"a", "b"}', "U"), ('{"a", 1}', "O"),
    ],
)  # fmt: skip
def test_an_array_of_what_is_listed_keeps_the_type_of_each(listed, kind):
    found = [case["x"] for case in drawn_from(f"x ∈ {listed}^3", 30)]
    assert {each.dtype.kind for each in found} == {kind}


@pytest.mark.parametrize("domain", ["p ∈ Δ^4", "p ∈ [0,1]^4, sum(p) = 1"])
def test_weights_come_as_corners_as_the_middle_and_as_all_between(domain):
    found = [case["p"] for case in drawn_from(domain, 400)]
    for at in range(4):
        assert any(each[at] == 1 for each in found)
    assert any(np.all(each == 0.25) for each in found)
    different = [each for each in found if len({*np.round(each, 9)}) == 4]
    assert len(different) > len(found) / 3
    assert any(each.max() > 0.99 for each in different)
    assert any(each.max() < 0.5 for each in different)
    towards = [each for each in found if len({*np.round(each, 9)}) == 2]
    assert any(0 < each.min() < each.max() < 1 for each in towards)


def test_whole_weights_are_all_corners_and_a_single_weight_is_1():
    found = [tuple(case["p"].tolist()) for case in drawn_from("p ∈ {0,1}^3, sum(p) = 1", 60)]
    assert {*found} == {(1, 0, 0), (0, 1, 0), (0, 0, 1)}
    assert all(abs(case["p"][0] - 1) < 1e-9 for case in drawn_from("p ∈ Δ^1", 60))


def test_a_hard_condition_is_tried_again_for_each_case():
    assert len(drawn_from("x ∈ [0, 1], x < 0.1", 100)) == 100
    found = drawn_from("x ∈ [0, 1], y ∈ [0, 1], y < x, x < 0.3 * y + 0.1", 100)
    assert 80 < len(found) <= 100


def test_what_has_no_value_in_some_cases_is_drawn_from_the_others():
    found = drawn_from("x ∈ [-1, 1], y ∈ [0, √x]", 60)
    assert 40 < len(found) <= 60
    assert all(0 <= case["y"] ** 2 <= case["x"] + 1e-9 for case in found)


@pytest.mark.parametrize("domain", ["x ∈ ℤ^5, x sorted", "x ∈ ℤ, x even", "x ∈ ℤ^2"])
def test_integers_without_an_end_reach_as_far_where_more_is_said_of_them(domain):
    found = np.concatenate([np.ravel(case["x"]) for case in drawn_from(domain, 200)])
    assert found.min() < -50
    assert found.max() > 50


@pytest.mark.parametrize("domain", ["x ∈ 0..10^9, y ∈ 0..10^9", "x ∈ (0..10^9)^3, y ∈ (0..10^9)^3"])
def test_some_integers_are_adjacent(domain):
    apart = [np.unique(case["x"] - case["y"]).tolist() for case in drawn_from(domain, 640)[100:]]
    assert [1] in apart
    assert [-1] in apart


@pytest.mark.parametrize("domain", ["x ∈ ℤ, y ∈ ℤ", "x ∈ ℝ^3, y ∈ ℝ^3", "x ∈ (-2, 2), y ∈ (-2, 2)"])
def test_some_values_are_opposite(domain):
    found = drawn_from(domain, 640)[100:]
    assert any(np.all(case["x"] == -case["y"]) and np.any(case["x"]) for case in found)
