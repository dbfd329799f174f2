"""The operations of the language over plain numbers, texts and collections.

`evaluation.arrays` has the same operations over NumPy's arrays.
"""

import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from pv.claims.evaluation.budget import spend, spend_on
from pv.claims.evaluation.scalars.builtins import PLAIN_BUILTINS, of_numbers
from pv.claims.evaluation.scalars.equality import (
    EXACT,
    Tolerance,
    comparable,
    equal,
    is_among,
    members,
    within,
)
from pv.claims.values import (
    BinaryOperation,
    Implementation,
    Members,
    Predicate,
    UnaryOperation,
    Value,
)

MAX_BITS = 100_000
"""Integers grow no longer than this."""
_LARGE = 1 << 64
_NUMBERS = frozenset({int, float})


class Arithmetic(NamedTuple):
    """The operations of the language over one kind of values."""

    binary: Mapping[str, BinaryOperation]
    unary: Mapping[str, UnaryOperation]
    order: Mapping[str, BinaryOperation]
    equal: Callable[[Value, Value, Tolerance], Value]
    each: Callable[[Predicate, Value], Value]
    """Ask something of every item; the answers have the array's shape."""
    choose: Callable[[Value, Value, Value], Value]
    """Item by item, the one or the other."""
    builtins: Mapping[str, Implementation]
    whole: Callable[[UnaryOperation], UnaryOperation] = lambda evaluate: evaluate
    """Wraps the evaluation of a whole claim once."""
    literal: UnaryOperation = lambda number: number
    """The value of a number that is written in a claim."""


def power(base: Value, exponent: Value) -> Value:
    """Raise to a power; raises ArithmeticError where that is not real, or too large."""
    exact = isinstance(base, int | Fraction) and isinstance(exponent, int)
    longest = max(base.numerator.bit_length(), base.denominator.bit_length()) if exact else 0
    if longest * max(exponent, 0 if isinstance(base, int) else -exponent) > MAX_BITS:
        raise OverflowError(f"an integer has at most {MAX_BITS:,} bits")
    try:
        found = base**exponent
    except (OverflowError, ZeroDivisionError):
        if exact or (base < 0 and exponent % 1):
            raise
        return math.copysign(math.inf, base) if exponent % 2 == 1 else math.inf
    if isinstance(found, complex):
        raise ArithmeticError("the power of a negative number is not real")  # noqa: TRY004
    return found


def product(left: Value, right: Value) -> Value:
    """Multiply two numbers; texts and collections are none."""
    if not (type(left) in _NUMBERS and type(right) in _NUMBERS):
        _need_numbers(left, right, "only numbers can be multiplied")
        left, right = comparable(left, right)
    found = left * right
    if type(found) is int and not -_LARGE < found < _LARGE:
        return bounded(found)
    return found


def bounded(value: int) -> int:
    """Return an integer; raises OverflowError for one that is too large to compute with."""
    if value.bit_length() > MAX_BITS:
        raise OverflowError(f"an integer has at most {MAX_BITS:,} bits")
    return value


def total(left: Value, right: Value) -> Value:
    """Add two numbers, or put two texts or collections behind each other."""
    if type(left) not in _NUMBERS and isinstance(left, str | tuple | list):
        spend_on(len(left) + len(right))
    return left + right


def quotient(left: Value, right: Value) -> Value:
    """Divide as reals; of floats by zero as IEEE 754 says, of integers there is no quotient."""
    if right == 0 and (isinstance(left, float) or isinstance(right, float)):
        if left == 0 or left != left:  # noqa: PLR0124 - NaN alone differs from itself
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1.0, right)
    return left / right


def remainder(left: Value, right: Value) -> Value:
    """Take the remainder, which has the sign of the divisor; a text has none."""
    if not (type(left) in _NUMBERS and type(right) in _NUMBERS):
        _need_numbers(left, right, "only numbers have a remainder")
    return left % right


def _need_numbers(left: Value, right: Value, message: str) -> None:
    for value in (left, right):
        if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
            raise TypeError(message)


def union(left: Value, right: Value) -> Value:
    """Return the members of both."""
    spend(len(left) + len(right))
    return members((*left, *right))


def _kept(left: Value, right: Value, *, shared: bool) -> Value:
    return members(each for each in left if is_among(each, right, EXACT) is shared)


def _ordered(holds: BinaryOperation) -> BinaryOperation:
    def call(left: Value, right: Value) -> Value:
        if isinstance(left, Members) or isinstance(right, Members):
            raise TypeError("of two sets neither is less; write ⊆")
        return holds(*comparable(left, right))

    return of_numbers(call)


def _no_matrix(*_: Value) -> Value:
    raise TypeError("only a matrix can be transposed")


def _magnitude(value: Value) -> Value:
    return len(value) if isinstance(value, tuple | list | str | Mapping) else abs(value)


PLAIN = Arithmetic(
    binary={
        "+": of_numbers(total), "-": of_numbers(operator.sub), "*": product, "·": product,
        "/": of_numbers(quotient), "//": of_numbers(operator.floordiv), "%": remainder,
        "^": of_numbers(power), "@": product, "∪": union,
        "@T": _no_matrix, "∩": partial(_kept, shared=True), "\\": partial(_kept, shared=False),
    },
    unary={"-": of_numbers(operator.neg), "abs": of_numbers(_magnitude), "transpose": _no_matrix},
    order={
        "<": _ordered(operator.lt), "<=": _ordered(operator.le),
        ">": _ordered(operator.gt), ">=": _ordered(operator.ge),
        "⊆": lambda some, others: within(some, others, EXACT),
    },
    equal=equal,
    each=lambda holds, value: holds(value),
    choose=lambda holds, then, otherwise: then if holds else otherwise,
    builtins=PLAIN_BUILTINS,
)  # fmt: skip
"""Python's own numbers; integers are exact, of any size up to a limit."""
