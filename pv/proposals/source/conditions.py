"""Translate conditions of Python to claims: assertions, guards, and what decorators are given."""

import ast
from collections.abc import Mapping

from pv.claims import render
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
_FUNCTIONS = {"len": "length", "abs": "abs", "sum": "sum"} | {"min": "min", "max": "max"}


class Untranslated(Exception):  # noqa: N818 - it names a part of Python, not an error
    """Raised for what the claim language cannot say."""


def claim_of(node: ast.expr, known: Mapping[str, str]) -> str:
    """Return a condition as a claim; `known` maps its names to claims. Raises Untranslated."""
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return " and ".join(f"({claim_of(each, known)})" for each in parts)
        case ast.BoolOp(op=ast.Or(), values=parts):
            return " or ".join(f"({claim_of(each, known)})" for each in parts)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return f"not ({claim_of(part, known)})"
        case ast.Compare(left=left, ops=operators, comparators=others):
            words = [_value(left, known)]
            for operator, other in zip(operators, others, strict=True):
                if type(operator) not in _COMPARED:
                    raise Untranslated
                words += [_COMPARED[type(operator)], _value(other, known)]
            return " ".join(words)
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


def _value(node: ast.expr, known: Mapping[str, str]) -> str:
    match node:
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.Constant(value=str(text)):
            return render(t.String(text, t.Span(0, 0)))
        case ast.Constant(value=bool(truth)):
            return str(truth).lower()
        case ast.Constant(value=int(number) | float(number)):
            return repr(number)
        case ast.UnaryOp(op=ast.USub(), operand=part):
            return f"(-{_value(part, known)})"
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _COMPUTED:
            return f"({_value(left, known)} {_COMPUTED[type(operator)]} {_value(right, known)})"
        case ast.Call(func=ast.Name(id=name), args=[*given], keywords=[]) if name in _FUNCTIONS:
            return f"{_FUNCTIONS[name]}({', '.join(_value(each, known) for each in given)})"
        case ast.Set(elts=items) | ast.Tuple(elts=items) | ast.List(elts=items) if items:
            return f"{{{', '.join(_value(each, known) for each in items)}}}"
    raise Untranslated
