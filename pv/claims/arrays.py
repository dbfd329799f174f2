"""Arithmetic over NumPy arrays and numbers, for claims about vectors and matrices.

The only module of the language that imports NumPy; torch tensors are turned into arrays by
`pv.engines.tensors`.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pv.claims.arithmetic import PLAIN, Arithmetic
from pv.claims.builtins import BUILTINS, Builtin
from pv.claims.equality import FORMATS, Tolerance, equal
from pv.claims.types import ANY

Array = NDArray[Any]

_NUMBERS = frozenset({np.ndarray, float, int, np.float64, np.longdouble})

MOST_ITEMS = 4_000_000
"""An array has no more items than this."""


def _quiet(evaluate: Callable[..., Any]) -> Callable[..., Any]:
    """Compute as IEEE says: 1/0 is infinite, 0/0 not a number, and neither is a warning."""

    def call(*values: Any) -> Any:
        with np.errstate(all="ignore"):
            return evaluate(*values)

    return call


def _operator(apply: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def call(left: Any, right: Any) -> Any:
        found = apply(_number(left), _number(right))
        if getattr(found, "size", 1) > MOST_ITEMS:
            raise OverflowError(f"an array has at most {MOST_ITEMS:,} items")
        return found

    return call


def close(left: Any, right: Any, tolerance: Tolerance) -> Any:
    """Compare two numbers or arrays item by item, up to a tolerance.

    Arrays of different shapes are equal nowhere, unless one of them is a single number.
    """
    if not isinstance(left, np.ndarray) and not isinstance(right, np.ndarray):
        return equal(_plain(left), _plain(right), tolerance)
    first, second = _number(left), _number(right)
    if np.ndim(first) and np.ndim(second) and np.shape(first) != np.shape(second):
        return np.False_
    if not _inexact(first) and not _inexact(second):
        return np.equal(first, second)
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    with np.errstate(all="ignore"):  # infinities among them
        apart = np.abs(first - second)
        largest = np.maximum(np.abs(first), np.abs(second))
        near = (
            (apart <= tolerance.absolute)
            | (apart <= tolerance.relative * largest)
            | (apart <= tolerance.ulp * units(largest, tolerance.dtype))
        )
    return (first == second) | (near & np.isfinite(first) & np.isfinite(second))


def units(magnitudes: NDArray[np.float64], dtype: str) -> NDArray[np.float64]:
    """Return the unit in the last place that each magnitude has in a type of numbers."""
    bits, least = FORMATS[dtype]
    exponents = np.maximum(np.frexp(magnitudes)[1] - 1, least)
    found: NDArray[np.float64] = np.ldexp(1.0, exponents - bits)
    return found


def item(collection: Any, key: Any) -> Any:
    """Return an item or a slice of an array; raises IndexError outside of it, from 0 on."""
    keys = key if isinstance(key, tuple) else (key,)
    for axis, each in enumerate(keys):
        if isinstance(each, int | np.integer) and not 0 <= each < np.shape(collection)[axis]:
            raise IndexError(f"there is no item {each}; there are {np.shape(collection)[axis]}")
    return np.asarray(collection)[keys]


def _number(value: Any) -> Any:
    if type(value) in _NUMBERS:
        return value
    if value is None or isinstance(value, bool | np.bool_ | str | Mapping):
        raise TypeError(f"{value!r} is no number")
    if isinstance(value, tuple | list):
        return np.asarray(value)
    return value


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _inexact(value: Any) -> bool:
    return bool(np.issubdtype(np.asarray(value).dtype, np.inexact))


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(base, np.ndarray) and base.dtype.kind == "f":
        return base**exponent
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        return base**exponent if base.bit_length() * exponent < 100_000 else math.inf  # noqa: PLR2004
    return np.power(np.asarray(base, dtype=float), exponent)


def _dotted(left: Any, right: Any) -> Any:
    """`·` is the matrix product of matrices, and the product of anything else."""
    return np.matmul(left, right) if np.ndim(left) and np.ndim(right) else left * right


_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "·": _dotted,
    "/": np.true_divide,
    "//": np.floor_divide,
    "%": np.mod,
    "^": _power,
    "@": _dotted,
}
_ORDER: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def _of_numbers(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: function(*map(_number, values))


def _norm(value: Any, order: Any = 2) -> Any:
    kinds = {"F": None, "fro": None, "inf": np.inf, "∞": np.inf}
    return np.linalg.norm(np.asarray(value), kinds.get(order, order))


def _sigmoid(value: Any) -> Any:
    array = np.asarray(value)
    small = np.exp(-np.abs(array.astype(np.result_type(array, float))))
    return np.where(array >= 0, 1, small) / (1 + small)  # exact to the last digits on both sides


def _normal_cdf(value: Any) -> Any:
    erfc = np.vectorize(math.erfc, otypes=[float])
    return 0.5 * erfc(-np.asarray(value, dtype=float) / math.sqrt(2))


def _extreme(reduce: Callable[..., Any], pairwise: Callable[..., Any]) -> Callable[..., Any]:
    def call(*values: Any) -> Any:
        if len(values) == 1:
            return reduce(values[0])
        whole = values[0]
        for each in values[1:]:
            whole = pairwise(whole, each)
        return whole

    return call


def _size(value: Any) -> int:
    return int(np.shape(value)[0]) if np.ndim(value) else len(value)


def _count(value: Any) -> int:
    array = np.asarray(value)
    return int(array.sum()) if array.dtype == bool else _size(value)


_FUNCTIONS: Mapping[str, tuple[Callable[..., Any], int, str]] = {
    "exp": (np.exp, 1, "e to the power of x"),
    "log": (np.log, 1, "natural logarithm"),
    "ln": (np.log, 1, "natural logarithm"),
    "log2": (np.log2, 1, "logarithm to base 2"),
    "sqrt": (np.sqrt, 1, "square root"),
    "sin": (np.sin, 1, "sine"),
    "cos": (np.cos, 1, "cosine"),
    "tanh": (np.tanh, 1, "hyperbolic tangent"),
    "sigmoid": (_sigmoid, 1, "1 / (1 + e^-x)"),
    "Phi": (_normal_cdf, 1, "distribution function of the standard normal"),
    "Φ": (_normal_cdf, 1, "distribution function of the standard normal"),
    "sign": (np.sign, 1, "-1, 0 or 1"),
    "abs": (np.abs, 1, "absolute value"),
    "floor": (np.floor, 1, "greatest integer that is not above"),
    "ceil": (np.ceil, 1, "least integer that is not below"),
    "round": (np.round, 1, "nearest integer, halves to the even one"),
    "sum": (np.sum, 1, "sum of all items"),
    "prod": (np.prod, 1, "product of all items"),
    "product": (np.prod, 1, "product of all items"),
    "mean": (np.mean, 1, "mean of all items"),
    "var": (np.var, 1, "variance of all items, over n"),
    "std": (np.std, 1, "square root of the variance"),
    "argmax": (np.argmax, 1, "first index of the greatest item, from 0"),
    "argmin": (np.argmin, 1, "first index of the least item, from 0"),
    "dot": (np.vdot, 2, "inner product"),
    "transpose": (np.transpose, 1, "rows for columns"),
    "is_finite": (np.isfinite, 1, "neither infinite nor NaN"),
    "is_nan": (np.isnan, 1, "not a number"),
    "isnan": (np.isnan, 1, "not a number"),
    "isinf": (np.isinf, 1, "infinite"),
    "is_infinite": (np.isinf, 1, "infinite"),
    "clamp": (np.clip, 3, "x, at least low and at most high"),
}  # fmt: skip

ARRAY_BUILTINS: Mapping[str, Builtin] = {
    **BUILTINS,
    **{
        name: Builtin(_of_numbers(call), (ANY,) * arity, ANY, summary)
        for name, (call, arity, summary) in _FUNCTIONS.items()
    },
    "max": Builtin(_extreme(np.max, np.maximum), (ANY,), ANY, "greatest", variadic=True),
    "min": Builtin(_extreme(np.min, np.minimum), (ANY,), ANY, "least", variadic=True),
    "‖": Builtin(_norm, (ANY,), ANY, "a norm, Euclidean unless said", variadic=True),
    "norm": Builtin(_norm, (ANY,), ANY, "a norm, Euclidean unless said", variadic=True),
    "shape": Builtin(np.shape, (ANY,), ANY, "sizes along each axis"),
    "len": Builtin(_size, (ANY,), ANY, "size along the first axis"),
    "length": Builtin(_size, (ANY,), ANY, "size along the first axis"),
    "count": Builtin(_count, (ANY,), ANY, "how many hold, or how many there are"),
}
"""The functions of the language over arrays: those of numbers, and of vectors and matrices."""


def _negate(value: Any) -> Any:
    return np.logical_not(value) if isinstance(value, np.ndarray) else not value


def _items(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.ravel().tolist()
    return value if isinstance(value, tuple | list | range) else (value,)


def _magnitude(value: Any) -> Any:
    return len(value) if isinstance(value, tuple | list | range) else np.abs(_number(value))


ARRAYS = Arithmetic(
    binary={
        **PLAIN.binary,
        **{word: _operator(apply) for word, apply in _OPERATORS.items()},
    },
    unary={"-": lambda x: -_number(x), "abs": _magnitude, "transpose": np.transpose},
    order={**PLAIN.order, **{word: _operator(apply) for word, apply in _ORDER.items()}},
    equal=close,
    joined={
        "and": np.logical_and, "or": np.logical_or, "xor": np.logical_xor, "iff": np.equal,
        "implies": lambda a, b: np.logical_or(np.logical_not(a), b),
    },
    negate=_negate,
    settle=lambda found: bool(np.all(found)),
    any=lambda found: bool(np.any(found)),
    is_array=lambda value: isinstance(value, np.ndarray | np.generic),
    items=_items,
    item=item,
    sizes=np.shape,
    choose=np.where,
    builtins=ARRAY_BUILTINS,
    whole=_quiet,
)  # fmt: skip
"""NumPy's arrays, and numbers among them."""
