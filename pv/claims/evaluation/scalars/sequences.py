"""Functions of texts, lists and sets, and of the bits and divisors of whole numbers."""

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass

from pv.claims.evaluation.budget import spend_on
from pv.claims.evaluation.scalars.equality import EXACT, equal, members
from pv.claims.types import ANY, BOOL, COLLECTION, INT, STRING, Type
from pv.claims.values import BinaryOperation, Implementation, Value


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function of the language."""

    call: Implementation
    parameters: tuple[Type, ...]
    result: Type
    summary: str
    variadic: bool = False
    """True if the last parameter may be repeated."""


def _items(value: Value) -> tuple[Value, ...]:
    """Return the items of a list, a set, an array or a range; a text is no list."""
    found = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(found, tuple | list | range):
        raise TypeError(f"{value!r} has no items")
    spend_on(len(found))
    return tuple(found)


def _reverse(value: Value) -> Value:
    return value[::-1] if isinstance(value, str) else _items(value)[::-1]


def _concat(first: Value, second: Value) -> Value:
    if isinstance(first, str) and isinstance(second, str):
        return first + second
    return _items(first) + _items(second)


def _count(value: Value, *wanted: Value) -> int:
    if not wanted or isinstance(value, str):
        return value.count(*wanted) if wanted else len(value)
    (one,) = wanted
    return sum(equal(each, one, EXACT) for each in _items(value))


def _unique(value: Value) -> Value:
    found: list[Value] = []
    for each in _items(value):
        spend_on(len(found))
        if not any(equal(each, other, EXACT) for other in found):
            found.append(each)
    return tuple(found)


def _permutation(first: Value, second: Value) -> bool:
    one, other = _items(first), _items(second)
    spend_on(len(one) * len(other))
    return len(one) == len(other) and all(_count(one, each) == _count(other, each) for each in one)


def _split(text: str, between: str) -> tuple[str, ...]:
    return tuple(text.split(between))


def _zip(*lists: Value) -> tuple[Value, ...]:
    return tuple(zip(*map(_items, lists), strict=True))


def _of_whole(compute: BinaryOperation) -> BinaryOperation:
    def call(first: Value, second: Value) -> Value:
        if not all(isinstance(each, int) and type(each) is not bool for each in (first, second)):
            raise TypeError("whole numbers are needed here")
        spend_on(min(max(first.bit_length(), second.bit_length()), 1 << 20))
        return compute(first, second)

    return call


def _shifted(number: int, places: int) -> int:
    if not 0 <= places <= 1 << 16:
        raise ValueError("numbers are shifted by 0 to 65,536 places")
    return number << places


SEQUENCES: Mapping[str, Builtin] = {
    "count": Builtin(_count, (ANY,), INT, "number of items, or of those like one", variadic=True),
    "upper": Builtin(str.upper, (STRING,), STRING, "a text in capitals"),
    "lower": Builtin(str.lower, (STRING,), STRING, "a text in small letters"),
    "strip": Builtin(str.strip, (STRING,), STRING, "a text without space at its ends"),
    "replace": Builtin(str.replace, (STRING, STRING, STRING), STRING, "with another part"),
    "split": Builtin(_split, (STRING, STRING), COLLECTION, "its parts between another text"),
    "join": Builtin(lambda x, by: by.join(_items(x)), (ANY, STRING), STRING, "texts as one"),
    "encode": Builtin(lambda x: tuple(x.encode()), (STRING,), COLLECTION, "its UTF-8 bytes"),
    "reverse": Builtin(_reverse, (ANY,), ANY, "a text or a list from its end"),
    "concat": Builtin(_concat, (ANY, ANY), ANY, "one text or list behind another"),
    "sort": Builtin(lambda x: tuple(sorted(_items(x))), (ANY,), COLLECTION, "the least first"),
    "unique": Builtin(_unique, (ANY,), COLLECTION, "each item at its first place alone"),
    "set": Builtin(lambda x: members(_items(x)), (ANY,), COLLECTION, "the set of the items"),
    "permutation": Builtin(_permutation, (ANY, ANY), BOOL, "whether the items are the same"),
    "zip": Builtin(_zip, (ANY,), COLLECTION, "the first items, the second, …", variadic=True),
    "gcd": Builtin(_of_whole(math.gcd), (INT, INT), INT, "the greatest common divisor"),
    "lcm": Builtin(_of_whole(math.lcm), (INT, INT), INT, "the least common multiple"),
    "bit_and": Builtin(_of_whole(operator.and_), (INT, INT), INT, "the bits that both have"),
    "bit_or": Builtin(_of_whole(operator.or_), (INT, INT), INT, "the bits that either has"),
    "bit_xor": Builtin(_of_whole(operator.xor), (INT, INT), INT, "the bits that one has"),
    "shift_left": Builtin(_of_whole(_shifted), (INT, INT), INT, "times a power of 2"),
    "shift_right": Builtin(_of_whole(operator.rshift), (INT, INT), INT, "its whole quotient"),
    "popcount": Builtin(int.bit_count, (INT,), INT, "how many of its bits are 1"),
}
"""Name -> function; all take lists, arrays and sets alike."""
