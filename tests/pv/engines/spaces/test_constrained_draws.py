"""Each way to give a property to a value gives it, judged by NumPy, and keeps to the set."""

import numpy as np
import pytest

from pv.claims.domains.read_space import SUM_1
from pv.engines.spaces.constrained_draws import WAYS, constructed


def rising(x):
    return np.all(np.diff(x) >= 0)


def near(left, right):
    return np.allclose(left, right, atol=1e-9)


def positive(a):
    return near(a, a.T) and np.linalg.eigvalsh(a)[0] > 0


def weighted(axis):
    return lambda a: np.all(a >= 0) and near(np.sum(a, axis=axis), 1)


SQUARE = (5, 5)
PROPERTIES = {
    "is_symmetric": (SQUARE, lambda a: np.array_equal(a, a.T), {0}),
    "is_orthogonal": (SQUARE, lambda a: near(a.T @ a, np.eye(5)), {0, 1, 2}),
    "is_diagonal": (SQUARE, lambda a: np.array_equal(a, np.diag(np.diag(a))), {0}),
    "is_positive_definite": (SQUARE, positive, {0, 2}),
    "is_positive_semidefinite": (
        SQUARE, lambda a: near(a, a.T) and np.linalg.eigvalsh(a)[0] > -1e-9, {0, 1, 3},
    ),
    "is_row_stochastic": ((5, 3), weighted(-1), {0, 1, 2}),
    "is_column_stochastic": ((5, 3), weighted(0), {0, 1, 2}),
    "is_sorted": ((9,), rising, {0}),
    "is_sorted_descending": ((9,), lambda x: rising(-x), {0}),
    "is_strictly_increasing": ((9,), lambda x: np.all(np.diff(x) > 0), {0, 1}),
    "is_strictly_decreasing": ((9,), lambda x: np.all(np.diff(x) < 0), {0, 1}),
    SUM_1: ((9,), lambda x: near(np.sum(x), 1), {0, 1}),
}  # fmt: skip


def draw(seed):
    return np.random.default_rng(seed)


def more(count):
    return draw(count).uniform(-9, 9, size=count)


def values(shape, kind):
    for seed in range(12):
        found = draw(seed).integers(-4, 5, size=shape)
        yield found if kind is int else found + draw(seed).uniform(-0.4, 0.4, size=shape)


@pytest.mark.parametrize("kind", [int, float])
@pytest.mark.parametrize("name", PROPERTIES)
def test_a_way_gives_the_property(name, kind):
    shape, holds, sure = PROPERTIES[name]
    for number, way in enumerate(WAYS[name]):
        found = [way(value, more, draw(n)) for n, value in enumerate(values(shape, kind))]
        if number in sure:
            assert all(map(holds, found)), number
        assert all(each.shape == shape for each in found)
        assert len({each.tobytes() for each in found}) > (0 if "stochastic" in name else 1)


@pytest.mark.parametrize("name", ["is_row_stochastic", "is_column_stochastic"])
def test_shares_come_also_as_one_for_each_as_equal_ones_and_as_mixtures_of_permutations(name):
    axis = -1 if "row" in name else 0
    _, one, equal, mixed = WAYS[name]
    found = one(np.ones((5, 3)), more, draw(0))
    assert {*np.unique(found)} == {0, 1}
    assert near(found.sum(axis=axis), 1)
    assert len({one(np.ones((5, 3)), more, draw(n)).tobytes() for n in range(9)}) > 5
    assert near(equal(np.ones((5, 4)), more, draw(0)), 1 / (4 if axis else 5))
    square = mixed(np.ones(SQUARE), more, draw(0))
    assert weighted(0)(square)
    assert weighted(1)(square)
    assert 2 <= np.count_nonzero(square[0]) + np.count_nonzero(square[1]) <= 4
    assert mixed(np.ones(5), more, draw(0)).tolist() == [1] * 5


@pytest.mark.parametrize(
    ("name", "ways"), [("is_orthogonal", (1, 2)), ("is_symmetric", (0,)), ("is_diagonal", (0,))]
)
def test_whole_numbers_stay_whole_where_that_can_be(name, ways):
    for number in ways:
        for n, value in enumerate(values(SQUARE, int)):
            found = WAYS[name][number](value, more, draw(n))
            assert found.dtype.kind == "i"
            allowed = {-1, 0, 1} if name == "is_orthogonal" else {0, *value.ravel().tolist()}
            assert {*found.ravel().tolist()} <= allowed
    signs = {WAYS["is_orthogonal"][2](np.ones((3, 3)), more, draw(n)).sum() for n in range(30)}
    assert signs == {-3, -1, 1, 3}


def test_a_rotation_of_a_matrix_has_the_same_directions():
    turned = WAYS["is_orthogonal"][0](np.diag([2.0, -3.0]), more, draw(0))
    assert near(turned, np.diag([1.0, -1.0]))
    assert near(WAYS["is_orthogonal"][0](np.ones((4, 2)), more, draw(0)).T[0], np.full(4, 0.5))


def test_definite_matrices_come_within_the_ends_of_their_items():
    usual, mirrored, small, diagonal, beside = WAYS["is_positive_definite"]
    drawn = abs(next(values(SQUARE, float))) + 0.5
    for each in (drawn, drawn / 100):
        assert near(small(each, more, draw(0)).max(), each.max())
    assert near(small(-drawn, more, draw(0)), 0)
    assert near(usual(1e9 * drawn, more, draw(0)), usual(drawn / drawn.max(), more, draw(0)))
    assert near(usual(np.zeros(SQUARE), more, draw(0)), 0.1 * np.eye(5))
    assert near(usual(np.eye(5) / 2, more, draw(0)), 0.35 * np.eye(5))
    assert near(np.diag(mirrored(drawn, more, draw(0))), np.diag(drawn))
    assert near(np.triu(mirrored(drawn, more, draw(0))), np.triu(drawn))
    assert near(np.diag(diagonal(drawn, more, draw(0))), np.diag(drawn))
    made = beside(drawn, more, draw(0))
    assert near(np.diag(made), np.diag(drawn))
    assert {*np.round(made[~np.eye(5, dtype=bool)], 12)} == {np.round(drawn.min(), 12)}


def test_rising_items_stay_those_of_the_set_where_there_are_enough():
    found = WAYS["is_strictly_increasing"][1](np.ones(4), more, draw(0))
    assert {*found} <= {*more(8 * 4 + 8)}
    few = WAYS["is_strictly_increasing"][1](
        np.array([3, 1, 2, 2]), lambda _: np.array([1, 2, 3]), draw(0)
    )
    assert few.tolist() == [1, 2, 2, 3]
    enough = WAYS["is_strictly_increasing"][1](
        np.array([3, 1, 1]), lambda _: np.array([1, 2, 3]), draw(0)
    )
    assert enough.tolist() == [1, 2, 3]
    assert WAYS["is_strictly_increasing"][0](np.array([3, 1, 1]), more, draw(0)).tolist() == [
        1,
        2,
        5,
    ]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("is_even", 7, [6, 8]), ("is_even", 6, [6, 8]), ("is_odd", 6, [7, 5]),
        ("is_odd", -3, [-3, -5]),
        (SUM_1, np.array([3, 4, 5]), [None, [3, 4, -6]]),
        (SUM_1, np.array([0.25, 0.25]), [[0.5, 0.5]]),
        (SUM_1, np.array([4.0, 0.0]), [[1.0, 0.0]]), (SUM_1, np.array([-4.0, 4.0]), [[-0.5, 1.5]]),
    ],
)  # fmt: skip
def test_a_number_is_changed_as_little_as_may_be(name, value, found):
    for way, wanted in zip(WAYS[name], found, strict=False):
        if wanted is not None:
            assert np.asarray(way(value, more, draw(0))).tolist() == wanted


@pytest.mark.parametrize("name", PROPERTIES)
@pytest.mark.parametrize("value", [3, np.zeros((0, 0)), np.zeros(0)], ids=repr)
def test_what_cannot_have_the_property_is_left(name, value):
    is_vector = len(PROPERTIES[name][0]) == 1
    for way in WAYS[name] if np.ndim(value) < 2 or not is_vector else ():
        assert np.shape(way(value, lambda _: np.zeros(0), draw(0))) == np.shape(value)


@pytest.mark.parametrize("name", ["is_symmetric", "is_positive_definite"])
def test_what_is_said_of_squares_leaves_other_matrices(name):
    for way in WAYS[name]:
        assert way(np.ones((2, 3)), more, draw(0)).tolist() == np.ones((2, 3)).tolist()


def test_the_usual_way_comes_first_and_then_each():
    value = next(values(SQUARE, float))
    ways = [way(value, more, draw(9)).round(9) for way in WAYS["is_orthogonal"]]
    first = constructed(["is_orthogonal"], value, more, draw(1), first=True)
    assert near(first, ways[0])
    others = [constructed(["is_orthogonal"], value, more, draw(n), first=False) for n in range(60)]
    kinds = {
        "turned" if np.any(abs(each) % 1 > 1e-9) else "signed" if each.min() < 0 else "placed"
        for each in others
    }
    assert kinds == {"turned", "signed", "placed"}
    both = constructed(
        ["is_symmetric", "unheard of", "is_diagonal"], value, more, draw(1), first=True
    )
    assert near(both, np.diag(np.diag(value)))
