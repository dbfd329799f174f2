"""The names that compiled code mentions: of global variables, of attributes, of imports."""

import ast
import dis
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import NamedTuple

WITHOUT_MEANING = frozenset({"PUSH_NULL", "PRECALL", "CACHE", "EXTENDED_ARG", "NOP"})
"""Instructions between a name and what is done with it."""

_BY_TEXT = frozenset({"__getattribute__", "attrgetter", "getattr", "methodcaller", "vars"})
"""Ways to what a text names."""
_TEXTS = frozenset({"now", "today"})
"""Texts that ask the clock: `numpy.datetime64("now")`."""
_RUN_AT_ONCE = frozenset({"<dictcomp>", "<genexpr>", "<listcomp>", "<setcomp>"})


class Mention(NamedTuple):
    """A global variable with the attributes behind it: `np.random.default_rng`."""

    variable: str
    path: tuple[str, ...]
    alone: bool
    """It is called without arguments."""


class CodeNames(NamedTuple):
    """The names that one piece of code mentions."""

    mentions: tuple[Mention, ...]
    attributes: frozenset[str]
    """Of all else than global variables; also texts, where `getattr` may be given them."""
    imports: tuple[str, ...]


class Statement(NamedTuple):
    """A statement of a module."""

    stores: frozenset[str]
    """The names that it gives values to."""
    code: CodeType


def names_in(code: CodeType) -> CodeNames:
    """Return the names that code mentions, without those of the functions in it."""
    mentions: dict[Mention, None] = {}
    attributes: set[str] = set()
    imports: dict[str, None] = {}
    chain: list[str] = []
    for step in dis.get_instructions(code):
        if step.opname in WITHOUT_MEANING:
            continue
        kind = step.opname.partition("_")[2].partition("_")[0]
        if chain and step.opname in {"LOAD_ATTR", "LOAD_METHOD"}:
            chain.append(step.argval)
            continue
        if chain:
            alone = step.opname == "CALL" and step.argval == 0
            mentions[Mention(chain[0], tuple(chain[1:]), alone)] = None
        chain = []
        if step.opname == "IMPORT_NAME":
            imports[step.argval] = None
        elif step.opname == "STORE_NAME":  # of a module or class, whose value others look at
            continue
        elif kind in {"GLOBAL", "NAME"} and isinstance(step.argval, str):
            chain = [step.argval]
        elif kind in {"ATTR", "METHOD", "FROM", "SUPER"} and isinstance(step.argval, str):
            attributes.add(step.argval)
    attributes |= _TEXTS.intersection(each for each in code.co_consts if isinstance(each, str))
    if _BY_TEXT & (attributes | {each.variable for each in mentions}):
        attributes |= {each for each in code.co_consts if isinstance(each, str)}
    return CodeNames(tuple(mentions), frozenset(attributes), tuple(imports))


def codes_in(code: CodeType) -> Iterator[CodeType]:
    """Yield a piece of code, and those of the functions and classes in it."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from codes_in(each)


def codes_of_import(code: CodeType) -> Iterator[CodeType]:
    """Yield the pieces of a module's code that importing it runs: no bodies of functions."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            at_once = not each.co_flags & inspect.CO_OPTIMIZED or each.co_name in _RUN_AT_ONCE
            yield from codes_of_import(each) if at_once else ()


@cache
def statements_of(module: ModuleType) -> tuple[Statement, ...]:
    """Return the statements that importing a module runs; none where there is no text to read."""
    file = getattr(module, "__file__", None) or ""
    try:
        body = ast.parse(Path(file).read_bytes()).body
        codes = [compile(ast.Module([each], []), file, "exec", dont_inherit=True) for each in body]
    except (OSError, SyntaxError, ValueError):
        return ()
    return tuple(Statement(frozenset(_stored(code)), code) for code in codes)


def _stored(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname in {"STORE_NAME", "STORE_GLOBAL"}:
            yield step.argval
