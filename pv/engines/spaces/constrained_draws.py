"""Construct values with a property: a matrix drawn at random is hardly ever orthogonal.

There are several ways to most properties, because a domain may have ends that one way leaves: of
`[0, 1]^{n×n}` the orthogonal matrices are the permutations. Membership judges what comes out.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from pv.claims.domains.read_space import SUM_1
from pv.claims.values import Value

Draw = np.random.Generator
More = Callable[[int], Value]
"""So many further items of the same set."""
Way = Callable[[Value, More, Draw], Value]

_MATRIX = 2


def constructed(said: Sequence[str], found: Value, more: More, draw: Draw, *, first: bool) -> Value:
    """Change a drawn value so that what is said of it may hold; the first way is the usual one."""
    for each in said:
        ways = WAYS.get(each, ())
        if ways:
            found = ways[0 if first else int(draw.integers(len(ways)))](found, more, draw)
    return found


def _of_matrices(way: Way) -> Way:
    return lambda found, more, draw: way(found, more, draw) if np.ndim(found) == _MATRIX else found


def _of_squares(way: Way) -> Way:
    def call(found: Value, more: More, draw: Draw) -> Value:
        return way(found, more, draw) if np.shape(found)[0] == np.shape(found)[1] else found

    return _of_matrices(call)


def _mirrored(found: Value, _more: More, _draw: Draw) -> Value:
    """Return the upper triangle on both sides: each item stays one of the set."""
    return np.triu(found) + np.triu(found, 1).T


def _diagonal(found: Value, _more: More, _draw: Draw) -> Value:
    return found * np.eye(*found.shape, dtype=found.dtype)


def _rotation(found: Value, _more: More, _draw: Draw) -> Value:
    """Return the orthogonal factor of a matrix; singular ones have one too."""
    factor, triangle = np.linalg.qr(np.asarray(found, dtype=float))
    return factor * np.where(np.diag(triangle) < 0, -1.0, 1.0)


def _permutation(found: Value, _more: More, draw: Draw) -> Value:
    rows, columns = found.shape
    return np.eye(rows, columns, dtype=found.dtype)[draw.permutation(rows)]


def _signed_permutation(found: Value, more: More, draw: Draw) -> Value:
    placed = _permutation(found, more, draw)
    return placed * draw.choice([-1, 1], size=placed.shape[1]).astype(placed.dtype)


def _gram(found: Value, _more: More, _draw: Draw) -> Value:
    """Return AᵀA of a matrix of ordinary size: the product of extreme ones has no digits left."""
    array = np.asarray(found, dtype=float)
    ordinary = array / max(1.0, float(np.max(np.abs(array), initial=0.0)))
    return ordinary.T @ ordinary


def _definite(found: Value, more: More, draw: Draw) -> Value:
    return _gram(found, more, draw) + 0.1 * np.eye(len(found))


def _small_gram(found: Value, more: More, draw: Draw) -> Value:
    """Return a definite matrix no item of which is greater than the drawn ones."""
    made = _definite(found, more, draw)
    largest, wanted = np.max(made, initial=0.0), np.max(found, initial=0)
    return made * (wanted / largest) if largest else made


def _constant_beside_the_diagonal(found: Value, _more: More, _draw: Draw) -> Value:
    """Return the least item everywhere, and the drawn ones on the diagonal."""
    if not found.size:
        return found
    made = np.full_like(found, found.min())
    np.fill_diagonal(made, np.diag(found))
    return made


def _weights(axis: int) -> Way:
    def call(found: Value, _more: More, _draw: Draw) -> Value:
        array = np.abs(np.asarray(found, dtype=float)) + 1e-3
        return array / array.sum(axis=axis, keepdims=True)

    return call


def _uniform(axis: int) -> Way:
    return lambda found, _more, _draw: np.full(found.shape, 1.0 / max(1, found.shape[axis]))


def _one_in_each(axis: int) -> Way:
    """Return zeros with a single 1 along an axis."""

    def call(found: Value, _more: More, draw: Draw) -> Value:
        shape = [-1 if at == axis % found.ndim else 1 for at in range(found.ndim)]
        counted = np.arange(found.shape[axis]).reshape(shape)
        shuffled = draw.permuted(np.broadcast_to(counted, found.shape), axis=axis)
        return (shuffled == 0).astype(found.dtype)

    return call


def _mixed_permutations(found: Value, more: More, draw: Draw) -> Value:
    if np.ndim(found) != _MATRIX:
        return found
    share = draw.uniform()
    one, other = (_permutation(found.astype(float), more, draw) for _ in range(2))
    return share * one + (1 - share) * other


def _rising(found: Value, _more: More, _draw: Draw) -> Value:
    return np.sort(found)


def _stepped(found: Value, _more: More, _draw: Draw) -> Value:
    return np.sort(found) + np.arange(found.shape[-1])


def _distinct(found: Value, more: More, draw: Draw) -> Value:
    """Return different items of the set, in order."""
    pool = np.unique(more(8 * found.shape[-1] + 8))
    if pool.size < found.shape[-1]:
        return np.sort(found)
    return np.sort(draw.choice(pool, size=found.shape[-1], replace=False))


def _falling(way: Way) -> Way:
    return lambda found, more, draw: way(found, more, draw)[..., ::-1]


def _of_arrays(way: Way) -> Way:
    return lambda found, more, draw: way(found, more, draw) if np.ndim(found) else found


def _shifted(found: Value, _more: More, _draw: Draw) -> Value:
    """Add the same to each item, so that the sum is 1."""
    if not np.size(found):
        return found
    ordinary = found / max(1.0, float(np.max(np.abs(found))))
    return ordinary + (1.0 - np.sum(ordinary)) / np.size(found)


def _with_a_rest(found: Value, _more: More, _draw: Draw) -> Value:
    """Let the last item be what the others leave of 1: of whole numbers."""
    if not found.size:
        return found
    flat = found.ravel().copy()
    flat[-1] = 1 - flat[:-1].sum()
    return flat.reshape(found.shape)


def _even(found: Value, _more: More, _draw: Draw) -> Value:
    return found - found % 2


def _odd(found: Value, _more: More, _draw: Draw) -> Value:
    return found - found % 2 + 1


_DEFINITE = tuple(
    map(_of_squares, (_definite, _mirrored, _small_gram, _diagonal, _constant_beside_the_diagonal))
)
WAYS: Mapping[str, tuple[Way, ...]] = {
    "is_even": (_even, lambda *given: _even(*given) + 2),
    "is_odd": (_odd, lambda *given: _odd(*given) - 2),
    "is_symmetric": (_of_squares(_mirrored),),
    "is_orthogonal": tuple(map(_of_matrices, (_rotation, _permutation, _signed_permutation))),
    "is_diagonal": (_of_matrices(_diagonal),),
    "is_positive_definite": _DEFINITE,
    "is_positive_semidefinite": (_of_squares(_gram), *_DEFINITE),
    "is_row_stochastic": tuple(
        map(_of_arrays, (_weights(-1), _one_in_each(-1), _uniform(-1), _mixed_permutations))
    ),
    "is_column_stochastic": tuple(
        map(_of_arrays, (_weights(0), _one_in_each(0), _uniform(0), _mixed_permutations))
    ),
    "is_sorted": (_of_arrays(_rising),),
    "is_sorted_descending": (_of_arrays(_falling(_rising)),),
    "is_strictly_increasing": tuple(map(_of_arrays, (_stepped, _distinct))),
    "is_strictly_decreasing": tuple(map(_of_arrays, map(_falling, (_stepped, _distinct)))),
    SUM_1: tuple(map(_of_arrays, (_shifted, _with_a_rest))),
}
"""Property of a value -> ways to give it to a drawn one."""
