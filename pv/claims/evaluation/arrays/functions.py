"""The functions of the language over NumPy's arrays and numbers."""

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import reduce

import numpy as np

from pv.claims.evaluation.arrays.operators import (
    FEW,
    MOST,
    array_of,
    exactly,
    floats,
    is_exact,
    itemwise,
    number,
    paid,
    quotient,
    unrounded,
)
from pv.claims.evaluation.arrays.predicates import PREDICATES
from pv.claims.evaluation.budget import spend_on
from pv.claims.evaluation.constructs.vectorize import VECTOR, NotAVector
from pv.claims.evaluation.scalars.arithmetic import product
from pv.claims.evaluation.scalars.builtins import PLAIN_BUILTINS
from pv.claims.evaluation.scalars.equality import real
from pv.claims.values import Implementation, UnaryOperation, Value


def _of_numbers(function: Implementation) -> Implementation:
    """Let a function take numbers and arrays, and pay for the items that it is given."""
    return lambda *values: paid(function(*[paid(number(value)) for value in values]))


def _of_number(function: UnaryOperation) -> UnaryOperation:
    """Do the same for a function of one argument, with less around it."""

    def call(value: Value) -> Value:
        if type(value) is not np.ndarray:
            return paid(function(paid(number(value))))
        if value.size > FEW:
            spend_on(value.size)
        found = function(value)
        return found if type(found) is np.float64 else paid(found)

    return call


def _total(value: Value) -> Value:
    """Add all items up; what is exact exactly, of whatever size the sum is."""
    if is_exact(value) or not np.size(value):
        return sum(np.ravel(value).tolist())
    return np.add.reduce(floats(np.asarray(value)), axis=None)


def _mean(value: Value) -> Value:
    return quotient(_total(value), np.size(value))


def _product(value: Value) -> Value:
    if is_exact(value):
        return reduce(product, np.ravel(value).tolist(), 1)
    return np.prod(floats(value))


_OF_FRACTIONS: Mapping[Implementation, UnaryOperation] = {
    np.floor: math.floor, np.ceil: math.ceil, np.round: round,
}  # fmt: skip
_OF_LARGE: Mapping[Implementation, UnaryOperation] = {
    np.log: math.log, np.log2: math.log2, np.sqrt: math.isqrt,
}  # fmt: skip
"""Functions that have a value for integers beyond all floats."""


def _rounded(function: UnaryOperation) -> UnaryOperation:
    """Give an integer where it is one number and finite; infinities and NaN stay what they are."""

    def call(value: Value) -> Value:
        if type(value) is int:
            return value
        if type(value) is Fraction:
            return _OF_FRACTIONS[function](value)
        if type(value) is np.ndarray and value.dtype == object:
            return np.frompyfunc(call, 1, 1)(value)
        found = function(floats(value))
        return found if np.ndim(found) or not np.isfinite(found) else int(found)

    return call


def _real(function: UnaryOperation) -> UnaryOperation:
    """Take what is exact for the floats nearest to it."""

    def call(value: Value) -> Value:
        if type(value) is int and value > MOST and function in _OF_LARGE:
            return np.float64(real(_OF_LARGE[function](value)))
        return function(floats(value))

    return call


def _stored(function: UnaryOperation) -> UnaryOperation:
    """Ask something of floats; what is exact is finite, of whatever size."""

    def call(value: Value) -> Value:
        if type(value) is np.ndarray and value.dtype == object:
            exact = np.asarray(np.frompyfunc(is_exact, 1, 1)(value), dtype=bool)
            value = np.where(exact, 0, floats(value))
        return function(np.zeros(np.shape(value))[()] if is_exact(value) else value)

    return call


def _of_some(function: UnaryOperation) -> UnaryOperation:
    """Let a function that has no value for nothing say so."""

    def call(value: Value) -> Value:
        if not np.size(value):
            raise ValueError("of nothing this has no value")
        return function(value)

    return call


def _shape(value: Value) -> Value:
    """Return the sizes along each axis, whatever the items are."""
    return np.shape(value if type(value) is tuple else number(value))


def _vector(value: Value) -> Value:
    """Return an array whose items are numbers; raises NotAVector for a matrix."""
    array = array_of(value)
    if array.ndim > 1:
        raise NotAVector
    return array


def _dot(left: Value, right: Value) -> Value:
    return exactly(np.vdot)(np.asarray(left), np.asarray(right))


def _norm(value: Value, order: Value = 2) -> Value:
    kinds = {"F": None, "fro": None, "inf": np.inf, "∞": np.inf}
    return np.linalg.norm(np.atleast_1d(floats(paid(number(value)))), kinds.get(order, order))


def _sigmoid(value: Value) -> Value:
    array = np.asarray(floats(value))
    small = np.exp(-np.abs(array.astype(np.result_type(array, float))))
    return np.where(array >= 0, 1, small) / (1 + small)  # exact to the last digits on both sides


def _log_softmax(value: Value) -> Value:
    """Return log(e^x / Σ e^x) of a vector; of a matrix it may be meant by rows or as a whole."""
    array = np.asarray(floats(value), dtype=float)
    if array.ndim != 1 or not array.size:
        raise ValueError("softmax is of a vector that is not empty")
    shifted = array - np.max(array)
    return shifted - np.log(np.sum(np.exp(shifted)))


def _normal_cdf(value: Value) -> Value:
    erfc = np.vectorize(math.erfc, otypes=[float])
    return 0.5 * erfc(-np.asarray(floats(value), dtype=float) / math.sqrt(2))


_PLAIN = {int, float, np.float64}


def _extreme(of_all: Implementation, pairwise: Implementation) -> Implementation:
    def call(*values: Value) -> Value:
        if len(values) == 1:
            if isinstance(values[0], tuple) and {*map(type, values[0])} == {int, float}:
                return reduce(pairwise, values[0])  # the least integer stays an integer
            only = paid(number(values[0]))
            mixed = type(only) is np.ndarray and only.dtype == object
            return reduce(pairwise, only.ravel().tolist()) if mixed else paid(of_all(only))
        whole = values[0]
        for each in values[1:]:
            whole = pairwise(whole, each)
        return whole

    return call


def _choice(choose: Implementation, apply: Implementation) -> Implementation:
    """Choose one of two: of two numbers exactly, of arrays item by item."""
    one_by_one = np.frompyfunc(choose, 2, 1)

    def each(left: Value, right: Value) -> Value:
        objects = np.dtype(object) in (np.asarray(left).dtype, np.asarray(right).dtype)
        return one_by_one(left, right) if objects else apply(left, right)

    items = itemwise(unrounded(each))

    def call(left: Value, right: Value) -> Value:
        if {type(left), type(right)} <= _PLAIN:
            return choose(left, right)
        return items(left, right)

    return call


_GREATEST = _choice(PLAIN_BUILTINS["max"], np.maximum)
_LEAST = _choice(PLAIN_BUILTINS["min"], np.minimum)


_OF_REALS: Mapping[str, UnaryOperation] = {
    "exp": np.exp, "log": np.log, "ln": np.log, "log2": np.log2, "sqrt": np.sqrt, "sign": np.sign,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "arcsin": np.arcsin, "arccos": np.arccos, "arctan": np.arctan,
    "softplus": lambda value: np.logaddexp(0, value),
}  # fmt: skip
_ROUNDING: Mapping[str, UnaryOperation] = {"floor": np.floor, "ceil": np.ceil, "round": np.round}
_TESTS: Mapping[str, UnaryOperation] = {
    "is_finite": np.isfinite, "is_nan": np.isnan, "isnan": np.isnan, "isinf": np.isinf,
    "is_infinite": np.isinf,
}  # fmt: skip
_OF_SOME: Mapping[str, UnaryOperation] = {
    "mean": _mean, "var": _real(np.var), "std": _real(np.std), "argmax": np.argmax,
    "argmin": np.argmin,
}  # fmt: skip
_OF_ARRAYS: Mapping[str, UnaryOperation] = {
    **PREDICATES,
    **{name: _real(call) for name, call in _OF_REALS.items()},
    **{name: _rounded(call) for name, call in _ROUNDING.items()},
    **{name: _stored(call) for name, call in _TESTS.items()},
    **{name: _of_some(call) for name, call in _OF_SOME.items()},
    "sigmoid": _sigmoid, "log_softmax": _log_softmax,
    "softmax": lambda value: np.exp(_log_softmax(value)),
    "relu": lambda value: _GREATEST(value, 0), "Phi": _normal_cdf, "Φ": _normal_cdf, "abs": abs,
    "sum": _total, "prod": _product, "product": _product, "numel": np.size,
    "transpose": np.transpose,
}  # fmt: skip

ARRAY_BUILTINS: Mapping[str, Implementation] = {
    **PLAIN_BUILTINS,
    **{name: _of_number(call) for name, call in _OF_ARRAYS.items()},
    "dot": _of_numbers(_dot),
    "clamp": _of_numbers(lambda x, low, high: _LEAST(_GREATEST(x, low), high)),
    "max": _extreme(np.max, _GREATEST), "min": _extreme(np.min, _LEAST),
    "‖": _norm, "norm": _norm,
    VECTOR: _vector, "shape": _shape,
    "len": len, "length": len,
}  # fmt: skip
"""The functions of the language over arrays: those of numbers, and of vectors and matrices."""
