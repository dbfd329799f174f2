"""Turn what code returned into a value of the claim language; nothing else does.

Whole numbers become exact integers of any size, decimal and other fractions exact ones, reals
floats of 64 bits, enumerations their value, dates texts as ISO 8601 writes them. What the language
has no value for may be given to other functions, and compared with its like; all else is an error.
"""

import copy
import dataclasses
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import islice
from numbers import Integral, Rational
from types import FunctionType, ModuleType

import numpy as np

from pv.claims.evaluation.arrays.operators import standard
from pv.claims.evaluation.budget import MOST_ITEMS
from pv.claims.evaluation.errors import text_of
from pv.claims.evaluation.scalars.equality import members
from pv.claims.values import Members, Opaque, Value
from pv.engines.calling.foreign_callables import Unusable

PLAIN = frozenset({bool, int, float, str, type(None)})
"""Types that the language shares with Python."""


class _Text(str):
    __slots__ = ()


class _Whole(int):
    __slots__ = ()


class _Real(float):
    __slots__ = ()


class _List(tuple[Value, ...]):
    __slots__ = ()


_MARKED: Mapping[type, Callable[[Value], Value]] = {
    str: _Text, int: _Whole, float: _Real, tuple: _List,
}  # fmt: skip
"""Types whose values are known by what they are -> one whose values are known apart."""
_COPYING = ("__deepcopy__", "__reduce__", "__reduce_ex__", "__setstate__")
_REMEMBERED = 1_000
_NUMBERS = frozenset({bool, int, float, Fraction})


class Foreign(Opaque):
    """A result that the language has no value for."""

    __slots__ = ("drawn", "made_by", "original")

    def __init__(self, original: object, made_by: str) -> None:
        self.original = original
        self.made_by = made_by
        self.drawn = False
        """True: it is a part of an object that was drawn, of which code is given copies."""

    def __repr__(self) -> str:
        return text_of(self.original)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Foreign):
            return bool(self.refuse())
        if self.original is not other.original and self._by_identity() and other._by_identity():
            raise Unusable(f"{self.made_by} returned objects that are equal by identity alone")
        try:
            return bool(self.original == other.original)
        except Exception as fault:  # what a stranger's class does
            raise self.refusal() from fault

    def __hash__(self) -> int:
        return id(self)

    def _by_identity(self) -> bool:
        """Return whether an object equals itself alone, whatever the state of another is."""
        named = isinstance(self.original, type | FunctionType | ModuleType)
        return type(self.original).__eq__ is object.__eq__ and not named

    def refuse(self, *_: object) -> Value:
        """Raise Unusable: a claim computes with what has no value."""
        raise self.refusal()

    def refusal(self) -> Unusable:
        """Return the error that names the type."""
        kind = type(self.original)
        of = f" of {self.original.dtype}" if isinstance(self.original, np.ndarray) else ""
        return Unusable(
            f"{self.made_by} returned a value of type {kind.__module__}.{kind.__qualname__}{of}, "
            "which claims cannot compute with; bind a function that returns numbers, texts, lists, "
            "sets or records"
        )


_OPERATIONS = """
lt le gt ge add radd sub rsub mul rmul truediv rtruediv floordiv rfloordiv mod rmod pow rpow
matmul rmatmul neg abs len iter getitem contains bool float int index array round floor ceil
"""
for _operation in _OPERATIONS.split():
    setattr(Foreign, f"__{_operation}__", Foreign.refuse)


class Results:
    """The results of one evaluation, with what they were made of: other functions get that."""

    def __init__(self) -> None:
        self._originals: dict[int, tuple[Value, object]] = {}
        self._drawn: dict[int, tuple[Value, Callable[[], object]]] = {}
        self.fractions = False
        """True: code computed with decimal or other fractions."""
        self.nothing = False
        """True: code returned a list or an array without items."""

    def forget(self) -> None:
        """Start another evaluation."""
        self._originals.clear()
        self._drawn.clear()

    def value(self, found: object, made_by: str) -> Value:
        """Turn a result into a value of claims, and remember what it was."""
        if type(found) in PLAIN:
            return found
        try:
            value = value_of(found, made_by)
        except RecursionError as fault:  # lists in lists, or a list in itself
            if isinstance(found, Iterator):  # its own code ran
                raise
            raise Foreign(found, made_by).refusal() from fault
        self.fractions |= _has_fractions(value)
        self.nothing |= is_nothing(value)
        if type(value) not in PLAIN and not isinstance(found, Iterator) and not _has_arrays(value):
            if len(self._originals) == _REMEMBERED:
                self._originals.pop(next(iter(self._originals)))
            self._originals[id(value)] = (value, found)
        return value

    def stands_for(self, found: object, made_by: str) -> Value:
        """Return a value that stands for a drawn object, of which each call is given a copy."""
        value = value_of(copied(found, made_by), made_by)
        if isinstance(value, bool | None):  # of these there is one each
            value = Foreign(found, made_by)
        for part in _parts(value):
            part.drawn = True
        marked = _MARKED.get(type(value), lambda same: same)(value)
        self._drawn[id(marked)] = (marked, lambda: copied(found, made_by))
        return marked

    def original(self, value: Value) -> object:
        """Return what a value was made of, or the value itself if nothing returned it."""
        if id(value) in self._drawn:
            return self._drawn[id(value)][1]()
        if isinstance(value, Foreign):
            return copied(value.original, value.made_by) if value.drawn else value.original
        return self._originals.get(id(value), (value, value))[1]


def copied(found: object, made_by: str) -> object:
    """Return a copy of a drawn object; raises Unusable where there is none."""
    try:
        return _with_state(copy.deepcopy(found), found)
    except Exception as fault:
        kind = type(found).__qualname__
        told = f"{made_by} drew a {kind} of which there is no copy: {text_of(fault, str)}"
        raise Unusable(f"{told}; draw what can be copied, or what makes one") from fault


def _with_state(made: object, found: object) -> object:
    """Return a copy with the attributes of the original.

    A class that says itself how it is copied may make the copy anew, from its items, say, and so
    repair what was wrong with the original.
    """
    kind = type(found)
    own = any(getattr(kind, name, None) is not getattr(object, name, None) for name in _COPYING)
    if (
        own
        and type(made) is kind
        and kind.__module__.partition(".")[0] not in sys.stdlib_module_names
    ):
        with suppress(TypeError):  # it has attributes of which there is no copy, or none at all
            vars(made).update(copy.deepcopy(vars(found)))
    return made


def _parts(value: Value) -> Iterator[Foreign]:
    """Yield the parts of a value that the language has none for."""
    if isinstance(value, Foreign):
        yield value
    elif isinstance(value, tuple | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _parts(each)


def is_nothing(value: Value) -> bool:
    """Return whether a value is a list or an array without items."""
    if isinstance(value, np.ndarray):
        return value.size == 0
    return isinstance(value, tuple) and not isinstance(value, Members) and not value


def _has_fractions(value: Value) -> bool:
    if isinstance(value, dict):
        return any(map(_has_fractions, value.values()))
    if isinstance(value, tuple):
        return any(map(_has_fractions, value))
    return isinstance(value, Fraction) or (isinstance(value, np.ndarray) and value.dtype == object)


def _has_arrays(value: Value) -> bool:
    """Return whether a value has arrays, which each function takes in the type of its binding."""
    if isinstance(value, dict):
        return any(map(_has_arrays, value.values()))
    return isinstance(value, np.ndarray) or (
        isinstance(value, tuple) and any(map(_has_arrays, value))
    )


RESULTS = Results()
"""One evaluation at a time runs in a process."""


def value_of(found: Value, made_by: str) -> Value:
    """Return the value of the language that stands for an object of Python."""
    for kind, convert in _CONVERSIONS:
        if isinstance(found, kind):
            return convert(found, made_by)
    if type(found).__module__.partition(".")[0] == "torch":
        from pv.engines.calling.tensors import to_array  # noqa: PLC0415 - torch is there already

        if (array := to_array(found)) is not found:
            return value_of(array, made_by)
    if dataclasses.is_dataclass(found):
        return {
            each.name: value_of(getattr(found, each.name), made_by)
            for each in dataclasses.fields(found)
        }
    return Foreign(found, made_by)


def _decimal(found: Decimal) -> Fraction | float:
    return (
        Fraction(found) if found.is_finite() else float(found) if not found.is_snan() else math.nan
    )


def _instant(found: datetime | date | time) -> str:
    if isinstance(found, datetime) and found.tzinfo is not None:
        return found.astimezone(UTC).isoformat()
    return found.isoformat()


def _seconds(found: timedelta) -> int | Fraction:
    exact = Fraction(found // timedelta(microseconds=1), 10**6)
    return int(exact) if exact.denominator == 1 else exact


def _array(found: Value, made_by: str) -> Value:
    """Return numbers as an array, the only number as itself, and all else as lists."""
    kind = found.dtype.kind
    if kind in "cVMm" or isinstance(found, np.ma.MaskedArray):
        return Foreign(found, made_by)
    if kind in "USO":
        return _of_objects(np.asarray(found), made_by)
    if kind == "b":  # arithmetic would take truth values for numbers
        return value_of(found.tolist(), made_by)
    array = standard(np.asarray(found))
    if array.shape:
        return array if array is not found else array.copy()
    return array[()] if array.dtype == np.longdouble else array.item()


def _of_objects(found: Value, made_by: str) -> Value:
    """Return an array of Python's numbers, else nested lists."""
    items = [value_of(each, made_by) for each in found.ravel().tolist()]
    if not found.shape:
        return items[0]
    if {type(each) for each in items} <= _NUMBERS - {bool}:
        array = np.empty(len(items), dtype=object)
        array[:] = items
        return standard(array.reshape(found.shape))
    return value_of(found.tolist(), made_by)


def _listed(found: Iterator[Value], made_by: str) -> Value:
    items = tuple(islice(found, MOST_ITEMS + 1))
    if len(items) > MOST_ITEMS:
        raise Unusable(f"{made_by} yields more than {MOST_ITEMS:,} items")
    return _sequence(items, made_by)


def _sequence(found: Sequence[Value], made_by: str) -> Value:
    return (
        tuple(value_of(each, made_by) for each in found) or _List()
    )  # of the empty tuple there is one


def _mapping(found: Mapping[Value, Value], made_by: str) -> Value:
    """Return a record; to Python a truth value is the key 0 or 1, and to claims it is neither."""
    if any(isinstance(key, bool | np.bool_) for key in found):
        return Foreign(found, made_by)
    return {key: value_of(value, made_by) for key, value in found.items()}


_CONVERSIONS: tuple[tuple[type | tuple[type, ...], Callable[[Value, str], Value]], ...] = (
    (type(None), lambda found, _: found),
    (Enum, lambda found, made_by: value_of(found.value, made_by)),
    ((bool, np.bool_), lambda found, _: bool(found)),
    (int, lambda found, _: int.__int__(found)),
    (float, lambda found, _: float.__float__(found)),
    (str, lambda found, _: str.__getitem__(found, slice(None))),
    (Fraction, lambda found, _: Fraction(found.numerator, found.denominator)),
    (Decimal, lambda found, _: _decimal(found)),
    ((date, time), lambda found, _: _instant(found)),
    (timedelta, lambda found, _: _seconds(found)),
    ((np.ndarray, np.generic), _array),
    (Integral, lambda found, _: int(found)),
    (Rational, lambda found, _: Fraction(int(found.numerator), int(found.denominator))),
    (Mapping, _mapping),
    (AbstractSet, lambda found, made_by: members(value_of(each, made_by) for each in found)),
    (Sequence, _sequence),
    (Iterator, _listed),
)
"""Types, the narrower before the wider, and what makes a value of theirs."""
