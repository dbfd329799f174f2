"""Mutate the source of a function: a proof that no mutant breaks shows nothing."""

import ast
import copy
from collections.abc import Iterator

_OTHER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.GtE: ast.Gt, ast.Gt: ast.GtE, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
_MOST = 6


def mutants(tree: ast.FunctionDef) -> Iterator[ast.FunctionDef]:
    """Yield mutants of a function: in each, one comparison or one number is off by one."""
    places = [n for n, part in enumerate(ast.walk(tree)) if _changeable(part)]
    for place in places[:_MOST]:
        altered = copy.deepcopy(tree)
        part = next(part for n, part in enumerate(ast.walk(altered)) if n == place)
        match part:
            case ast.Compare(ops=[op, *rest]):
                part.ops = [_OTHER[type(op)](), *rest]
            case ast.Constant(value=int() as value):
                part.value = value + 1
        yield altered


def _changeable(part: ast.AST) -> bool:
    match part:
        case ast.Compare(ops=[op, *_]):
            return type(op) in _OTHER
        case ast.Constant(value=value):
            return type(value) is int
    return False
