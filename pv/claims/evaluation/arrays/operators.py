"""Operators over NumPy's arrays and numbers.

Reals are as IEEE 754 says: 1/0 is infinite and 0/0 not a number. Integers are exact: one that does
not fit its array is an error, and so is dividing one by zero. Sizes must fit: a vector goes along
the last axis of a matrix, and nothing is stretched that happens to have the size 1.
"""

import operator
from collections.abc import Mapping

import numpy as np

from pv.claims.evaluation.budget import ITEMS_PER_STEP, spend, spend_on
from pv.claims.evaluation.scalars.arithmetic import bounded, power
from pv.claims.values import BinaryOperation, Value

_NUMBERS = frozenset({np.ndarray, float, int, np.float64, np.longdouble})
FEW = 64
"""So many items cost nothing beside the call."""
_LARGEST = 2.0**63
"""Integers in arrays are smaller than this."""


def number(value: Value) -> Value:
    """Return a number or an array; raises TypeError for what is neither."""
    if type(value) in _NUMBERS:
        return value
    if value is None or isinstance(value, bool | np.bool_ | str | Mapping):
        raise TypeError(f"{value!r} is no number")
    if isinstance(value, np.integer):
        return int(value)
    return np.asarray(value) if isinstance(value, tuple | list) else value


def paid(found: Value) -> Value:
    """Count the work that a result was; an integer becomes Python's own, which has any size."""
    if type(found) is np.ndarray:
        if found.size > FEW:
            spend_on(found.size)
    elif isinstance(found, np.integer | np.bool_):
        return found.item()
    return found


def _fit(left: Value, right: Value) -> None:
    """Raise ValueError for sizes that do not fit."""
    first, second = left.shape, right.shape
    shared = min(len(first), len(second))
    if first[len(first) - shared :] != second[len(second) - shared :]:
        raise ValueError(f"the sizes {_sizes(first)} and {_sizes(second)} do not fit")


def _sizes(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))


def itemwise(apply: BinaryOperation) -> BinaryOperation:
    """Apply to items in the same places, if the sizes fit."""

    def call(left: Value, right: Value) -> Value:
        if type(left) not in _NUMBERS:
            left = number(left)
        if type(right) not in _NUMBERS:
            right = number(right)
        if type(left) is np.ndarray and type(right) is np.ndarray and left.shape != right.shape:
            _fit(left, right)
        return paid(apply(left, right))

    return call


def _exact(apply: BinaryOperation) -> BinaryOperation:
    """Compute with integers exactly, or say that they became too large for an array."""

    def call(left: Value, right: Value) -> Value:
        found = apply(left, right)
        if type(found) is int:
            return bounded(found)
        if isinstance(found, np.ndarray | np.generic) and found.dtype.kind in "iu":
            rough = apply(np.asarray(left, float), np.asarray(right, float))
            if np.any(np.abs(rough) >= _LARGEST):
                raise OverflowError("an integer in an array has at most 64 bits")
        return found

    return call


def _whole_division(apply: BinaryOperation) -> BinaryOperation:
    def call(left: Value, right: Value) -> Value:
        if type(left) is int and type(right) is int:
            return apply(left, right)
        whole = np.result_type(left, right).kind in "iu"
        if whole and not np.all(right):
            raise ZeroDivisionError("integer division by zero")
        return apply(np.asarray(left) if np.ndim(left) else np.float64(left), right)

    return call


def _power(base: Value, exponent: Value) -> Value:
    if type(base) is np.ndarray and base.dtype.kind == "f":
        return base**exponent
    if type(base) is int and type(exponent) is int and exponent >= 0:
        return power(base, exponent)
    if _is_whole(base) and _is_whole(exponent) and np.all(np.asarray(exponent) >= 0):
        return _exact(np.power)(np.asarray(base), np.asarray(exponent))
    return np.power(np.asarray(base, dtype=float), exponent)


def _is_whole(value: Value) -> bool:
    return np.asarray(value).dtype.kind in "iu"


_times = itemwise(_exact(operator.mul))


def _product_of_items(left: Value, right: Value) -> Value:
    """Multiply in the same places; of a matrix and a vector authors mean one or the other."""
    ranks = {np.ndim(left), np.ndim(right)} if type(left) is type(right) is np.ndarray else set()
    if len(ranks - {0}) > 1:
        raise ValueError(
            "`*` of a matrix and a vector may mean two things: write `@`, or each item"
        )
    return _times(left, right)


def _matrix_product(left: Value, right: Value) -> Value:
    """`@` and `·` are the matrix product of arrays, and the product of anything else."""
    first, second = number(left), number(right)
    if not (np.ndim(first) and np.ndim(second)):
        return _times(first, second)
    summed = np.shape(first)[-1] or 1
    spend_on(np.size(first) // summed * (np.size(second) // summed))  # before there is no room
    spend(np.size(first) * (np.size(second) // summed) // ITEMS_PER_STEP)
    return paid(_exact(np.matmul)(first, second))


def _by_transposed(left: Value, right: Value) -> Value:
    """`x · y^T` of two vectors is a matrix: one is a column, the other a row."""
    first, second = number(left), number(right)
    if np.ndim(first) == 1 and np.ndim(second) == 1:
        spend_on(np.size(first) * np.size(second))
        return paid(_exact(np.outer)(first, second))
    return _matrix_product(first, np.transpose(second))


OPERATORS: Mapping[str, BinaryOperation] = {
    "+": itemwise(_exact(operator.add)),
    "-": itemwise(_exact(operator.sub)),
    "*": _product_of_items,
    "/": itemwise(np.true_divide),
    "//": itemwise(_whole_division(operator.floordiv)),
    "%": itemwise(_whole_division(operator.mod)),
    "^": itemwise(_power),
    "@": _matrix_product,
    "·": _matrix_product,
    "@T": _by_transposed,
}
ORDER: Mapping[str, BinaryOperation] = {
    "<": itemwise(operator.lt),
    "<=": itemwise(operator.le),
    ">": itemwise(operator.gt),
    ">=": itemwise(operator.ge),
}
