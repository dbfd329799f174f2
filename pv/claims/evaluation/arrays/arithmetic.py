"""Arithmetic over NumPy arrays and numbers, for claims about vectors and matrices.

Of the language, only the modules of `evaluation.arrays` import NumPy; torch tensors are turned into
arrays by `pv.engines.calling.tensors`.
"""

import numpy as np

from pv.claims.evaluation.arrays.equality import close
from pv.claims.evaluation.arrays.functions import ARRAY_BUILTINS
from pv.claims.evaluation.arrays.operators import OPERATORS, ORDER, array_of, number
from pv.claims.evaluation.scalars.arithmetic import PLAIN, Arithmetic
from pv.claims.values import Implementation, Predicate, Value

__all__ = ["ARRAYS", "ARRAY_BUILTINS", "close", "item"]


def _quiet(evaluate: Implementation) -> Implementation:
    """Compute as IEEE says: 1/0 is infinite, 0/0 not a number, and neither is a warning."""

    def call(*values: Value) -> Value:
        with np.errstate(all="ignore"):
            return evaluate(*values)

    return call


def item(collection: Value, key: Value) -> Value:
    """Return an item or a slice of an array; raises IndexError outside of it, from 0 on."""
    keys = key if isinstance(key, tuple) else (key,)
    shape = np.shape(collection)
    for axis, each in enumerate(keys):
        if isinstance(each, bool | np.bool_):
            raise TypeError("a truth value is no index")
        if isinstance(each, int | np.integer) and not 0 <= each < shape[axis]:
            raise IndexError(f"there is no item {each}; there are {shape[axis]}")
    found: Value = array_of(collection)[keys]
    return found.item() if isinstance(found, np.integer | np.bool_) else found


def _settle(found: Value) -> bool:
    if found is True or found is False:
        return found
    return bool(found.all() if type(found) is np.ndarray else found)


def _each(holds: Predicate, value: Value) -> Value:
    answers = [holds(each) for each in np.ravel(value).tolist()]
    return np.asarray(answers, dtype=bool).reshape(np.shape(value))


def _negate(value: Value) -> Value:
    return np.logical_not(value) if isinstance(value, np.ndarray) else not value


def _items(value: Value) -> Value:
    if isinstance(value, np.ndarray | np.generic):
        return value.ravel().tolist()
    return value if isinstance(value, tuple | list | range) else (value,)


def _magnitude(value: Value) -> Value:
    return len(value) if isinstance(value, tuple | list | range) else abs(number(value))


ARRAYS = Arithmetic(
    binary={**PLAIN.binary, **OPERATORS},
    unary={
        "-": lambda x: -number(x), "abs": _magnitude,
        "transpose": lambda x: np.transpose(number(x))[()],
    },
    order={**PLAIN.order, **ORDER},
    equal=close,
    joined={
        "and": np.logical_and, "or": np.logical_or, "xor": np.logical_xor, "iff": np.equal,
        "implies": lambda a, b: np.logical_or(np.logical_not(a), b),
    },
    negate=_negate,
    settle=_settle,
    any=lambda found: bool(np.any(found)),
    is_array=lambda value: isinstance(value, np.ndarray | np.generic),
    items=_items,
    item=item,
    sizes=np.shape,
    each=_each,
    choose=np.where,
    builtins=ARRAY_BUILTINS,
    whole=_quiet,
)  # fmt: skip
"""NumPy's arrays, and numbers among them."""
