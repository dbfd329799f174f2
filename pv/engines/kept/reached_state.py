"""What code keeps between calls, and what it asks of the world: neither is an argument.

A proof about arguments says nothing of a function that also depends on these. What is reached is
followed through the names that the code mentions, not into other packages.
"""

import abc
import importlib
import sys
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from types import CodeType, FunctionType, ModuleType

from pv.claims.values import Functions
from pv.engines.kept.changes import Kept
from pv.engines.kept.code_names import (
    CodeNames,
    Mention,
    codes_in,
    codes_of_import,
    names_in,
    statements_of,
)
from pv.engines.kept.file_changes import listen_to_files
from pv.engines.kept.fingerprints import Fingerprints, Incomparable
from pv.engines.kept.identities import compares_identities
from pv.engines.kept.outside_world import (
    ATTRIBUTES,
    FOR_IMPORTS,
    FUNCTIONS,
    ONLY_ALONE,
    PURE,
    asks,
    changes_by_itself,
    is_foreign,
    is_library,
    steady,
)

_OF_PYTHON = frozenset({
    "__dict__", "__weakref__", "__annotations__", "__annotations_cache__", "__annotate__",
    "__annotate_func__", "__abstractmethods__", "_abc_impl", "__dataclass_fields__",
    "__dataclass_params__", "__parameters__", "__orig_bases__", "__protocol_attrs__",
    "__non_callable_proto_members__", "__static_attributes__", "__type_params__",
})  # fmt: skip
"""Attributes that Python keeps at classes."""


def kept_by(functions: Functions) -> Kept:
    """Return the values outside of its arguments that code reaches, as they are now."""
    modules = 0
    while modules < len(sys.modules):  # what a walk imports may have changed what it had passed
        modules = len(sys.modules)
        found = _Reached(functions)
    return Kept(
        found.digests,
        found.opaque,
        [*found.asked],
        [*found.packages],
        [*found.granted],
        listen_to_files()(),
    )


class _Reached:
    """The values and modules that are reached from some functions."""

    def __init__(self, functions: Functions) -> None:
        self.digests: dict[tuple[str, int], str] = {}
        self.opaque: dict[str, str] = {}
        self.asked: dict[str, None] = {}
        self.packages: dict[str, None] = {}
        self.granted: dict[str, None] = {}
        self._names: AbstractSet[str] = functions.keys()
        homes = (str(getattr(each, "__module__", None)) for each in functions.values())
        self._under_test = {name.partition(".")[0] for name in homes if is_library(name)}
        self._fingerprints = Fingerprints(self._met)
        self._seen: dict[int, object] = {}
        self._waiting: list[FunctionType | type] = []
        self._looked_into: set[tuple[str, str]] = set()
        for name, value in functions.items():
            self._holds(name, value)
        while self._waiting:
            found = self._waiting.pop()
            self._made_by(str(found.__module__), found.__qualname__.partition(".")[0])
            self._class(found) if isinstance(found, type) else self._function(found)

    def _met(self, found: object) -> None:
        """Follow code of the project, and look at which that of others is."""
        if isinstance(found, ModuleType):
            self._uses(found.__name__, self._names)
            return
        home = getattr(found, "__module__", None)
        if isinstance(found, FunctionType):
            home = found.__globals__.get("__name__", home)
        elif home is None:
            owner = getattr(found, "__self__", None)
            home = owner.__name__ if isinstance(owner, ModuleType) else "builtins"
        if not isinstance(found, FunctionType | type) or self._is_foreign(str(home)):
            self._uses(str(home), {getattr(found, "__name__", "")}, self._names)
        if isinstance(found, FunctionType | type) and self._is_new(found):
            self._seen[id(found)] = found
            self._waiting.append(found)

    def _is_new(self, found: FunctionType | type) -> bool:
        return id(found) not in self._seen and not self._is_foreign(str(found.__module__))

    def _is_foreign(self, name: str) -> bool:
        return name.partition(".")[0] not in self._under_test and is_foreign(name)

    def _uses(self, module: str, names: Collection[str], others: Collection[str] = ()) -> bool:
        """Take what code uses of a module of others; return whether it asks the world by that."""
        asked = [*asks(module, names, others)]
        self.asked |= dict.fromkeys(asked)
        self.granted |= dict.fromkeys(steady(module, {*names, *others}))
        if module.partition(".")[0].removeprefix("_") not in PURE:
            self.packages[f"the module `{module}`"] = None
        return bool(asked)

    def _made_by(self, home: str, name: str) -> None:
        """Look at what a module asked when it was imported, to give a name of it its value."""
        module = sys.modules.get(home)
        if (home, name) in self._looked_into or module is None or self._is_foreign(home):
            return
        self._looked_into.add((home, name))
        for statement in statements_of(module):
            if name in statement.stores:
                for code in map(names_in, codes_of_import(statement.code)):
                    self._ran(module, code)

    def _ran(self, module: ModuleType, code: CodeNames) -> None:
        """Take what a statement of a module mentions, and what that was made of."""
        kept, before = self._names, self.asked
        self.asked = {}
        for mention in code.mentions:
            if mention.variable in vars(module):
                self._names = code.attributes
                _, value, path = self._mentioned(
                    vars(module), module.__name__, mention, frozenset()
                )
                self._names = frozenset(path)
                if callable(value):
                    self._met(value)
        more = (f"{each} when it is imported" for each in self.asked if each not in FOR_IMPORTS)
        self._names, self.asked = kept, before | dict.fromkeys(more)
        for mention in code.mentions:
            self._made_by(module.__name__, mention.variable)

    def _function(self, found: FunctionType) -> None:
        about = found.__qualname__
        self._names = frozenset()
        if not self._is_foreign(str(found.__globals__.get("__name__"))):
            for code in codes_in(found.__code__):
                self._code(found, code)
        for name, cell in zip(found.__code__.co_freevars, found.__closure__ or (), strict=True):
            self._holds(f"{about}.{name}", _content(cell))
        for n, default in enumerate(found.__defaults__ or ()):
            self._holds(f"{about}: default {n + 1}", default)
        own = {"__doc__": found.__doc__, "__name__": found.__name__, "__code__": id(found.__code__)}
        for name, value in {**own, **(found.__kwdefaults__ or {}), **vars(found)}.items():
            self._holds(f"{about}.{name}", value)

    def _code(self, found: FunctionType, code: CodeType) -> None:
        names = names_in(code)
        for each in names.mentions:
            self._made_by(found.__module__, each.variable)
        self._names = names.attributes
        held = [
            self._mentioned(found.__globals__, found.__module__, each, names.attributes)
            for each in names.mentions
            if each.variable in found.__globals__
        ]
        self._names = names.attributes.union(*(rest for _, _, rest in held))
        for name, value, _ in held:
            self._holds(name, value)
        for name in {each.variable for each in names.mentions} & FUNCTIONS:
            if name not in found.__globals__ and code.co_name != "__hash__":
                self.asked[f"`{name}`, called by {found.__qualname__}"] = None
        for name in (self._names | {each.variable for each in names.mentions}) & ATTRIBUTES:
            self.asked[f"`{name}`, read by {found.__qualname__}"] = None
        if compares_identities(code, found):
            self.asked[f"the identity of a value, compared by {found.__qualname__}"] = None
        for name in names.imports:
            self._import(name, found.__globals__.get("__package__"), names.attributes)

    def _mentioned(
        self,
        scope: Mapping[str, object],
        home: str,
        mention: Mention,
        others: AbstractSet[str],
    ) -> tuple[str, object, Collection[str]]:
        """Return what a global variable leads to, its name, and the attributes of it.

        Of a module that code passes on, the names that it mentions elsewhere may be meant.
        """
        name = f"{home}.{mention.variable}"
        value, path = scope[mention.variable], mention.path
        while isinstance(value, ModuleType):
            if not path:
                self._passed_on(value, others)
                if self._is_foreign(value.__name__) and changes_by_itself(value.__name__):
                    self.asked[f"the module `{value.__name__}`, which it passes on"] = None
                return name, None, ()
            name, first, path = f"{value.__name__}.{path[0]}", path[0], path[1:]
            foreign = self._is_foreign(value.__name__)
            inner = getattr(value, first, None) if foreign else vars(value).get(first)
            if foreign and not isinstance(inner, ModuleType):
                constant = isinstance(inner, bytes | float | int | str)
                asking = mention.alone or path or first not in ONLY_ALONE
                asked = (
                    asking and not constant and self._uses(value.__name__, {first, *path}, others)
                )
                apart = asked or callable(inner) or is_library(value.__name__)
                return name, None if apart else inner, path
            value = inner
        return name, value, path

    def _import(self, name: str, package: object, attributes: AbstractSet[str]) -> None:
        for each in (name, *([f"{package}.{name}".rstrip(".")] if package else [])):
            if self._is_foreign(each):
                self._uses(each, attributes)
            elif (module := _imported(each)) is not None:
                self._passed_on(module, attributes)

    def _passed_on(
        self, value: ModuleType, attributes: AbstractSet[str], within: tuple[ModuleType, ...] = ()
    ) -> None:
        """Take those values of a module that code may mean by names that it mentions."""
        own = not self._is_foreign(value.__name__)
        if not own:
            self._uses(value.__name__, attributes)
        for name in attributes & vars(value).keys():
            held = vars(value)[name]
            if isinstance(held, ModuleType):
                if held not in (value, *within):
                    self._passed_on(held, attributes, (value, *within))
            elif own or not callable(held):
                self._holds(f"{value.__name__}.{name}", held)

    def _class(self, found: type) -> None:
        for each in (*found.__mro__[1:], type(found)):
            self._met(each)
        if isinstance(found, abc.ABCMeta):
            self._holds(f"{found.__qualname__}: registered classes", _registered(found))
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


def _registered(found: abc.ABCMeta) -> list[int]:
    """Return the identities of the classes that were registered with an abstract one."""
    references = abc._get_dump(found)[0]  # type: ignore[attr-defined]  # noqa: SLF001
    return sorted(id(each()) for each in references)
