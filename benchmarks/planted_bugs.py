"""Plant bugs in modules: each is one change of one module.

A comparison turned, a number off by one, `and` for `or`, a condition negated, a statement left out,
a result not returned.
"""

import ast
import random
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

HOME = Path(__file__).parents[1]
_TURNED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_SWAPPED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


class Mutant(NamedTuple):
    """One planted bug."""

    file: str
    lines: range
    before: str
    after: str
    text: str
    """The whole module with the bug in it."""


def mutants(area: str, how_many: int, seed: int) -> list[Mutant]:
    """Plant bugs in an area, each place as likely as another."""
    waiting = list(_places(area))
    random.Random(f"{seed} {area}").shuffle(waiting)  # noqa: S311
    found: list[Mutant] = []
    while waiting and len(found) < how_many:
        each = _mutant(*waiting.pop())
        if each is not None:
            found.append(each)
    return found


def _places(area: str) -> Iterator[tuple[str, int, int]]:
    """Yield where a bug may be planted: a module, the number of a node, and which of two bugs."""
    folders = [HOME / name for name in area.split(",")]
    files = (sorted(each.rglob("*.py")) if each.is_dir() else [each] for each in folders)
    for file in chain.from_iterable(files):
        nodes = len(list(ast.walk(ast.parse(file.read_text(encoding="utf-8")))))
        module = str(file.relative_to(HOME))
        yield from ((module, place, number) for place in range(nodes) for number in (0, 1))


def _mutant(name: str, place: int, number: int) -> Mutant | None:
    """Plant the first or second bug that there is at a node of a module; None if there is none."""
    tree = ast.parse((HOME / name).read_text(encoding="utf-8"))
    node = list(ast.walk(tree))[place]
    if any(node in ast.walk(each) for each in _decorators(tree)):
        return None
    before = ast.unparse(node)
    at = _where(node)
    after = _changed(node, number)
    return after and Mutant(name, at, before, after, ast.unparse(tree))


def _decorators(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield what stands above classes: whether a record is frozen, the type checker sees."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from node.decorator_list


def _where(node: ast.AST) -> range:
    """Return the lines of the part of a node that changes."""
    match node:
        case ast.If() | ast.IfExp():
            return _where(node.test)
        case ast.FunctionDef():
            return _where(node.body[-1])
        case ast.expr() | ast.stmt():
            return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return range(0)


def _changed(node: ast.AST, number: int) -> str | None:
    """Change a node in place, in the first or the second way; None if there is none."""
    match node, number:
        case ast.Compare(ops=[only]), 0 if type(only) in _TURNED:
            node.ops = [_TURNED[type(only)]()]
        case ast.BoolOp() | ast.BinOp(), 0 if type(node.op) in _SWAPPED:
            node.op = _SWAPPED[type(node.op)]()
        case ast.UnaryOp(op=ast.Not()), 0:
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
        case ast.If() | ast.IfExp(), 0:
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.Constant(value=bool() as value), 0:
            node.value = not value
        case ast.Constant(value=int() as value), 0 | 1 if not isinstance(value, bool):
            node.value = value + (1 if number == 0 else -1)
        case ast.Return(value=ast.expr() as value), 0 if not isinstance(value, ast.Constant):
            node.value = ast.Constant(None)
        case ast.FunctionDef(body=[*_, ast.Expr(ast.Call() | ast.YieldFrom()) as last]), 0:
            node.body[-1] = ast.copy_location(ast.Pass(), last)
        case _:
            return None
    return ast.unparse(ast.fix_missing_locations(node))
