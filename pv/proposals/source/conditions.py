"""Translate conditions of Python to claims: assertions, guards, and what decorators are given."""

import ast
from collections.abc import Mapping
from typing import NamedTuple

from pv.claims import Fault, called, names, parse, render
from pv.claims import tree as t
from pv.proposals.model import Limits

_COMPARED = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=", ast.NotEq: "!=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_COMPUTED = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Pow: "^",
}  # fmt: skip
FUNCTIONS = {"len": "length", "abs": "abs", "sum": "sum", "min": "min", "max": "max"}
"""Function of Python -> the one of the claim language."""


class Words(NamedTuple):
    """What the names in a condition stand for."""

    names: Mapping[str, str]
    functions: Mapping[str, str] = FUNCTIONS


class Untranslated(Exception):  # noqa: N818 - it names a part of Python, not an error
    """Raised for what the claim language cannot say."""


def calls_in(claim: str) -> frozenset[str]:
    """Return the functions that a claim calls."""
    tree = parse(claim)
    return frozenset() if isinstance(tree, Fault) else frozenset(called(tree))


def variables_in(claim: str) -> frozenset[str]:
    """Return the variables of a claim."""
    tree = parse(claim)
    return frozenset() if isinstance(tree, Fault) else names(tree)


def claim_of(node: ast.expr, words: Words) -> str:
    """Return a condition as a claim; raises Untranslated."""
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return " and ".join(f"({claim_of(each, words)})" for each in parts)
        case ast.BoolOp(op=ast.Or(), values=parts):
            return " or ".join(f"({claim_of(each, words)})" for each in parts)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return f"not ({claim_of(part, words)})"
        case ast.Compare(left=left, ops=operators, comparators=others):
            said = [value_of(left, words)]
            for operator, other in zip(operators, others, strict=True):
                if type(operator) not in _COMPARED:
                    raise Untranslated
                said += [_COMPARED[type(operator)], value_of(other, words)]
            return " ".join(said)
    raise Untranslated


def opposite(node: ast.expr) -> ast.expr:
    """Return the condition under which another is false."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return part
        case ast.BoolOp(op=ast.Or(), values=parts):
            return ast.BoolOp(ast.And(), [opposite(each) for each in parts])
        case ast.Compare(left=left, ops=[operator], comparators=others) if (
            type(operator) in _OPPOSITE
        ):
            return ast.Compare(left, [_OPPOSITE[type(operator)]()], others)
    return ast.UnaryOp(ast.Not(), node)


def parts_of(node: ast.expr) -> list[ast.expr]:
    """Return the conditions that one joins by `and`."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        return [inner for each in node.values for inner in parts_of(each)]
    return [node]


def limits_of(node: ast.expr) -> tuple[str, Limits] | None:
    """Return the name and the limits if a condition is that a name lies between numbers."""
    if not isinstance(node, ast.Compare):
        return None
    items = [node.left, *node.comparators]
    names = [at for at, each in enumerate(items) if isinstance(each, ast.Name)]
    numbers = [number_of(each) for each in items]
    if len(names) != 1 or sum(each is None for each in numbers) != 1 or len(items) > 3:  # noqa: PLR2004
        return None
    (at,) = names
    limits = Limits()
    for place, operator in enumerate(node.ops):
        end = numbers[place if place < at else place + 1]
        rises = isinstance(operator, ast.Lt | ast.LtE)
        if not rises and not isinstance(operator, ast.Gt | ast.GtE):
            return None
        is_open = isinstance(operator, ast.Lt | ast.Gt)
        above = rises if place < at else not rises
        limits = limits.narrowed(
            Limits(low=end, open_low=is_open) if above else Limits(high=end, open_high=is_open)
        )
    name = items[at]
    return (name.id, limits) if isinstance(name, ast.Name) else None


def number_of(node: ast.expr) -> int | float | None:
    """Return the number that an expression is, if it is one."""
    match node:
        case ast.Constant(value=int(number) | float(number)) if not isinstance(number, bool):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            found = number_of(inner)
            return None if found is None else -found
    return None


def value_of(node: ast.expr, words: Words) -> str:
    """Return an expression as a term of claims; raises Untranslated."""
    match node:
        case ast.Name(id=name) if name in words.names:
            return words.names[name]
        case ast.Constant(value=str(text)):
            return render(t.String(text, t.Span(0, 0)))
        case ast.Constant(value=bool(truth)):
            return str(truth).lower()
        case ast.Constant(value=int(number) | float(number)):
            return repr(number)
        case ast.UnaryOp(op=ast.USub(), operand=part):
            return f"(-{value_of(part, words)})"
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _COMPUTED:
            return f"({value_of(left, words)} {_COMPUTED[type(operator)]} {value_of(right, words)})"
        case ast.Call(func=function, args=[*given], keywords=[]) if (
            ast.unparse(function) in words.functions
        ):
            said = ", ".join(value_of(each, words) for each in given)
            return f"{words.functions[ast.unparse(function)]}({said})"
        case ast.Set(elts=items) | ast.Tuple(elts=items) | ast.List(elts=items) if items:
            return f"{{{', '.join(value_of(each, words) for each in items)}}}"
    raise Untranslated
