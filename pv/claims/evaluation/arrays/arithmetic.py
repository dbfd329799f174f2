"""Arithmetic over NumPy arrays and numbers, for claims about vectors and matrices.

Of the language, only the modules of `evaluation.arrays` import NumPy; torch tensors are turned into
arrays by `pv.engines.calling.tensors`.
"""

import numpy as np

from pv.claims.evaluation.arrays.equality import close
from pv.claims.evaluation.arrays.functions import ARRAY_BUILTINS
from pv.claims.evaluation.arrays.operators import OPERATORS, ORDER, number
from pv.claims.evaluation.scalars.arithmetic import PLAIN, Arithmetic
from pv.claims.values import Implementation, Predicate, Value

__all__ = ["ARRAYS", "ARRAY_BUILTINS", "close"]


def _quiet(evaluate: Implementation) -> Implementation:
    """Compute as IEEE says: 1/0 is infinite, 0/0 not a number, and neither is a warning."""

    def call(*values: Value) -> Value:
        with np.errstate(all="ignore"):
            return evaluate(*values)

    return call


def _each(holds: Predicate, value: Value) -> Value:
    answers = [holds(each) for each in np.ravel(value).tolist()]
    return np.asarray(answers, dtype=bool).reshape(np.shape(value))


def _magnitude(value: Value) -> Value:
    counted = isinstance(value, tuple | list | range | str | dict)
    return len(value) if counted else abs(number(value))


ARRAYS = Arithmetic(
    binary={**PLAIN.binary, **OPERATORS},
    unary={
        "-": lambda x: -number(x), "abs": _magnitude,
        "transpose": lambda x: np.transpose(number(x))[()],
    },
    order={**PLAIN.order, **ORDER},
    equal=close,
    each=_each,
    choose=np.where,
    builtins=ARRAY_BUILTINS,
    whole=_quiet,
)  # fmt: skip
"""NumPy's arrays, and numbers among them."""
