"""Which points are tried beside a proof: ends, what is mentioned, powers of two, and others."""

import itertools

import pytest

from pv.claims import IntRange
from pv.engines.integers.samples import LEAST, WIDEST, near, points


def tried(domains, mentioned=(), seed=0):
    return list(points({name: IntRange(*ends) for name, ends in domains.items()}, mentioned, seed))


@pytest.mark.parametrize("domains", [{"n": (3, 400)}, {"n": (1, 20), "m": (-9, 10)}, {"n": (5, 5)}])
def test_of_a_small_domain_each_point_is_tried_once(domains):
    found = [tuple(point.values()) for point in tried(domains)]
    assert found == list(itertools.product(*(range(a, b + 1) for a, b in domains.values())))


@pytest.mark.parametrize("ends", [(1, 401), (-(10**6), 10**6), (0, WIDEST), (7, 10**9)])
def test_of_a_large_domain_ends_powers_and_what_is_mentioned_are_tried_and_others(ends):
    low, high = ends
    found = [point["n"] for point in tried({"n": ends}, [300, 10**30])]
    assert all(low <= each <= high for each in found)
    powers = [sign * 2**k for k in range(71) for sign in (1, -1)]
    wanted = {low + n for n in range(6)} | {high - n for n in range(6)}
    wanted |= {each + n for each in (300, *powers) for n in (-1, 0, 1)}
    assert {each for each in wanted if low <= each <= high} <= {*found}
    assert len(found) >= 4 * LEAST
    assert len({*found}) > LEAST / 2
    soon = found[-2 * LEAST :]
    assert max(soon) <= low + 1000
    assert len({*soon}) > 50
    far = found[-4 * LEAST : -2 * LEAST]
    assert len({each for each in far if each - low > 100}) > LEAST / 8
    assert len({each for each in far if each - low <= 100}) > 10


def test_each_special_value_of_one_variable_meets_those_of_others():
    found = tried({"n": (0, 999), "m": (0, 10**9)}, [500])
    for name, value in [("n", 999), ("m", 10**9), ("n", 499), ("n", 501), ("m", 2**20)]:
        assert any(point[name] == value for point in found)
    assert len({point["m"] for point in found if point["n"] in {0, 999, 500}}) > 5


def test_the_seed_decides_which_points_are_tried():
    wide = {"n": (0, 10**9), "m": (0, 10**9)}
    assert tried(wide, seed=1) == tried(wide, seed=1) != tried(wide, seed=2)


def of(domains, mentioned=()):
    return near({name: IntRange(*ends) for name, ends in domains.items()}, mentioned)


@pytest.mark.parametrize("low", [0, 3, -7])
def test_near_the_lower_end_are_the_first_values_and_what_is_mentioned(low):
    one = of({"n": (low, 10**9)}, [1000, 10**6])["n"]
    assert one == sorted({*one})
    assert {*range(low, low + 6), 999, 1000, 1001} <= {*one}
    assert (len(one), max(one)) == (400, 1001)
    two = of({"n": (low, 10**9), "m": (low, 10**9)}, [150, 500])
    assert two["n"] == two["m"]
    assert {*range(low, low + 6), 149, 150, 151} <= {*two["n"]}
    assert (len(two["n"]), max(two["n"])) == (20, 151)
    three = of(dict.fromkeys("abc", (low, 10**9)), [30, 41 + low])
    assert (len(three["a"]), max(three["a"]), 30 in three["a"]) == (7, 30, True) or low == 30
    many = of(dict.fromkeys("abcdefgh", (low, 10**9)), [low + 12, low + 13])
    assert {len(each) for each in many.values()} == {6}


@pytest.mark.parametrize("count", [1, 2, 3, 4, 8])
def test_near_values_have_few_combinations(count):
    found = of({f"v{n}": (0, 10**9) for n in range(count)}, range(0, 90, 7))
    total = 1
    for each in found.values():
        total *= len(each)
    assert total <= max(400, 6**count)


@pytest.mark.parametrize(("count", "most"), [(1, 2000), (2, 200), (3, 40)])
def test_what_is_mentioned_counts_where_a_loop_up_to_it_ends_soon(count, most):
    domains = dict.fromkeys("abc"[:count], (0, 10**9))
    assert most in of(domains, [most])["a"]
    assert most + 1 not in of(domains, [most])["a"]
    assert {most + 1, most + 2} & {*of(domains, [most + 2])["a"]} == set()


def test_near_values_lie_in_the_domain():
    assert of({"n": (3, 5)}, [4, 9])["n"] == [3, 4, 5]
