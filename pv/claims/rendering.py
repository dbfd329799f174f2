"""Write a tree as its normalised text; parsing that again gives the same tree."""

import json

from pv.claims import tree as t
from pv.claims.precedence import BINARY, COMPARISON, NOT, POSTFIX, PRODUCT, RANGE, SIGN
from pv.claims.text.classify import is_claim

_ATOM = 1000
_CONSTANTS = {True: "true", False: "false", None: "null"}
_SIGNS = {"sum": "Σ", "prod": "Π"}


def render(node: t.Node) -> str:
    """Write a tree as text, with the fewest brackets that keep its meaning."""
    return _text(node)[0]


def _text(node: t.Node) -> tuple[str, int]:
    """Return the text and how tightly its outermost operator binds."""
    match node:
        case t.Number(value=value):
            return repr(value), SIGN if value < 0 or repr(value)[0] == "-" else _ATOM
        case t.String(value=value):
            return json.dumps(value, ensure_ascii=False), _ATOM
        case t.Constant(value=value):
            return _CONSTANTS[value], _ATOM
        case t.Name(name=name):
            return name, _ATOM
        case t.Member(record=record, key=key):
            return f"{_within(record, POSTFIX)}.{key}", POSTFIX
        case t.Index(collection=collection, indices=indices):
            inside = _list(indices)
            behind = f"_{{{inside}}}" if node.subscript else f"[{inside}]"
            return f"{_within(collection, POSTFIX)}{behind}", POSTFIX
        case t.Slice(low=low, high=high):
            return f"{_maybe(low)}:{_maybe(high)}", 0
        case t.Call():
            return _call(node), _ATOM
        case t.Unary():
            return _unary(node)
        case t.Binary(operator="->", left=left, right=right):
            return f"{render(left)} -> {render(right)}", 0
        case t.Binary(operator=word, left=left, right=right):
            power, side = BINARY[word]
            first = _within(left, POSTFIX if word == "^" else power + (side == "right"))
            alone = side == "left" or word == "implies"  # of `a implies b implies c` none is sure
            floor = power + alone if power != PRODUCT else SIGN  # nobody reads `a * (x @ y)` bare
            second = _exponent(right) if word == "^" else _within(right, floor)
            return f"{first} {word} {second}", power
        case t.Comparison(operands=(subject, t.Binary(operator="->") as kind), operators=("in",)):
            return f"{_within(subject, POSTFIX)}: {render(kind)}", 0
        case t.Comparison(operands=(subject, kind), operators=(":",)):
            return f"{_within(subject, POSTFIX)}: {render(kind)}", COMPARISON
        case t.Comparison(operands=operands, operators=operators):
            parts = [_within(operands[0], COMPARISON + 1)]
            for word, operand in zip(operators, operands[1:], strict=True):
                parts += [word, _within(operand, COMPARISON + 1)]
            reaches_far = operators == ("=",) and is_claim(operands[1])  # over what `and` joins
            return " ".join(parts), BINARY["or"][0] - 1 if reaches_far else COMPARISON
        case t.Conditional(condition=condition, then=then, otherwise=otherwise):
            floor = COMPARISON + 1 if isinstance(then, t.Comparison) else 1  # else its right side
            return f"{_within(then, floor)} if {_within(condition, 1)} else {render(otherwise)}", 0
        case t.Range(low=low, high=high):
            return f"{_within(low, RANGE + 1)}..{_within(high, RANGE + 1)}", RANGE
        case t.Interval(low=low, high=high, open_low=open_low, open_high=open_high):
            first, last = "(" if open_low else "[", ")" if open_high else "]"
            return f"{first}{render(low)}, {render(high)}{last}", _ATOM
        case t.Tuple(items=(only,)):
            return f"({render(only)},)", _ATOM
        case t.Tuple(items=()):
            return "[]", _ATOM
        case t.Tuple(items=items):
            return f"({_list(items)})", _ATOM
        case t.Set(items=items):
            return f"{{{_list(items)}}}", _ATOM
        case t.Binder():
            return _binder(node)
        case t.Where(body=body, clauses=clauses):
            return f"{_within(body, 0)} where {_list(clauses)}", -1


def _call(node: t.Call) -> str:
    match node:
        case t.Call("‖", (inner,)):
            return f"‖{render(inner)}‖"
        case t.Call("‖", (inner, order)):
            return f"‖{render(inner)}‖_{{{render(order)}}}"
        case t.Call("given", (event, condition)):
            whole = _list(condition.items) if isinstance(condition, t.Tuple) else render(condition)
            return f"{render(event)} | {whole}"
        case t.Call("expectation", arguments):
            return f"E[{_list(arguments)}]"
    return f"{node.function}({_list(node.arguments)})"


def _unary(node: t.Unary) -> tuple[str, int]:
    match node.operator:
        case "abs":
            inner = render(node.operand)
            space = " " if inner[0] in "|‖" or inner[-1] in "|‖" else ""  # `||` is a norm
            return f"|{space}{inner}{space}|", _ATOM
        case "not":
            return f"not {_within(node.operand, NOT)}", NOT
        case "transpose":
            return f"{_within(node.operand, POSTFIX)}^T", POSTFIX
    return f"-{_operand_of_sign(node.operand)}", SIGN


def _binder(node: t.Binder) -> tuple[str, int]:
    condition = f" with {_within(node.condition, NOT)}" if node.condition is not None else ""
    over = ", ".join(map(_variable, node.variables)) + condition
    if node.kind in {"forall", "exists"}:
        return f"{node.kind} {over}: {render(node.body)}", 0
    if node.kind == "list":
        return f"[{render(node.body)} for {over}]", _ATOM
    if node.kind == "set" and not isinstance(node.body, t.Name):
        return f"{{{render(node.body)} : {over}}}", _ATOM
    if node.kind == "set":
        element = node.variables[0]
        named = f"{element.name} in {render(element.domain)}" if element.domain else element.name
        return f"{{{named} : {_maybe(node.condition)}}}", _ATOM
    sign = _SIGNS.get(node.kind, node.kind)
    bound = f"_{{{over}}}" if node.variables else ""
    return f"{sign}{bound}({render(node.body)})", SIGN


def _variable(variable: t.Variable) -> str:
    if variable.domain is None:
        return variable.name
    return f"{variable.name} in {_within(variable.domain, COMPARISON + 1)}"


def _exponent(node: t.Node) -> str:
    if isinstance(node, t.Tuple):
        return "{" + " × ".join(_within(item, COMPARISON + 1) for item in node.items) + "}"
    return _within(node, SIGN)


def _maybe(node: t.Node | None) -> str:
    return "" if node is None else render(node)


def _within(node: t.Node, floor: int) -> str:
    text, power = _text(node)
    return text if power >= floor else f"({text})"


def _operand_of_sign(node: t.Node) -> str:
    """Keep `-(3)` apart from the number -3."""
    return f"({render(node)})" if isinstance(node, t.Number) else _within(node, SIGN)


def _list(items: tuple[t.Node, ...]) -> str:
    return ", ".join(render(item) for item in items)
