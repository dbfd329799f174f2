"""Digests of values, by which one is seen to have changed; of some there are none."""

import _thread
import array
import collections
import ctypes
import functools
import gc
import hashlib
import logging
import marshal
import re
import sys
import types
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, NamedTuple

import numpy as np

from pv.engines.calling.tensors import to_array
from pv.engines.kept.outside_world import is_foreign, is_library

_ATOMS = frozenset({bool, int, float, complex, str, bytes, type(None), type(...)})
_MOST = 50_000
"""Objects that are looked at; a list of numbers or texts counts as one."""
_TEXTUAL = (
    Decimal, date, time, timedelta, tzinfo, range, slice, PurePath, re.Pattern, re.Match, np.dtype,
    np.finfo, np.iinfo, _thread.LockType, _thread.RLock, types.GenericAlias, types.UnionType,
    type(NotImplemented),
)  # fmt: skip
"""Types of what never changes, or shows in its text that it did."""


class _Named(NamedTuple):
    field: int


class _OfC(ctypes.Structure):
    _fields_ = (("field", ctypes.c_int),)


_FIXED = (
    logging.Handler, types.MemberDescriptorType, types.GetSetDescriptorType,
    types.WrapperDescriptorType, types.MethodDescriptorType, types.ClassMethodDescriptorType,
    type(vars(_Named)["field"]), type(vars(_OfC)["field"]),
)  # fmt: skip
"""Types of what gives the same whatever became of it."""
_CACHE = type(functools.lru_cache(bool))
_CONTAINERS: tuple[Any, ...] = (
    collections.OrderedDict, collections.defaultdict, dict, list, tuple, set, frozenset,
    collections.deque, bytearray, array.array, int, float, complex, str, bytes,
)  # fmt: skip
"""Built-in types that classes extend, the narrower before the wider."""
_CODE = (types.FunctionType, type, types.BuiltinFunctionType, types.MethodWrapperType)


class Incomparable(Exception):  # noqa: N818 - a reason
    """Raised for a value of which nobody could tell whether it changed."""


class Fingerprints:
    """Digests of values; `follow` is given the code and the classes that are met on the way."""

    def __init__(self, follow: Callable[[object], None]) -> None:
        self._follow = follow
        self._met: dict[int, tuple[int, object]] = {}
        self._hash = hashlib.sha256()

    def of(self, value: object) -> str:
        """Return the digest of a value and of all that it holds; raises Incomparable."""
        self._hash = hashlib.sha256()
        try:
            self._put(value)
        except RecursionError as fault:
            raise Incomparable("what is nested too deeply") from fault
        return self._hash.hexdigest()

    def _put(self, value: Any) -> None:
        kind = type(value)
        if kind in _ATOMS:
            self._hash.update(marshal.dumps(value, 2))
            return
        if isinstance(value, _CODE):
            self._follow(value)
        new = id(value) not in self._met
        number, _ = self._met.setdefault(id(value), (len(self._met), value))
        self._hash.update(f"<{kind.__module__}.{kind.__qualname__} {number}>".encode())
        if new:
            if number > _MOST:
                raise Incomparable(f"more than {_MOST:,} objects")
            for part in self._parts(value):
                self._items(part) if type(part) is list else self._put(part)

    def _items(self, items: list[object]) -> None:
        """Put the items of a container, numbers and texts at once."""
        self._hash.update(f"[{len(items)}]".encode())
        if {*map(type, items)} <= _ATOMS:
            self._hash.update(marshal.dumps(items, 2))
        else:
            for each in items:
                self._put(each)

    def _parts(self, value: object) -> Iterator[object]:
        """Yield what a value consists of; a list stands for its items."""
        match value:
            case types.BuiltinFunctionType() | types.MethodWrapperType():
                yield value.__qualname__
                if not isinstance(value.__self__, types.ModuleType):
                    yield value.__self__
            case types.FunctionType() | type():
                yield id(value)
            case types.MethodType():
                yield from (value.__func__, value.__self__)
            case functools.partial():
                yield from (value.func, value.args, value.keywords, vars(value))
            case staticmethod() | classmethod():
                yield value.__func__
            case property():
                yield from (value.fget, value.fset, value.fdel, value.__doc__)
            case types.MappingProxyType():
                yield from ([*value.keys()], [*value.values()])
            case _ if isinstance(value, _CACHE):
                yield from self._cache(value)
            case types.ModuleType() if is_foreign(value.__name__):
                self._follow(value)
            case types.ModuleType():
                raise Incomparable(f"the module `{value.__name__}`")
            case Enum():
                yield from (value.name, value.value)
                yield [each for name, each in vars(value).items() if not name.startswith("_")]
                self._follow(type(value))
            case logging.Logger():
                yield from _logger(value)
            case _ if isinstance(value, _TEXTUAL) or _is_typing(value):
                yield str(value) if isinstance(value, PurePath) else repr(value)
            case _ if isinstance(value, _FIXED) or _is_compiled(type(value)):
                yield id(value)
            case _:
                yield from self._object(value)

    def _cache(self, value: object) -> Iterator[object]:
        """Yield the parts of an `lru_cache`; raises Incomparable if results in it may change."""
        wrapped = getattr(value, "__wrapped__", None)
        yield from (wrapped, vars(value))
        beside = {id(wrapped), id(vars(value))}
        held = [each for each in gc.get_referents(value) if id(each) not in beside]
        if not all(map(_is_cached, held)):
            raise Incomparable("a cache of objects")

    def _object(self, value: object) -> Iterator[object]:
        """Yield the state of an object: as a container, in its attributes, in its slots."""
        kind = type(value)
        self._follow(kind)
        base, contents = _contents(value)
        slots = [
            slot
            for each in kind.__mro__[: kind.__mro__.index(base)]
            for slot in vars(each).values()
            if isinstance(slot, types.MemberDescriptorType)
        ]
        room = 8 * (len(slots) + (kind.__dictoffset__ > 0) + (kind.__weakrefoffset__ > 0))
        if kind.__basicsize__ > base.__basicsize__ + room:
            compiled = callable(value) and _is_of_arrays(kind)
            homes = (getattr(each, "__module__", "") for each in (value, *kind.__mro__))
            if not compiled and not any(is_library(str(home)) for home in homes):
                raise Incomparable(f"a `{kind.__module__}.{kind.__qualname__}`")
            self._follow(value)
        yield from contents
        attributes = getattr(value, "__dict__", {})
        yield from ([*attributes.keys()], [*attributes.values()])
        for slot in slots:
            held = [slot.__get__(value, kind)] if hasattr(value, slot.__name__) else []
            yield from (slot.__name__, held)


def _logger(value: logging.Logger) -> Iterator[object]:
    """Yield what code can tell of a logger, without what it remembers to be quick."""
    yield [id(each) for each in (*value.handlers, *value.filters)]
    own = {"_cache", "filters", "handlers", "manager", "parent"}
    yield {name: each for name, each in vars(value).items() if name not in own}


def _contents(value: Any) -> tuple[Any, list[object]]:
    """Return the built-in type that an object extends, and what the object holds as one."""
    base: Any = next((each for each in _CONTAINERS if isinstance(value, each)), object)
    match value:
        case dict():
            made = getattr(value, "default_factory", None)
            return base, [[*dict.keys(value)], [*dict.values(value)], made]
        case list() | tuple() | set() | frozenset() | collections.deque():
            return base, [[*base.__iter__(value)]]
        case bytearray() | array.array():
            return base, [bytes(value)]
        case np.ndarray() if value.dtype.hasobject:
            return np.ndarray, [value.shape, value.ravel().tolist()]
        case np.ndarray():
            return np.ndarray, [str(value.dtype), value.shape, value.tobytes()]
        case np.generic():
            return type(value), [str(value.dtype), value.tobytes()]
        case int() | float() | complex() | str() | bytes():
            return base, [base.__repr__(value)]
        case BaseException():
            return type(value), [[*value.args]]
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        data = to_array(value)
        about = (str(value.dtype), str(value.device), value.requires_grad, value.shape)
        return torch.Tensor, [str(about), data.tobytes(), value.grad if value.is_leaf else None]
    if torch is not None and isinstance(
        value, torch.dtype | torch.device | torch.finfo | torch.layout
    ):
        return type(value), [repr(value)]
    return object, []


def _is_typing(value: object) -> bool:
    return type(value).__module__ in {"typing", "typing_extensions"}


def _is_compiled(kind: type) -> bool:
    """Return whether objects of a type were made of a schema once, as pydantic's validators are."""
    return kind.__module__.partition(".")[0] == "pydantic_core" and kind.__name__.startswith(
        "Schema"
    )


def _is_of_arrays(kind: type) -> bool:
    return kind.__module__.partition(".")[0] in {"numpy", "torch", "scipy", "functools", "operator"}


def _is_cached(value: object) -> bool:
    """Return whether a cache may hold an object: nobody changes it through there."""
    if isinstance(value, dict):
        return all(_is_cached(each) for pair in value.items() for each in pair)
    if isinstance(value, tuple | frozenset):
        return all(map(_is_cached, value))
    if isinstance(value, np.ndarray):
        return not value.flags.writeable and not value.dtype.hasobject
    return (
        type(value) in _ATOMS
        or isinstance(value, (*_TEXTUAL, *_CODE, types.FunctionType))
        or (type(value).__name__ in {"_lru_list_elem", "_HashedSeq"} or type(value) is object)
    )
