"""A claim as Python source, the way a person would write it; it computes the same values."""

import keyword
import re

from pv.claims.precedence import BOOLEAN
from pv.claims.tree import (
    Binary,
    Binder,
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
    Slice,
    String,
    Tuple,
    Unary,
    Where,
    definition_of,
)

_ARITHMETIC = {
    "+": (60, "+"), "-": (60, "-"), "*": (70, "*"), "·": (70, "*"), "/": (70, "/"),
    "//": (70, "//"), "%": (70, "%"), "@": (70, "@"),
}  # fmt: skip
_LOGIC = {"and": (30, "and"), "or": (20, "or")}
_COMPARISONS = {"=": "==", "≈": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_REDUCED = {
    "sum": "sum({})", "max": "max({})", "min": "min({})", "forall": "all({})",
    "exists": "any({})", "prod": "math.prod({})", "mean": "statistics.mean({})", "set": "{{{}}}",
}  # fmt: skip
_FUNCTIONS = {
    "exp": "math.exp", "log": "math.log", "ln": "math.log", "log2": "math.log2",
    "sqrt": "math.sqrt", "sin": "math.sin", "cos": "math.cos", "tanh": "math.tanh",
    "floor": "math.floor", "ceil": "math.ceil", "is_finite": "math.isfinite",
    "is_nan": "math.isnan", "count": "len", "length": "len", "abs": "abs", "round": "round",
    "min": "min", "max": "max", "sum": "sum", "‖": "np.linalg.norm", "dot": "np.dot",
    "shape": "np.shape", "mean": "np.mean", "var": "np.var", "argmax": "np.argmax",
    "argmin": "np.argmin",
}  # fmt: skip
_CONSTANTS = {"inf": "math.inf", "pi": "math.pi", "π": "math.pi"}
_NOT, _COMPARISON, _SIGN, _POWER, _ATOM = 40, 50, 80, 90, 100


class NoPython(Exception):  # noqa: N818 - a fact about a claim, not a failure
    """This construct has no Python that computes it; the message says which."""


def python_source(node: Node) -> str:
    """Return an expression over the claim's names; `math`, `statistics` and `np` are imported.

    Raises NoPython for relations and sets that have no value.
    """
    return _text(node)[0]


def identifier(name: str) -> str:
    """Return a name as Python spells it: x' is x_prime, r* is r_star."""
    spelled = name.replace("'", "_prime").replace("*", "_star").replace("^{-1}", "_inverse")
    spelled = re.sub(r"\W", "_", spelled)
    return f"{spelled}_" if keyword.iskeyword(spelled) else spelled


def _text(node: Node) -> tuple[str, int]:
    match node:
        case Number(value=value):
            return repr(value), _SIGN if value < 0 else _ATOM
        case String(value=value):
            return repr(value), _ATOM
        case Constant(value=value):
            return repr(value), _ATOM
        case Name(name=name):
            return _CONSTANTS.get(name, identifier(name)), _ATOM
        case Member(record=record, key=key):
            return f"{_within(record, _ATOM)}[{key!r}]", _ATOM
        case Index(collection=collection, indices=indices):
            inside = ", ".join(_text(index)[0] for index in indices)
            return f"{_within(collection, _ATOM)}[{inside}]", _ATOM
        case Slice(low=low, high=high):
            return f"{_maybe(low)}:{_maybe(high)}", 0
        case Call(function=function, arguments=arguments):
            spelled = _FUNCTIONS.get(function, identifier(function))
            return f"{spelled}({_list(arguments)})", _ATOM
        case Unary():
            return _unary(node)
        case Binary():
            return _binary(node)
        case Comparison():
            return _comparison(node)
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            parts = (_within(then, 11), _within(condition, 11), _within(otherwise, 10))
            return f"{parts[0]} if {parts[1]} else {parts[2]}", 10
        case Tuple(items=items):
            comma = "," if len(items) == 1 else ""
            return f"({_list(items)}{comma})", _ATOM
        case Set(items=items):
            return (f"{{{_list(items)}}}" if items else "set()"), _ATOM
        case Range(low=low, high=high):
            return f"range({_text(low)[0]}, {_text(high)[0]} + 1)", _ATOM
        case Binder():
            return _binder(node), _ATOM
        case Where():
            return _where(node), _ATOM
    raise NoPython("an interval stands only behind `in`")


def _unary(node: Unary) -> tuple[str, int]:
    match node.operator:
        case "abs":
            return f"abs({_text(node.operand)[0]})", _ATOM
        case "transpose":
            return f"{_within(node.operand, _ATOM)}.T", _ATOM
        case "not":
            return f"not {_within(node.operand, _NOT)}", _NOT
    return f"-{_within(node.operand, _SIGN)}", _SIGN


def _binary(node: Binary) -> tuple[str, int]:
    match node.operator:
        case "^":
            return f"{_within(node.left, _POWER + 1)} ** {_within(node.right, _SIGN)}", _POWER
        case "implies":
            return f"not {_within(node.left, _NOT)} or {_within(node.right, 20)}", 20
        case "iff" | "xor" as word:
            sign = "==" if word == "iff" else "!="
            left, right = (_within(each, _COMPARISON + 1) for each in (node.left, node.right))
            return f"{left} {sign} {right}", _COMPARISON
    table = _LOGIC if node.operator in BOOLEAN else _ARITHMETIC
    if node.operator not in table:
        raise NoPython(f"`{node.operator}` has no Python")
    power, sign = table[node.operator]
    return f"{_within(node.left, power)} {sign} {_within(node.right, power + 1)}", power


def _comparison(node: Comparison) -> tuple[str, int]:
    if len(node.operators) == 1 and node.operators[0] in {"in", "not in"}:
        return _membership(node.operands[0], node.operands[1], negated=node.operators[0] != "in")
    parts = [_within(node.operands[0], _COMPARISON + 1)]
    for word, operand in zip(node.operators, node.operands[1:], strict=True):
        if word not in _COMPARISONS:
            raise NoPython(f"`{word}` has no Python")
        parts += [_COMPARISONS[word], _within(operand, _COMPARISON + 1)]
    return " ".join(parts), _COMPARISON


def _membership(item: Node, where: Node, *, negated: bool) -> tuple[str, int]:
    value = _within(item, _COMPARISON + 1)
    if isinstance(where, Interval):
        first = "<" if where.open_low else "<="
        last = "<" if where.open_high else "<="
        low, high = (_within(end, _COMPARISON + 1) for end in (where.low, where.high))
        inside = f"{low} {first} {value} {last} {high}"
        return (f"not {inside}", _NOT) if negated else (inside, _COMPARISON)
    if isinstance(where, Name | Binary):
        raise NoPython("membership in a set of numbers has no Python")
    return f"{value} {'not in' if negated else 'in'} {_within(where, _ATOM)}", _COMPARISON


def _binder(node: Binder) -> str:
    loops = []
    for variable in node.variables:
        if variable.domain is None:
            raise NoPython(f"`{variable.name}` runs over nothing that is said")
        loops.append(f"for {identifier(variable.name)} in {_text(variable.domain)[0]}")
    if node.kind not in _REDUCED:
        raise NoPython(f"`{node.kind}` has no Python")
    condition = f" if {_within(node.condition, 11)}" if node.condition is not None else ""
    inside = f"{_within(node.body, 10)} {' '.join(loops)}{condition}"
    return _REDUCED[node.kind].format(inside)


def _where(node: Where) -> str:
    inside = _text(node.body)[0]
    for clause in reversed(node.clauses):
        found = definition_of(clause)
        if found is None or found.indices:
            raise NoPython("a condition behind `where` has no Python")
        value = _text(found.body)[0]
        if found.parameters:
            value = f"lambda {', '.join(map(identifier, found.parameters))}: {value}"
        inside = f"(lambda {identifier(found.name)}: {inside})({value})"
    return inside


def _maybe(node: Node | None) -> str:
    return "" if node is None else _text(node)[0]


def _within(node: Node, floor: int) -> str:
    text, power = _text(node)
    return text if power >= floor else f"({text})"


def _list(items: tuple[Node, ...]) -> str:
    return ", ".join(_text(item)[0] for item in items)
