"""The normalised text of a tree; parsing it again gives the same tree."""

import json

from pv.claims.grammar import BINARY, COMPARISON, NOT, RANGE, SIGN
from pv.claims.tree import (
    Binary,
    Call,
    Comparison,
    Conditional,
    Constant,
    Index,
    Interval,
    Member,
    Name,
    Node,
    Number,
    Range,
    Set,
    String,
    Tuple,
    Unary,
)

_ATOM = 1000
_CONSTANTS = {True: "true", False: "false", None: "null"}


def render(node: Node) -> str:
    """Write a tree as text, with the fewest brackets that keep its meaning."""
    return _text(node)[0]


def _text(node: Node) -> tuple[str, int]:
    """Return the text and how tightly its outermost operator binds."""
    match node:
        case Number(value=value):
            return repr(value), SIGN if value < 0 or repr(value)[0] == "-" else _ATOM
        case String(value=value):
            return json.dumps(value, ensure_ascii=False), _ATOM
        case Constant(value=value):
            return _CONSTANTS[value], _ATOM
        case Name(name=name):
            return name, _ATOM
        case Member(record=record, key=key):
            return f"{_within(record, _ATOM)}.{key}", _ATOM
        case Index(collection=collection, index=index):
            return f"{_within(collection, _ATOM)}[{render(index)}]", _ATOM
        case Call(function=function, arguments=arguments):
            return f"{function}({_list(arguments)})", _ATOM
        case Unary(operator="abs", operand=operand):
            return f"|{render(operand)}|", _ATOM
        case Unary(operator="not", operand=operand):
            return f"not {_within(operand, NOT)}", NOT
        case Unary(operand=operand):
            return f"-{_operand_of_sign(operand)}", SIGN
        case Binary(operator=word, left=left, right=right):
            power, side = BINARY[word]
            first = _within(left, power + (side == "right"))
            return f"{first} {word} {_within(right, power + (side == 'left'))}", power
        case Comparison(operands=operands, operators=operators):
            parts = [_within(operands[0], COMPARISON + 1)]
            for word, operand in zip(operators, operands[1:], strict=True):
                parts += [word, _within(operand, COMPARISON + 1)]
            return " ".join(parts), COMPARISON
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return f"{_within(then, 1)} if {_within(condition, 1)} else {render(otherwise)}", 0
        case Range(low=low, high=high):
            return f"{_within(low, RANGE + 1)}..{_within(high, RANGE + 1)}", RANGE
        case Interval(low=low, high=high, open_low=open_low, open_high=open_high):
            first, last = "(" if open_low else "[", ")" if open_high else "]"
            return f"{first}{render(low)}, {render(high)}{last}", _ATOM
        case Tuple(items=(only,)):
            return f"({render(only)},)", _ATOM
        case Tuple(items=items):
            return f"({_list(items)})", _ATOM
        case Set(items=items):
            return f"{{{_list(items)}}}", _ATOM


def _within(node: Node, floor: int) -> str:
    text, power = _text(node)
    return text if power >= floor else f"({text})"


def _operand_of_sign(node: Node) -> str:
    """Keep `-(3)` apart from the number -3."""
    return f"({render(node)})" if isinstance(node, Number) else _within(node, SIGN)


def _list(items: tuple[Node, ...]) -> str:
    return ", ".join(render(item) for item in items)
