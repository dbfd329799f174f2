"""Read a module's public functions from its source: parameters, results, and what they need."""

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from pv.proposals.model import Function, Kind, LeftOut, Limits, Parameter, Sort
from pv.proposals.source.conditions import (
    Untranslated,
    Words,
    claim_of,
    limits_of,
    opposite,
    parts_of,
)
from pv.proposals.source.docstrings import Told, limits_in, told_of
from pv.proposals.source.hints import (
    Imports,
    imports_of,
    kind_of,
    parsed,
    qualified,
    result_of,
)
from pv.proposals.source.names import unspeakable

_NEEDS = frozenset({"icontract.require", "deal.pre"})
_PROMISES = frozenset({"icontract.ensure", "deal.post", "deal.ensure"})
_NOT_PLAIN = frozenset({"typing.overload", "overload", "contextlib.contextmanager"})
_A_CLASS = (
    "it is a class; write its rules as a state machine (docs/obligations.md#state-machines), or"
    " bind functions that use it"
)


class Read(NamedTuple):
    """What the source of a module says."""

    functions: tuple[Function, ...]
    left_out: tuple[LeftOut, ...]
    unread: tuple[LeftOut, ...]


class _Home(NamedTuple):
    """The module that is read."""

    name: str
    file: str
    imports: Imports

    def place(self, node: ast.AST) -> str:
        """Return `file:line` of a part of it."""
        return f"{self.file}:{getattr(node, 'lineno', 1)}"


def read_functions(tree: ast.Module, name: str, file: str) -> Read:
    """Return the public functions that a module defines, and what is public and out of reach."""
    home = _Home(name, file, imports_of(tree, name))
    functions: list[Function] = []
    left_out: list[LeftOut] = []
    unread: list[LeftOut] = []
    for node in _public(tree):
        if isinstance(node, ast.FunctionDef):
            found, more = _function(node, home)
            unread += more
            if isinstance(found, Function):
                functions.append(found)
            else:
                left_out.append(found)
        else:
            asynchronous = isinstance(node, ast.AsyncFunctionDef)
            reason = (
                "it is asynchronous; bind a function that runs it" if asynchronous else _A_CLASS
            )
            left_out.append(LeftOut(node.name, home.place(node), reason))
    return Read(tuple(functions), tuple(left_out), tuple(unread))


def _public(
    tree: ast.Module,
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Yield what has a public name; of several definitions of a name the last one counts."""
    named = {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    listed = _listed(tree)
    return (
        node
        for name, node in named.items()
        if (name in listed if listed is not None else not name.startswith("_"))
    )


def _listed(tree: ast.Module) -> Collection[str] | None:
    """Return the names of `__all__`, where it is a plain list."""
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id="__all__")], value=ast.List(elts=items) | ast.Tuple(elts=items)
            ):
                return {str(each.value) for each in items if isinstance(each, ast.Constant)}
    return None


def _function(node: ast.FunctionDef, home: _Home) -> tuple[Function | LeftOut, list[LeftOut]]:
    if reason := _unplain(node, home.imports):
        return LeftOut(node.name, home.place(node), reason), []
    told = told_of(ast.get_docstring(node))
    found = _given(node, told, home)
    if (reason := unspeakable(found)) is not None:
        return LeftOut(node.name, home.place(node), reason), []
    return _with_conditions(found, node, home)


def _unplain(node: ast.FunctionDef, imports: Imports) -> str | None:
    decorators = [_decorator(each, imports) for each in node.decorator_list]
    if any(name in _NOT_PLAIN for name in decorators):
        return "it is no plain function; bind one that uses it"
    required = [
        each.arg
        for each, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default is None
    ]
    if required:
        return f"it needs `{required[0]}` by name; give it under `keywords` of a binding"
    return None


def _decorator(node: ast.expr, imports: Imports) -> str:
    function = node.func if isinstance(node, ast.Call) else node
    return qualified(function, imports) if isinstance(function, ast.Name | ast.Attribute) else ""


def _given(node: ast.FunctionDef, told: Mapping[str, Told], home: _Home) -> Function:
    """Return a function with the parameters that are given values.

    The first one with a default whose kind is not known, and those behind it, keep their defaults.
    """
    given = [*node.args.posonlyargs, *node.args.args]
    needed = len(given) - len(node.args.defaults)
    found: list[Parameter] = []
    undrawn: str | None = None
    for number, each in enumerate(given):
        said = told.get(each.arg, Told(None, ""))
        hint = each.annotation or (parsed(said.type) if said.type else None)
        kind = kind_of(hint, home.imports)
        if kind is None and number >= needed:
            break
        if kind is None:
            undrawn = undrawn or _undrawn(each.arg, hint)
        limits = limits_in(said.text) if kind and (kind.is_number or kind.is_list) else None
        found.append(Parameter(each.arg, kind or Kind(Sort.OTHER), limits or Limits()))
    kinds = {each.kind.arrays for each in found} - {None}
    if len(kinds) > 1:
        undrawn = f"it takes arrays of {' and '.join(sorted(map(str, kinds)))}; a binding gives one"
    result = result_of(node.returns, home.imports)
    if not found:
        undrawn = "it has no parameter for which values could be drawn"
    place = home.place(node)
    return Function(home.name, node.name, place, tuple(found), result, undrawn=undrawn)


def _undrawn(name: str, hint: ast.expr | None) -> str:
    if hint is None:
        return f"`{name}` has no type hint, and the docstring gives no type"
    kind = ast.unparse(hint)
    return f"`{name}` is a {kind}, and no domain has such values; bind a function of other ones"


def _with_conditions(
    function: Function, node: ast.FunctionDef, home: _Home
) -> tuple[Function, list[LeftOut]]:
    """Add what assertions, guards and decorators say, and return those that do not translate."""
    names = {each.name: each.name for each in function.parameters}
    words = Words(names)
    unread: list[LeftOut] = []
    needs = (condition for _, condition in _from_decorators(node, home.imports, _NEEDS))
    for condition in (*needs, *_at_the_head(node)):
        for part in parts_of(condition):
            try:
                function = _needing(function, part, words)
            except Untranslated:
                unread.append(_unread(node, part, home))
    for given, promise in _from_decorators(node, home.imports, _PROMISES):
        results = {name: function.call for name in given if name not in names}
        try:
            said = claim_of(promise, Words({**names, **results}))
        except Untranslated:
            unread.append(_unread(node, promise, home))
        else:
            function = replace(function, promises=(*function.promises, said))
    return function, unread


def _unread(node: ast.FunctionDef, part: ast.expr, home: _Home) -> LeftOut:
    reason = (
        f"`{ast.unparse(part)}` has no translation; write it under `preconditions` if it counts"
    )
    return LeftOut(node.name, home.place(part if hasattr(part, "lineno") else node), reason)


def _needing(function: Function, part: ast.expr, words: Words) -> Function:
    """Return a function that needs one condition more; limits of a number narrow its domain."""
    found = limits_of(part)
    parameters = list(function.parameters)
    for at, each in enumerate(parameters):
        if found is not None and each.name == found[0] and each.kind.is_number:
            parameters[at] = replace(each, limits=each.limits.narrowed(found[1]))
            return replace(function, parameters=tuple(parameters))
    return replace(function, conditions=(*function.conditions, claim_of(part, words)))


def _at_the_head(node: ast.FunctionDef) -> Iterator[ast.expr]:
    """Yield what a function asserts, or raises without, before it does anything else."""
    for statement in node.body:
        match statement:
            case ast.Expr(value=ast.Constant()):
                continue
            case ast.Assert(test=condition):
                yield condition
            case ast.If(test=condition, body=[ast.Raise()], orelse=[]):
                yield opposite(condition)
            case _:
                return


def _from_decorators(
    node: ast.FunctionDef, imports: Imports, wanted: Collection[str]
) -> Iterator[tuple[list[str], ast.expr]]:
    """Yield the names and the body of each condition that decorators are given."""
    for each in node.decorator_list:
        match each:
            case ast.Call(args=[ast.Lambda(args=given, body=body), *_]) if (
                _decorator(each, imports) in wanted
            ):
                yield [name.arg for name in given.args], body
