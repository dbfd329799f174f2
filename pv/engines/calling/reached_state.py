"""What code keeps between calls, and what it asks of the world: neither is an argument.

A proof about arguments says nothing of a function that also depends on these. What is reached is
followed through the names that the code mentions, not into other packages.
"""

import dis
import importlib
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import CodeType, FunctionType, ModuleType
from typing import NamedTuple

from pv.claims.values import Functions
from pv.engines.calling.file_changes import listen_to_files
from pv.engines.calling.fingerprints import Fingerprints, Incomparable
from pv.engines.calling.outside_world import ATTRIBUTES, FUNCTIONS, PURE, asks, is_foreign

_OF_PYTHON = frozenset({
    "__dict__", "__weakref__", "__annotations__", "__annotations_cache__", "__annotate__",
    "__annotate_func__", "__abstractmethods__", "_abc_impl", "__dataclass_fields__",
    "__dataclass_params__", "__parameters__", "__orig_bases__", "__protocol_attrs__",
    "__non_callable_proto_members__", "__static_attributes__", "__type_params__",
})  # fmt: skip
"""Attributes that Python keeps at classes."""
_MOST = 3_000
"""Functions and classes that are looked at."""


@dataclass(frozen=True)
class Kept:
    """The state that code reached at one time."""

    digests: Mapping[tuple[str, int], str]
    """Of what is named so, the first, the second, ..."""
    opaque: Mapping[str, str]
    """Names of what cannot be compared -> what that is."""
    asked: Collection[str]
    """What answers by more than arguments."""
    packages: Collection[str]
    """Modules of other packages that are used."""
    written: Mapping[str, int]
    """Files -> how often this process changed them."""


def kept_by(functions: Functions) -> Kept:
    """Return the values outside of its arguments that code reaches, as they are now."""
    found = _Reached(functions)
    return Kept(found.digests, found.opaque, [*found.asked], [*found.packages], listen_to_files()())


def beside_arguments(functions: Functions, before: Kept, *, packages: bool = True) -> str | None:
    """Return what results may depend on beside arguments, given what was kept before some calls.

    Without `packages` so does all that is not Python's own and simple.
    """
    now = kept_by(functions)
    if (name := _changed(before.digests, now.digests)) is not None:
        return f"the code changes `{name}`, so that a later call may give another result"
    for name, times in now.written.items():
        if times != before.written.get(name):
            return f"the code changes the file `{name}`, so that a later call may find another"
    for name, what in now.opaque.items():
        return f"the code reaches `{name}`, and whether {what} changes cannot be compared"
    for asked in (*now.asked, *(() if packages else now.packages)):
        return f"the code depends on {asked}, which is no argument"
    return None


def _changed(
    before: Mapping[tuple[str, int], str], now: Mapping[tuple[str, int], str]
) -> str | None:
    other = (key for key in (*before, *now) if before.get(key) != now.get(key))
    return next((name for name, _ in other), None)


class _Names(NamedTuple):
    """The names that code mentions."""

    variables: Collection[str]
    attributes: Collection[str]
    imports: Collection[str]


class _Reached:
    """The values and modules that are reached from some functions."""

    def __init__(self, functions: Functions) -> None:
        self.digests: dict[tuple[str, int], str] = {}
        self.opaque: dict[str, str] = {}
        self.asked: dict[str, None] = {}
        self.packages: dict[str, None] = {}
        self._names: Collection[str] = functions.keys()
        self._fingerprints = Fingerprints(self._met)
        self._seen: dict[int, object] = {}
        self._waiting: list[FunctionType | type] = []
        for name, value in functions.items():
            self._holds(name, value)
        while self._waiting:
            if len(self._seen) > _MOST:
                self.opaque[next(iter(functions))] = f"more than {_MOST:,} functions and classes"
                break
            found = self._waiting.pop()
            self._class(found) if isinstance(found, type) else self._function(found)

    def _met(self, found: object) -> None:
        """Follow code of the project, and look at which that of others is."""
        if isinstance(found, ModuleType):
            self._module(found.__name__)
            return
        home = getattr(found, "__module__", None)
        if isinstance(found, FunctionType):
            home = found.__globals__.get("__name__", home)
        elif home is None:
            owner = getattr(found, "__self__", None)
            home = owner.__name__ if isinstance(owner, ModuleType) else "builtins"
        if not isinstance(found, FunctionType | type) or is_foreign(str(home)):
            self._module(str(home), getattr(found, "__name__", ""))
        if isinstance(found, FunctionType | type) and self._is_new(found):
            self._seen[id(found)] = found
            self._waiting.append(found)

    def _is_new(self, found: FunctionType | type) -> bool:
        return id(found) not in self._seen and not is_foreign(str(found.__module__))

    def _module(self, name: str, *also: str) -> None:
        self.asked |= dict.fromkeys(asks(name, {*self._names, *also}))
        if name.partition(".")[0].removeprefix("_") not in PURE:
            self.packages[f"the module `{name}`"] = None

    def _function(self, found: FunctionType) -> None:
        about = found.__qualname__
        self._names = ()
        if not is_foreign(str(found.__globals__.get("__name__"))):
            for code in _codes(found.__code__):
                self._code(found, code)
        for name, cell in zip(found.__code__.co_freevars, found.__closure__ or (), strict=True):
            self._holds(f"{about}.{name}", _content(cell))
        for n, default in enumerate(found.__defaults__ or ()):
            self._holds(f"{about}: default {n + 1}", default)
        own = {"__doc__": found.__doc__, "__name__": found.__name__, "__code__": id(found.__code__)}
        for name, value in {**own, **(found.__kwdefaults__ or {}), **vars(found)}.items():
            self._holds(f"{about}.{name}", value)

    def _code(self, found: FunctionType, code: CodeType) -> None:
        names = _names(code)
        self._names = {*names.attributes, *(t for t in code.co_consts if isinstance(t, str))}
        for name in names.variables:
            if name in found.__globals__:
                self._named(f"{found.__module__}.{name}", found.__globals__[name], names)
            elif name in FUNCTIONS and code.co_name != "__hash__":
                self.asked[f"`{name}`, called by {found.__qualname__}"] = None
        for name in self._names & ATTRIBUTES:
            self.asked[f"`{name}`, read by {found.__qualname__}"] = None
        for name in names.imports:
            self._import(name, found.__globals__.get("__package__"), names)

    def _import(self, name: str, package: object, names: _Names) -> None:
        for each in (name, *([f"{package}.{name}".rstrip(".")] if package else [])):
            if is_foreign(each):
                self._module(each)
            elif (module := _imported(each)) is not None:
                self._named(each, module, names)

    def _named(
        self, name: str, value: object, names: _Names, within: tuple[object, ...] = ()
    ) -> None:
        """Take a global value; of a module, those of its names that the code mentions."""
        if not isinstance(value, ModuleType):
            self._holds(name, value)
            return
        own = not is_foreign(value.__name__)
        if not own:
            self._module(value.__name__)
        for inner in names.attributes:
            held = vars(value).get(inner, value)
            if not any(held is each for each in (value, *within)) and (own or not callable(held)):
                self._named(f"{value.__name__}.{inner}", held, names, (value, *within))

    def _class(self, found: type) -> None:
        for each in (*found.__mro__[1:], type(found)):
            self._met(each)
        for name, value in vars(found).items():
            hidden = issubclass(found, Enum) and name.startswith("_")
            if name not in _OF_PYTHON and (not hidden or isinstance(value, FunctionType)):
                self._holds(f"{found.__qualname__}.{name}", value)

    def _holds(self, name: str, value: object) -> None:
        key = next((name, n) for n in range(len(self.digests) + 1) if (name, n) not in self.digests)
        try:
            self.digests[key] = self._fingerprints.of(value)
        except Incomparable as fault:
            self.opaque[name] = str(fault)


def _names(code: CodeType) -> _Names:
    found: dict[str, dict[str, None]] = {"variable": {}, "attribute": {}, "import": {}}
    for step in dis.get_instructions(code):
        if isinstance(step.argval, str):
            kind = step.opname.partition("_")[2].partition("_")[0]
            match step.opname:
                case "IMPORT_NAME":
                    found["import"][step.argval] = None
                case _ if kind in {"GLOBAL", "NAME"}:
                    found["variable"][step.argval] = None
                case _ if kind in {"ATTR", "METHOD", "FROM", "SUPER"}:
                    found["attribute"][step.argval] = None
    return _Names(*(list(each) for each in found.values()))


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def _imported(name: str) -> ModuleType | None:
    """Return a module that code imports when it is called; None: there is none of that name."""
    try:
        return sys.modules.get(name) or importlib.import_module(name)
    except Exception:  # noqa: BLE001 - whatever importing raises, the call that imports shows it
        return None


def _content(cell: object) -> object:
    try:
        return getattr(cell, "cell_contents", None)
    except ValueError:  # it is empty yet
        return None
