"""What generated Python may consist of: the last thing between a text of a contract and code."""

import ast
from collections.abc import Collection, Iterator

from pv.python_source import NoPython

_STATEMENTS = (
    ast.Import, ast.ImportFrom, ast.With, ast.Assign, ast.FunctionDef, ast.Expr, ast.Return,
    ast.Assert,
)  # fmt: skip
_EXPRESSIONS = (
    ast.Constant, ast.Name, ast.List, ast.Tuple, ast.Dict, ast.UnaryOp, ast.BinOp, ast.BoolOp,
    ast.Compare, ast.IfExp, ast.Call, ast.Attribute, ast.Yield, ast.Set, ast.Subscript, ast.Slice,
    ast.ListComp, ast.SetComp, ast.GeneratorExp,
)  # fmt: skip
_CALLED = frozenset({"float", "min", "max", "abs", "len"})
_MARKS = frozenset({"fixture", "parametrize", "experiment", "symbolic"})
_METHODS = frozenset({"survives"})
_MODULES = frozenset({"math", "statistics"})
"""Those of which expressions of claims use functions."""


def require_expected(
    text: str, called: Collection[str], members: Collection[str] = _METHODS
) -> None:
    """Compare the tree of a module with what tests are made of.

    `called` are the names that it may call, `members` those that may stand behind a dot. Raises
    NoPython for anything else: it would come out of a text that was to stay a text.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as fault:
        raise NoPython(f"it would be no Python: {fault}") from fault
    for part in _strange(tree, {*called, *_CALLED}, members):
        line = getattr(part, "lineno", 0)
        raise NoPython(f"a text would become code: {type(part).__name__} in line {line}")


def _strange(
    tree: ast.Module, called: Collection[str], members: Collection[str]
) -> Iterator[ast.AST]:
    """Yield the parts of a module that no test has."""
    for part in ast.walk(tree):
        if isinstance(part, ast.Module | ast.FunctionDef | ast.With):
            titled = not isinstance(part, ast.With)
            yield from (each for each in part.body[titled:] if not _is_statement(each, called))
        if isinstance(part, ast.FunctionDef):
            yield from (each for each in part.decorator_list if not _is_mark(each))
        if isinstance(part, ast.stmt) and not isinstance(part, _STATEMENTS):
            yield part
        if isinstance(part, ast.expr) and not _is_expression(part, called, members):
            yield part
        if isinstance(part, ast.arguments) and (part.defaults or part.kw_defaults or part.vararg):
            yield part
        if isinstance(part, ast.arg) and not _is_type(part.annotation):
            yield part


def _is_statement(part: ast.stmt, called: Collection[str]) -> bool:
    """Return whether a statement is one of ours, where no docstring may stand any more."""
    match part:
        case ast.Import(names=[ast.alias(name="pytest", asname=None)]):
            return True
        case ast.ImportFrom(module="pv.testing"):
            return True
        case ast.ImportFrom(names=names):
            return all((each.asname or each.name) in called for each in names)
        case ast.Expr(value=ast.Call() | ast.Yield(value=ast.Name())):
            return True
        case ast.Assign(targets=[ast.Tuple()]):
            return True
        case ast.Assign(targets=[ast.Name()]) | ast.FunctionDef(returns=None | ast.Name(id="bool")):
            return True
    return isinstance(part, ast.With | ast.Return | ast.Assert)


def _is_expression(part: ast.expr, called: Collection[str], members: Collection[str]) -> bool:
    match part:
        case ast.Call(func=ast.Name(id=name)):
            return name in called
        case ast.Call(func=function):
            return isinstance(function, ast.Attribute)
        case ast.Attribute(value=ast.Name(id="pytest"), attr=name):
            return name in _MARKS | {"mark"}
        case ast.Attribute(value=ast.Attribute(attr="mark"), attr=name):
            return name in _MARKS
        case ast.Attribute(value=ast.Name(id=module)) if module in _MODULES:
            return True
        case ast.Attribute(value=ast.Name(), attr=name):
            return name in members
        case ast.Attribute():
            return False
        case ast.Constant(value=value):
            return not isinstance(value, bytes | complex)
    return isinstance(part, _EXPRESSIONS)


def _is_mark(part: ast.expr) -> bool:
    """Return whether a decorator is one of pytest's."""
    match part:
        case ast.Call(func=function):
            return _is_mark(function)
        case ast.Attribute(value=ast.Name(id="pytest") | ast.Attribute(attr="mark")):
            return True
    return False


def _is_type(annotation: ast.expr | None) -> bool:
    return annotation is None or (isinstance(annotation, ast.Name) and annotation.id == "int")
