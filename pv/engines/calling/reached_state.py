"""What code keeps between calls, and what it asks of the world: neither is an argument.

A proof about arguments says nothing of a function that also depends on these. What is reached is
followed through the names that the code mentions, not into other packages.
"""

import dis
import functools
import io
import pickle
import sys
from collections.abc import Iterator, Mapping
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    MethodType,
    ModuleType,
)
from typing import TYPE_CHECKING

from pv.claims.values import Functions

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_PURE = frozenset({
    "abc", "bisect", "builtins", "cmath", "collections", "copy", "dataclasses", "decimal", "enum",
    "fractions", "functools", "heapq", "itertools", "math", "numbers", "operator", "re",
    "statistics", "string", "types", "typing",
})  # fmt: skip
"""Modules of Python whose functions depend on their arguments alone."""
_ASKING = frozenset({"open", "input", "id", "exec", "eval", "__import__", "globals", "hash"})
"""Functions of Python that depend on more than their arguments."""
_LARGEST = 1 << 22
"""Bytes of a value that is kept; a larger one is not compared."""

Kept = Mapping[str, bytes | None]
"""Name -> the value that it holds, as bytes; None: it has none that could be compared."""


def kept_by(functions: Functions) -> Kept:
    """Return the values outside of its arguments that code reaches, as they are now."""
    return {name: _bytes(value) for name, value in _Reached(functions).values.items()}


def changed(before: Kept, after: Kept) -> str | None:
    """Return a name that has another value now, or is new."""
    new = after.keys() - before.keys()
    other = (name for name, value in after.items() if name in new or before[name] != value)
    return next(other, None)


def depends_on(functions: Functions) -> str | None:
    """Return something other than arguments on which code may depend, so that it has no proof."""
    found = _Reached(functions)
    opaque = (f"`{name}`" for name, value in found.values.items() if _bytes(value) is None)
    return next(iter(found.asked), None) or next(opaque, None)


class _Reached:
    """The values and modules that are reached from some functions."""

    def __init__(self, functions: Functions) -> None:
        self.values: dict[str, object] = {}
        self.asked: dict[str, None] = {}
        self._seen: set[int] = set()
        self._waiting: list[object] = [*functions.values()]
        while self._waiting:
            found = self._waiting.pop()
            if id(found) not in self._seen:
                self._seen.add(id(found))
                self._follow(found)

    def _follow(self, found: object) -> None:
        match found:
            case BuiltinFunctionType():
                pass  # its module was looked at where its name was found
            case FunctionType():
                self._function(found)
            case MethodType(__func__=function, __self__=owner):
                self._waiting.append(function)
                self._holds(f"{function.__qualname__}.self", owner)
            case functools.partial(func=function):
                self._waiting.append(function)
                self._holds("an argument of partial", (found.args, found.keywords))
            case type():
                self._class(found)
            case _ if isinstance(wrapped := getattr(found, "__wrapped__", None), FunctionType):
                self._waiting.append(wrapped)  # a cache remembers what it was given and gave
            case _ if callable(found):
                self._waiting.append(type(found))
                self._holds(f"an object of {type(found).__qualname__}", found)

    def _function(self, found: FunctionType) -> None:
        home = found.__module__
        for code in _codes(found.__code__):
            self._imports(code)
            for name in code.co_names:
                if name in found.__globals__:
                    self._named(f"{home}.{name}", found.__globals__[name], code)
                elif name in _ASKING:
                    self.asked[f"`{name}`, called by {found.__qualname__}"] = None
        for name, cell in zip(found.__code__.co_freevars, found.__closure__ or (), strict=True):
            self._holds(f"{found.__qualname__}.{name}", _content(cell))
        for n, default in enumerate(found.__defaults__ or ()):
            self._holds(f"{found.__qualname__}: default {n + 1}", default)
        for name, value in {**(found.__kwdefaults__ or {}), **vars(found)}.items():
            self._holds(f"{found.__qualname__}.{name}", value)

    def _class(self, found: type) -> None:
        if not _is_foreign(found.__module__):
            for name, value in vars(found).items():
                inner = getattr(value, "__func__", value)
                inner = getattr(inner, "fget", inner)
                if isinstance(inner, FunctionType):
                    self._waiting.append(inner)
                elif not name.startswith("__"):
                    self._holds(f"{found.__qualname__}.{name}", value)

    def _named(self, name: str, value: object, code: CodeType) -> None:
        """Take a global value; of a module, those of its names that the code mentions."""
        if not isinstance(value, ModuleType):
            self._holds(name, value)
        elif _is_foreign(value.__name__):
            self._module(value.__name__)
        else:
            for inner in code.co_names:
                if inner in vars(value):
                    self._named(f"{value.__name__}.{inner}", vars(value)[inner], code)

    def _holds(self, name: str, value: object) -> None:
        home = getattr(value, "__module__", None)
        if isinstance(value, BuiltinFunctionType):
            owner = value.__self__
            if owner is None or isinstance(owner, ModuleType):
                self._module(home or "builtins")
            else:
                self.values[name] = owner
        elif isinstance(value, FunctionType | type | MethodType | functools.partial):
            if isinstance(home, str) and _is_foreign(home):
                self._module(home)
            else:
                self._waiting.append(value)
        else:
            self.values[name] = value
            if callable(value):
                self._waiting.append(value)

    def _imports(self, code: CodeType) -> None:
        for step in dis.get_instructions(code):
            if step.opname == "IMPORT_NAME" and _is_foreign(step.argval):
                self._module(step.argval)

    def _module(self, name: str) -> None:
        top = name.partition(".")[0].removeprefix("_")
        if top not in _PURE:
            self.asked[f"the module `{name}`"] = None


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def _is_foreign(name: str) -> bool:
    """Return whether a module is Python's own or that of an installed package."""
    top = name.partition(".")[0]
    file = getattr(sys.modules.get(top), "__file__", None) or ""
    return top in sys.stdlib_module_names or "site-packages" in file or top == "builtins"


def _content(cell: object) -> object:
    try:
        return getattr(cell, "cell_contents", None)
    except ValueError:  # it is empty yet
        return None


class _Sink(io.BytesIO):
    """Keeps bytes, and no more of them than are worth comparing."""

    def write(self, data: "Buffer") -> int:
        """Keep more bytes; raises ValueError when there are too many."""
        if self.tell() > _LARGEST:
            raise ValueError(_LARGEST)
        return super().write(data)


def _bytes(value: object) -> bytes | None:
    sink = _Sink()
    try:
        pickle.dump(value, sink)
    except Exception:  # noqa: BLE001 - its own code may run, and whatever it raises, there is no value
        return None
    return sink.getvalue()
