"""Construct values with a property: a matrix drawn at random is hardly ever orthogonal."""

from collections.abc import Callable, Mapping

import numpy as np

from pv.claims.values import Value


def _orthogonal(drawn: Value) -> Value:
    """Return the orthogonal factor of a matrix; singular ones have one too."""
    factor, triangle = np.linalg.qr(np.asarray(drawn, dtype=float))
    return factor * np.where(np.diag(triangle) < 0, -1.0, 1.0)


def _symmetric(drawn: Value) -> Value:
    return (drawn + np.swapaxes(drawn, -1, -2)) / 2


def _semidefinite(drawn: Value) -> Value:
    """Return AᵀA of a matrix of ordinary size: the product of extreme ones has no digits left."""
    array = np.asarray(drawn, dtype=float)
    ordinary = array / max(1.0, float(np.max(np.abs(array), initial=0.0)))
    return ordinary.T @ ordinary


def _definite(drawn: Value) -> Value:
    found = _semidefinite(drawn)
    return found + 0.1 * np.eye(found.shape[0])


def _weights(drawn: Value, axis: int) -> Value:
    array = np.abs(np.asarray(drawn, dtype=float)) + 1e-3
    return array / array.sum(axis=axis, keepdims=True)


CONSTRUCTED: Mapping[str, Callable[[Value], Value]] = {
    "is_even": lambda drawn: drawn - drawn % 2,
    "is_odd": lambda drawn: drawn - drawn % 2 + 1,
    "is_symmetric": _symmetric,
    "is_orthogonal": _orthogonal,
    "is_diagonal": lambda drawn: np.diag(np.diag(drawn)),
    "is_positive_definite": _definite,
    "is_positive_semidefinite": _semidefinite,
    "is_row_stochastic": lambda drawn: _weights(drawn, -1),
    "is_column_stochastic": lambda drawn: _weights(drawn, 0),
    "is_sorted": np.sort,
    "is_sorted_descending": lambda drawn: np.sort(drawn)[::-1],
    "is_strictly_increasing": lambda drawn: np.sort(drawn) + np.arange(len(drawn)),
    "is_strictly_decreasing": lambda drawn: np.sort(drawn)[::-1] - np.arange(len(drawn)),
}
"""Property of a value -> function that gives it to a drawn value; conditions still judge it."""
