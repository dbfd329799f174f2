"""Operators over NumPy's arrays and numbers.

Reals are as IEEE 754 says: 1.0/0 is infinite and 0.0/0 not a number. Integers and fractions are
exact, of any size also in arrays, and dividing one by zero is an error. Sizes must fit: a vector
goes along the last axis of a matrix, and nothing is stretched that happens to have the size 1.
"""

import operator
from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from pv.claims.evaluation.budget import ITEMS_PER_STEP, spend, spend_on
from pv.claims.evaluation.errors import Ambiguous, text_of
from pv.claims.evaluation.scalars.arithmetic import bounded, power, total
from pv.claims.evaluation.scalars.equality import real
from pv.claims.values import BinaryOperation, Members, Value

_NUMBERS = frozenset({np.ndarray, float, int, np.float64, np.longdouble})
FEW = 64
"""So many items cost nothing beside the call."""
_LARGEST = 2.0**63
"""Integers that NumPy stores are smaller than this; larger ones are Python's."""
MOST = 2.0**1000
_WHOLE = 2.0**53
"""Up to here every integer is a float."""


def standard(array: Value) -> Value:
    """Return the numbers of an array in a type that keeps them: int64, float64 or Python's own."""
    match array.dtype.kind:
        case "f":
            return array if array.dtype == np.longdouble else array.astype(np.float64, copy=False)
        case "i":
            least = array.dtype == np.int64 and array.size and array.min() == -_LARGEST
            return array.astype(object if least else np.int64, copy=False)
        case "u":
            return standard(array.astype(object)) if array.size else array.astype(np.int64)
        case "O":
            items = array.ravel().tolist()
            kinds = {*map(type, items)}
            if kinds == {int}:
                return array.astype(np.int64) if max(map(abs, items)) < _LARGEST else array
            if kinds & {float, np.float64} and kinds <= _REALS:
                kept = all(type(each) is not int or real(each) == each for each in items)
                return floats(array) if kept else array
    return array


def array_of(value: Value) -> Value:
    """Return a collection as an array, where no integer becomes the float that is nearest to it."""
    if type(value) is np.ndarray:
        return value
    try:
        array = np.asarray(value)
        rounded = array.dtype == np.float64 and bool(np.any(np.abs(array) >= _WHOLE))
    except OverflowError:  # an integer beyond every float, beside a float
        rounded = True
    return standard(np.asarray(value, dtype=object) if rounded else array)


_REALS = {float, int, Fraction, np.float64}
_EXACT = {int, Fraction}


def floats(value: Value) -> Value:
    """Return what is exact as the floats nearest to it; what is too large becomes infinite."""
    if type(value) in _EXACT:
        return real(value)
    objects = type(value) is np.ndarray and value.dtype == object
    return np.asarray(np.frompyfunc(real, 1, 1)(value), np.float64) if objects else value


def number(value: Value) -> Value:
    """Return a number or an array; raises TypeError for what is neither."""
    if type(value) in _NUMBERS:
        return value
    if value is None or isinstance(value, bool | np.bool_ | str | Mapping):
        raise TypeError(f"{text_of(value)} is no number")
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, tuple | list):
        array = array_of(value)
        if array.dtype == bool or bool in map(type, value):
            raise TypeError("a truth value is no number")
        return array
    return value


def paid(found: Value) -> Value:
    """Count the work that a result was; an integer becomes Python's own, which has any size."""
    if type(found) is np.ndarray:
        if found.size > FEW:
            spend_on(found.size)
        return standard(found) if found.dtype == object else found
    if isinstance(found, np.integer | np.bool_):
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
        if type(left) not in _NUMBERS or type(right) not in _NUMBERS:
            left, right = _operands(left, right)
        if type(left) is np.ndarray and type(right) is np.ndarray and left.shape != right.shape:
            _fit(left, right)
        try:
            return paid(apply(left, right))
        except OverflowError:  # an integer beyond every float, and a float
            if is_exact(left) and is_exact(right):
                raise
            return paid(apply(floats(left), floats(right)))

    return call


def unrounded(apply: BinaryOperation) -> BinaryOperation:
    """Compare integers with floats exactly, also those integers that no float is equal to."""

    def call(left: Value, right: Value) -> Value:
        if np.ndarray in (type(left), type(right)) and is_exact(left) is not is_exact(right):
            exact = left if is_exact(left) else right
            if np.any(np.abs(exact) >= _WHOLE):
                return apply(np.asarray(left, object), np.asarray(right, object))
        return apply(left, right)

    return call


def _operands(left: Value, right: Value) -> tuple[Value, Value]:
    if isinstance(left, Members) or isinstance(right, Members):
        raise TypeError("a set is no number, and has no order")
    first, second = number(left), number(right)
    if type(first) is Fraction and not is_exact(second):
        first = real(first)
    if type(second) is Fraction and not is_exact(first):
        second = real(second)
    return first, second


def exactly(apply: BinaryOperation) -> BinaryOperation:
    """Compute with integers exactly, in an array with Python's own where NumPy's are too small."""

    def call(left: Value, right: Value) -> Value:
        if np.ndarray in (type(left), type(right)) and is_exact(left) and is_exact(right):
            rough = np.abs(apply(np.asarray(left, float), np.asarray(right, float)))
            if np.any(rough > MOST):
                raise OverflowError(f"an integer in an array is at most {MOST:g}")
            if np.any(rough >= _LARGEST / 2):  # it is rough: near the end it may be past it
                return apply(np.asarray(left, object), np.asarray(right, object))
        found = apply(left, right)
        if type(found) is int:
            return bounded(found)
        if type(found) is Fraction:
            bounded(found.numerator)
            bounded(found.denominator)
        return found

    return call


def _of_texts(of_texts: BinaryOperation, of_numbers: BinaryOperation) -> BinaryOperation:
    """Let an operator take two texts as well."""

    def call(left: Value, right: Value) -> Value:
        if isinstance(left, str) and isinstance(right, str):
            return of_texts(left, right)
        return of_numbers(left, right)

    return call


def _quotient(left: Value, right: Value) -> Value:
    """Divide as reals; what is exact has no quotient by zero."""
    if is_exact(left) and is_exact(right) and not np.all(right):
        raise ZeroDivisionError("division by zero")
    if type(left) is Fraction or type(right) is Fraction:
        return left / right
    if type(left) is int and type(right) is int:
        return np.float64(real(Fraction(left, right)))  # rounded once, of whatever size they are
    if is_exact(left) and is_exact(right):
        left, right = floats(left), floats(right)
    found = np.true_divide(left, right)
    return np.float64(found) if type(found) is float else found


def is_exact(value: Value) -> bool:
    """Return whether a number, or each in an array, is an integer or a fraction."""
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        return type(value) in _EXACT
    objects = dtype.kind == "O" and {*map(type, value.ravel().tolist())} <= _EXACT
    return objects or dtype.kind in "iu"


def _whole_division(apply: BinaryOperation) -> BinaryOperation:
    def call(left: Value, right: Value) -> Value:
        if {type(left), type(right)} <= _EXACT:
            return apply(left, right)
        if not np.all(right):
            raise ZeroDivisionError("nothing is divided by zero and rounded")
        try:
            return apply(np.asarray(left) if np.ndim(left) else np.float64(left), right)
        except OverflowError:  # an integer beyond every float, by a float
            return floats(apply(Fraction(left), Fraction(right)))

    return call


def _power(base: Value, exponent: Value) -> Value:
    if type(base) is np.ndarray and base.dtype.kind == "f":
        return base**exponent
    if type(exponent) is int and (type(base) is Fraction or (type(base) is int and exponent >= 0)):
        return power(base, exponent)
    if _is_whole(base) and _is_whole(exponent) and np.all(np.asarray(exponent) >= 0):
        return exactly(np.power)(np.asarray(base), np.asarray(exponent))
    if _is_whole(base) and _is_whole(exponent) and not np.all(base):
        raise ZeroDivisionError("zero has no inverse")
    return np.power(np.asarray(floats(base), dtype=float), exponent)


def _is_whole(value: Value) -> bool:
    array = np.asarray(value)
    return array.dtype.kind in "iu" or (array.dtype == object and standard(array) is array)


quotient = itemwise(_quotient)
_times = itemwise(exactly(operator.mul))
_raised = itemwise(_power)


def _power_of_items(base: Value, exponent: Value) -> Value:
    """Raise numbers in the same places; of a matrix authors mean its own power as well."""
    if np.ndim(base) > 1:
        raise Ambiguous("`^` of a matrix may mean two things: write `A @ A`, or `A * A` of items")
    return _raised(base, exponent)


def _product_of_items(left: Value, right: Value) -> Value:
    """Multiply in the same places; of a matrix and a vector authors mean one or the other."""
    ranks = {np.ndim(left), np.ndim(right)} if type(left) is type(right) is np.ndarray else set()
    if len(ranks - {0}) > 1:
        raise Ambiguous("`*` of a matrix and a vector may mean two things: write `@`, or each item")
    return _times(left, right)


def _matrix_product(left: Value, right: Value) -> Value:
    """`@` and `·` are the matrix product of arrays, and the product of anything else."""
    first, second = number(left), number(right)
    if not (np.ndim(first) and np.ndim(second)):
        return _times(first, second)
    summed = np.shape(first)[-1] or 1
    spend_on(np.size(first) // summed * (np.size(second) // summed))  # before there is no room
    spend(np.size(first) * (np.size(second) // summed) // ITEMS_PER_STEP)
    return paid(exactly(np.matmul)(first, second))


def _by_transposed(left: Value, right: Value) -> Value:
    """`x · y^T` of two vectors is a matrix: one is a column, the other a row."""
    first, second = number(left), number(right)
    if np.ndim(first) == 1 and np.ndim(second) == 1:
        spend_on(np.size(first) * np.size(second))
        return paid(exactly(np.outer)(first, second))
    return _matrix_product(first, np.transpose(second))


OPERATORS: Mapping[str, BinaryOperation] = {
    "+": _of_texts(total, itemwise(exactly(operator.add))),
    "-": itemwise(exactly(operator.sub)),
    "*": _product_of_items,
    "/": quotient,
    "//": itemwise(_whole_division(operator.floordiv)),
    "%": itemwise(_whole_division(operator.mod)),
    "^": _power_of_items,
    "@": _matrix_product,
    "·": _matrix_product,
    "@T": _by_transposed,
}
ORDER: Mapping[str, BinaryOperation] = {
    "<": _of_texts(operator.lt, itemwise(unrounded(operator.lt))),
    "<=": _of_texts(operator.le, itemwise(unrounded(operator.le))),
    ">": _of_texts(operator.gt, itemwise(unrounded(operator.gt))),
    ">=": _of_texts(operator.ge, itemwise(unrounded(operator.ge))),
}
