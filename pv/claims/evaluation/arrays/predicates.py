"""Predicates of matrices, sequences and integers: `C positive definite`, `d even`.

Reals are compared up to rounding: 1e-8, relative to the largest item.
"""

import math
import operator
from collections.abc import Mapping
from functools import partial

import numpy as np

from pv.claims.evaluation.budget import spend
from pv.claims.values import BinaryOperation, UnaryOperation, Value

_ROUNDING = 1e-8


def _near(left: Value, right: Value) -> bool:
    scale = max(1.0, float(np.max(np.abs(right), initial=0.0)))
    return bool(np.all(np.abs(np.asarray(left) - right) <= _ROUNDING * scale))


def _square(value: Value) -> Value:
    array = np.asarray(value, dtype=float)
    if array.ndim != 2 or array.shape[0] != array.shape[1]:  # noqa: PLR2004 - rows and columns
        raise ValueError("this is said of square matrices alone")
    return array


def _symmetric(value: Value) -> bool:
    array = _square(value)
    return _near(array, array.T)


def _orthogonal(value: Value) -> bool:
    """Return whether the columns are orthonormal, as then the rows of a square matrix are."""
    array = np.asarray(value, dtype=float)
    return _near(array.T @ array, np.eye(array.shape[1]))


def _eigenvalues(value: Value) -> Value:
    """Return the eigenvalues of a symmetric matrix, the least first; of another, NaN."""
    array = _square(value)
    return np.linalg.eigvalsh(array) if array.size and _symmetric(array) else np.array([math.nan])


def _definite(value: Value) -> bool:
    """Return whether every eigenvalue is positive, and more than the rounding of the greatest."""
    found = _eigenvalues(value)
    return bool(found[0] > 1e-14 * abs(found[-1]))


def _semidefinite(value: Value) -> bool:
    found = _eigenvalues(value)
    return bool(found[0] >= -_ROUNDING * max(1.0, abs(found[-1])))


def _diagonal(value: Value) -> bool:
    array = _square(value)
    return _near(array, np.diag(np.diag(array)))


def _stochastic(value: Value, axis: int) -> bool:
    array = np.asarray(value, dtype=float)
    return bool(np.all(array >= 0)) and _near(array.sum(axis=axis), 1.0)


def _ordered(holds: BinaryOperation, value: Value) -> bool:
    return bool(np.all(holds(value[..., :-1], value[..., 1:])))


def _prime(value: Value) -> bool:
    number = int(value)
    spend(math.isqrt(max(number, 0)))
    return number > 1 and all(number % each for each in range(2, math.isqrt(number) + 1))


PREDICATES: Mapping[str, UnaryOperation] = {
    "is_even": lambda value: value % 2 == 0,
    "is_odd": lambda value: value % 2 == 1,
    "is_prime": _prime,
    "is_symmetric": _symmetric,
    "is_orthogonal": _orthogonal,
    "is_diagonal": _diagonal,
    "is_positive_definite": _definite,
    "is_positive_semidefinite": _semidefinite,
    "is_row_stochastic": partial(_stochastic, axis=-1),
    "is_column_stochastic": partial(_stochastic, axis=0),
    "is_sorted": partial(_ordered, operator.le),
    "is_sorted_descending": partial(_ordered, operator.ge),
    "is_strictly_increasing": partial(_ordered, operator.lt),
    "is_strictly_decreasing": partial(_ordered, operator.gt),
}
"""Function -> what computes it."""
