"""What computing with values takes; here for plain numbers, in `arrays` for NumPy's."""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from pv.claims.builtins import BUILTINS, Builtin
from pv.claims.equality import Tolerance, equal

MAX_BITS = 100_000
"""Integers grow no longer than this."""


class Arithmetic(NamedTuple):
    """The operations that the language needs of its values."""

    binary: Mapping[str, Callable[[Any, Any], Any]]
    unary: Mapping[str, Callable[[Any], Any]]
    order: Mapping[str, Callable[[Any, Any], Any]]
    equal: Callable[[Any, Any, Tolerance], Any]
    joined: Mapping[str, Callable[[Any, Any], Any]]
    """Boolean operators, item by item."""
    negate: Callable[[Any], Any]
    settle: Callable[[Any], bool]
    """Whether it holds of all items."""
    any: Callable[[Any], bool]
    is_array: Callable[[Any], bool]
    items: Callable[[Any], Iterable[Any]]
    """Every item of an array, of whatever shape; a number is its own only item."""
    item: Callable[[Any, Any], Any]
    sizes: Callable[[Any], tuple[int, ...]]
    """Sizes along each axis; of a number, none."""
    choose: Callable[[Any, Any, Any], Any]
    """Item by item, the one or the other."""
    builtins: Mapping[str, Builtin]
    whole: Callable[[Callable[[Any], Any]], Callable[[Any], Any]] = lambda evaluate: evaluate
    """What is done once around the evaluation of a claim."""


def power(base: Any, exponent: Any) -> Any:
    """Raise to a power; raises ArithmeticError where that is not real, or too large."""
    whole = isinstance(base, int) and isinstance(exponent, int)
    if whole and base.bit_length() * max(exponent, 0) > MAX_BITS:
        raise OverflowError(f"an integer has at most {MAX_BITS:,} bits")
    found = base**exponent
    if isinstance(found, complex):
        raise ArithmeticError("the power of a negative number is not real")  # noqa: TRY004
    return found


def product(left: Any, right: Any) -> Any:
    """Multiply two numbers; texts and collections are none."""
    if isinstance(left, int) and isinstance(right, int):
        if left.bit_length() + right.bit_length() > MAX_BITS:
            raise OverflowError(f"an integer has at most {MAX_BITS:,} bits")
    elif not (_is_number(left) and _is_number(right)):
        raise TypeError("only numbers can be multiplied")
    return left * right


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, tuple | list) else (value,)


def _no_matrix(_: Any) -> Any:
    raise TypeError("only a matrix can be transposed")


def _magnitude(value: Any) -> Any:
    return len(value) if isinstance(value, tuple | list) else abs(value)


PLAIN = Arithmetic(
    binary={
        "+": operator.add, "-": operator.sub, "*": product, "·": product, "/": operator.truediv,
        "//": operator.floordiv, "%": operator.mod, "^": power, "@": product,
        "∪": lambda a, b: (*a, *(each for each in b if each not in a)),
        "∩": lambda a, b: tuple(each for each in a if each in b),
        "\\": lambda a, b: tuple(each for each in a if each not in b),
    },
    unary={"-": operator.neg, "abs": _magnitude, "transpose": _no_matrix},
    order={
        "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
        "⊆": lambda a, b: all(each in b for each in a),
    },
    equal=equal,
    joined={
        "and": lambda a, b: a and b, "or": lambda a, b: a or b, "xor": operator.is_not,
        "iff": operator.is_, "implies": lambda a, b: not a or b,
    },
    negate=operator.not_,
    settle=bool,
    any=bool,
    is_array=lambda _: False,
    items=_items,
    item=lambda collection, key: collection[key],
    sizes=lambda value: (len(value),) if isinstance(value, tuple | list) else (),
    choose=lambda holds, then, otherwise: then if holds else otherwise,
    builtins=BUILTINS,
)  # fmt: skip
"""Python's own numbers; integers are exact, of any size up to a limit."""
