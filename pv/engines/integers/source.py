"""The source of a function: that from which the code that runs was compiled, or none.

A name, a line or `__wrapped__` may point to another source than the code that runs was made of, and
a file may have changed since it was loaded. So the file is compiled again, and the code compared.
"""

import ast
import dis
import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import NamedTuple

from pv.engines.integers.state import Symbolic, Unsupported, symbolic

_STARRED = {inspect.CO_VARARGS: "*", inspect.CO_VARKEYWORDS: "**"}
_REWRITES = frozenset({
    "globals", "locals", "vars", "setattr", "delattr", "exec", "eval", "__dict__", "__globals__",
    "__setattr__", "__delattr__", "f_globals", "f_locals", "_getframe", "currentframe",
    "get_objects", "get_referrers", "get_referents",
})  # fmt: skip
"""Names by which a module may change what its names stand for, unseen."""
_INSIDE = frozenset({
    "__code__", "__defaults__", "__kwdefaults__", "__init__", "__new__", "__setattr__", "__class__",
})  # fmt: skip
"""Attributes that make a function or a record another one."""


class Source(NamedTuple):
    """A file of source code, read and compiled."""

    functions: Mapping[int, ast.FunctionDef]
    """First line -> the function that begins there."""
    compiled: Mapping[tuple[str, int], CodeType]
    """Name and first line -> code of a function or a class."""
    changes: Mapping[str, str]
    """Name, or `*` for any -> how the module's own code may give it another meaning."""


def tree_of(function: FunctionType) -> ast.FunctionDef:
    """Return the source of a function as a tree; raises Unsupported where it is not that."""
    code, name = function.__code__, function.__name__
    if code.co_freevars or code.co_cellvars:
        raise Unsupported(None, f"`{name}` shares variables with another function")
    source = _read(code.co_filename, name)
    tree = source.functions.get(code.co_firstlineno)
    made = source.compiled.get((code.co_name, code.co_firstlineno))
    if tree is None or tree.name != code.co_name or "." in code.co_qualname or made != code:
        told = f"the source of `{name}` is not that of the code that runs: {code.co_filename}"
        raise Unsupported(None, f"{told} has no such function at its top, or has changed")
    for part in ast.walk(tree):
        if isinstance(part, ast.Global | ast.Nonlocal):
            word = type(part).__name__.lower()
            raise Unsupported(part, f"`{word} {', '.join(part.names)}`")
    return tree


def stays(name: str, names: Mapping[str, object], node: ast.AST | None = None) -> None:
    """Refuse a name of a module that may stand for something else later, by the module's own code.

    What other modules do to it is not seen.
    """
    home = sys.modules.get(str(names.get("__name__")))
    if type(home) is not ModuleType or vars(home) is not names:
        raise Unsupported(node, f"`{name}` is no name of a module")
    file = home.__dict__.get("__file__")
    if not isinstance(file, str) or not file.endswith(".py"):
        return  # it is written in C
    changes = _read(file, name).changes
    if how := changes.get(name) or changes.get("*"):
        raise Unsupported(node, f"`{name}` may change: {how}")


def arguments(
    function: FunctionType, given: Sequence[Symbolic], named: Mapping[str, Symbolic]
) -> dict[str, Symbolic]:
    """Return the parameters of a call, as its code binds them; raises Unsupported.

    Attributes that show another signature are not heeded. Defaults that are no integers are left
    out, as if unset.
    """
    code = function.__code__
    for flag, stars in _STARRED.items():
        if code.co_flags & flag:
            told = f"`{code.co_name}` takes any number of arguments by `{stars}`"
            raise Unsupported(None, told)
    twin = FunctionType(code, {}, code.co_name, function.__defaults__, function.__closure__)
    twin.__kwdefaults__ = function.__kwdefaults__
    try:
        bound = inspect.signature(twin).bind(*given, **named)
    except TypeError as fault:
        raise Unsupported(None, f"`{code.co_name}` cannot be called so: {fault}") from fault
    found = dict(bound.arguments)
    bound.apply_defaults()
    for name in bound.arguments.keys() - found.keys():
        with suppress(TypeError):
            found[name] = symbolic(bound.arguments[name])
    return found


def is_generator(function: FunctionType) -> bool:
    """Return whether a call makes a generator."""
    return bool(function.__code__.co_flags & inspect.CO_GENERATOR)


def _read(file: str, name: str) -> Source:
    """Return a file as it is now; raises Unsupported."""
    try:
        return _compiled(file, Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError) as fault:
        raise Unsupported(None, f"`{name}` has no source: {fault}") from fault


@lru_cache(maxsize=64)
def _compiled(file: str, text: bytes) -> Source:
    tree = ast.parse(text, file)
    codes = [*_within(compile(text, file, "exec", dont_inherit=True))]
    return Source(
        {_first_line(part): part for part in ast.walk(tree) if isinstance(part, ast.FunctionDef)},
        {(code.co_name, code.co_firstlineno): code for code in codes},
        {name: how for code in codes for name, how in _changes(code)},
    )


def _within(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of all functions and classes in a module, the outer before the inner."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _within(each)


def _first_line(found: ast.FunctionDef) -> int:
    return min([found.lineno, *(each.lineno for each in found.decorator_list)])


def _changes(code: CodeType) -> Iterator[tuple[str, str]]:
    """Yield the names to which code, when it is run, may give another meaning, and how."""
    where = f"`{code.co_qualname}` of {Path(code.co_filename).name}"
    for step in dis.get_instructions(code):
        name = step.argval
        match step.opname:
            case "STORE_GLOBAL" | "DELETE_GLOBAL":
                yield name, f"{where} assigns `global {name}`"
            case "STORE_ATTR" | "DELETE_ATTR":
                told = f"{where} assigns an attribute `{name}`"
                yield "*" if name in _INSIDE else name, told
            case "LOAD_GLOBAL" | "LOAD_NAME" | "LOAD_ATTR" | "LOAD_METHOD" if name in _REWRITES:
                yield "*", f"{where} uses `{name}`"
