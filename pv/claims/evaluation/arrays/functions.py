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
from pv.claims.evaluation.scalars.builtins import BUILTINS, Builtin
from pv.claims.evaluation.scalars.equality import real
from pv.claims.types import ANY
from pv.claims.values import Implementation, UnaryOperation, Value


def _of_numbers(function: Implementation, arity: int) -> Implementation:
    """Let a function take numbers and arrays, and pay for the items that it is given."""

    def call(*values: Value) -> Value:
        return paid(function(*[paid(number(value)) for value in values]))

    def of_one(value: Value) -> Value:
        if type(value) is not np.ndarray:
            return paid(function(number(value)))
        if value.size > FEW:
            spend_on(value.size)
        found = function(value)
        return found if type(found) is np.float64 else paid(found)

    return of_one if arity == 1 else call


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
    return np.linalg.norm(np.atleast_1d(floats(number(value))), kinds.get(order, order))


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


_GREATEST = _choice(BUILTINS["max"].call, np.maximum)
_LEAST = _choice(BUILTINS["min"].call, np.minimum)


_FUNCTIONS: Mapping[str, tuple[Implementation, int, str]] = {
    "exp": (_real(np.exp), 1, "e to the power of x"),
    "log": (_real(np.log), 1, "natural logarithm"),
    "ln": (_real(np.log), 1, "natural logarithm"),
    "log2": (_real(np.log2), 1, "logarithm to base 2"),
    "sqrt": (_real(np.sqrt), 1, "square root"),
    "sin": (_real(np.sin), 1, "sine"),
    "cos": (_real(np.cos), 1, "cosine"),
    "tanh": (_real(np.tanh), 1, "hyperbolic tangent"),
    "tan": (_real(np.tan), 1, "tangent"),
    "arcsin": (_real(np.arcsin), 1, "inverse of the sine"),
    "arccos": (_real(np.arccos), 1, "inverse of the cosine"),
    "arctan": (_real(np.arctan), 1, "inverse of the tangent"),
    "sinh": (_real(np.sinh), 1, "hyperbolic sine"),
    "cosh": (_real(np.cosh), 1, "hyperbolic cosine"),
    "sigmoid": (_sigmoid, 1, "1 / (1 + e^-x)"),
    "softmax": (lambda value: np.exp(_log_softmax(value)), 1, "e^x / Σ e^x, of a vector"),
    "log_softmax": (_log_softmax, 1, "logarithm of softmax, of a vector"),
    "softplus": (_real(lambda value: np.logaddexp(0, value)), 1, "log(1 + e^x)"),
    "relu": (lambda value: _GREATEST(value, 0), 1, "x where it is positive, else 0"),
    "numel": (np.size, 1, "number of all items"),
    "Phi": (_normal_cdf, 1, "distribution function of the standard normal"),
    "Φ": (_normal_cdf, 1, "distribution function of the standard normal"),
    "sign": (_real(np.sign), 1, "-1, 0 or 1"),
    "abs": (abs, 1, "absolute value"),
    "floor": (_rounded(np.floor), 1, "greatest integer that is not above"),
    "ceil": (_rounded(np.ceil), 1, "least integer that is not below"),
    "round": (_rounded(np.round), 1, "nearest integer, halves to the even one"),
    "sum": (_total, 1, "sum of all items"),
    "prod": (_product, 1, "product of all items"),
    "product": (_product, 1, "product of all items"),
    "mean": (_of_some(_mean), 1, "mean of all items"),
    "var": (_of_some(_real(np.var)), 1, "variance of all items, over n"),
    "std": (_of_some(_real(np.std)), 1, "square root of the variance"),
    "argmax": (_of_some(np.argmax), 1, "first index of the greatest item, from 0"),
    "argmin": (_of_some(np.argmin), 1, "first index of the least item, from 0"),
    "dot": (_dot, 2, "inner product"),
    "transpose": (np.transpose, 1, "rows for columns"),
    "is_finite": (_stored(np.isfinite), 1, "neither infinite nor NaN"),
    "is_nan": (_stored(np.isnan), 1, "not a number"),
    "isnan": (_stored(np.isnan), 1, "not a number"),
    "isinf": (_stored(np.isinf), 1, "infinite"),
    "is_infinite": (_stored(np.isinf), 1, "infinite"),
    "clamp": (
        lambda x, low, high: _LEAST(_GREATEST(x, low), high), 3, "x, at least low and at most high",
    ),
}  # fmt: skip

ARRAY_BUILTINS: Mapping[str, Builtin] = {
    **BUILTINS,
    **{
        name: Builtin(_of_numbers(call, arity), (ANY,) * arity, ANY, summary)
        for name, (call, arity, summary) in _FUNCTIONS.items()
    },
    **{
        name: Builtin(_of_numbers(call, 1), (ANY,), ANY, summary)
        for name, (call, summary) in PREDICATES.items()
    },
    "max": Builtin(_extreme(np.max, _GREATEST), (ANY,), ANY, "greatest", variadic=True),
    "min": Builtin(_extreme(np.min, _LEAST), (ANY,), ANY, "least", variadic=True),
    "‖": Builtin(_norm, (ANY,), ANY, "a norm, Euclidean unless said", variadic=True),
    "norm": Builtin(_norm, (ANY,), ANY, "a norm, Euclidean unless said", variadic=True),
    VECTOR: Builtin(_vector, (ANY,), ANY, "all of it, where the text says each item"),
    "shape": Builtin(lambda value: np.shape(number(value)), (ANY,), ANY, "sizes along each axis"),
    "len": Builtin(len, (ANY,), ANY, "size along the first axis"),
    "length": Builtin(len, (ANY,), ANY, "size along the first axis"),
    "count": Builtin(len, (ANY,), ANY, "size along the first axis"),
}
"""The functions of the language over arrays: those of numbers, and of vectors and matrices."""
