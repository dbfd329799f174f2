"""Write a claim as Python source that computes the same values, as a person would."""

import keyword
import re
from collections.abc import Mapping

from pv.claims import tree as t
from pv.claims.precedence import BOOLEAN

_ARITHMETIC = {
    "+": (60, "+"), "-": (60, "-"), "*": (70, "*"), "·": (70, "*"), "/": (70, "/"),
    "//": (70, "//"), "%": (70, "%"), "@": (70, "@"),
}  # fmt: skip
_LOGIC = {"and": (30, "and"), "or": (20, "or")}
_COMPARISONS = {"=": "==", "≈": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_REDUCED = {
    "sum": "sum({})", "max": "max({})", "min": "min({})", "forall": "all({})",
    "exists": "any({})", "prod": "math.prod({})", "mean": "statistics.mean({})", "set": "{{{}}}",
    "list": "[{}]",
}  # fmt: skip
_FUNCTIONS = {
    "exp": "math.exp", "log": "math.log", "ln": "math.log", "log2": "math.log2",
    "sqrt": "math.sqrt", "sin": "math.sin", "cos": "math.cos", "tanh": "math.tanh",
    "tan": "math.tan", "arcsin": "math.asin", "arccos": "math.acos", "arctan": "math.atan",
    "sinh": "math.sinh", "cosh": "math.cosh",
    "floor": "math.floor", "ceil": "math.ceil", "is_finite": "math.isfinite",
    "is_nan": "math.isnan", "count": "len", "length": "len", "abs": "abs", "round": "round",
    "min": "min", "max": "max", "sum": "sum", "‖": "np.linalg.norm", "dot": "np.dot",
    "shape": "np.shape", "mean": "np.mean", "var": "np.var", "argmax": "np.argmax",
    "argmin": "np.argmin",
}  # fmt: skip
KNOWN = _FUNCTIONS.keys()
"""The functions of the language that Python has too."""
_CONSTANTS = {"inf": "math.inf", "pi": "math.pi", "π": "math.pi"}
_NOT, _COMPARISON, _SIGN, _POWER, _ATOM = 40, 50, 80, 90, 100


class NoPython(Exception):  # noqa: N818 - a fact about a claim, not a failure
    """This construct has no Python that computes it; the message says which."""


def python_source(node: t.Node) -> str:
    """Return an expression over the claim's names; `math`, `statistics` and `np` are imported.

    Raises NoPython for relations and sets that have no value.
    """
    return _text(node)[0]


def identifier(name: str) -> str:
    """Return a name as Python spells it: x' is x_prime, r* is r_star."""
    spelled = name.replace("'", "_prime").replace("*", "_star").replace("^{-1}", "_inverse")
    spelled = re.sub(r"\W", "_", spelled)
    return f"{spelled}_" if keyword.iskeyword(spelled) else spelled


def _text(node: t.Node) -> tuple[str, int]:
    match node:
        case t.Call("raises", (_, _, _)):
            raise NoPython("what type an exception has is not written as Python")
        case t.Call(function="raises", arguments=(call, pattern)):
            if not isinstance(call, t.Call):
                raise NoPython("only of a call can be said what it raises")
            function = _spelled(call.function, _FUNCTIONS)
            given = (pattern, t.Name(function, call.span), *call.arguments)
            return f"raises({_list(given)})", _ATOM
        case t.Number(value=value):
            return repr(value), _SIGN if repr(value).startswith("-") else _ATOM
        case t.String(value=value):
            return repr(value), _ATOM
        case t.Constant(value=value):
            return repr(value), _ATOM
        case t.Name(name=name):
            return _spelled(name, _CONSTANTS), _ATOM
        case t.Member(record=record, key=key):
            return f"{_within(record, _ATOM)}[{key!r}]", _ATOM
        case t.Index(collection=collection, indices=indices):
            inside = ", ".join(_text(index)[0] for index in indices)
            return f"{_within(collection, _ATOM)}[{inside}]", _ATOM
        case t.Slice(low=low, high=high):
            return f"{_maybe(low)}:{_maybe(high)}", 0
        case t.Call(function=function, arguments=arguments):
            return f"{_spelled(function, _FUNCTIONS)}({_list(arguments)})", _ATOM
        case t.Unary():
            return _unary(node)
        case t.Binary():
            return _binary(node)
        case t.Comparison():
            return _comparison(node)
        case t.Conditional(condition=condition, then=then, otherwise=otherwise):
            first, test = _within(then, 11), _within(condition, 11)
            return f"{first} if {test} else {_within(otherwise, 10)}", 10
        case t.Tuple(items=items):
            comma = "," if len(items) == 1 else ""
            return f"({_list(items)}{comma})", _ATOM
        case t.Set(items=items):
            return (f"{{{_list(items)}}}" if items else "set()"), _ATOM
        case t.Range(low=low, high=high):
            return f"range({_text(low)[0]}, {_text(high)[0]} + 1)", _ATOM
        case t.Binder():
            return _binder(node), _ATOM
        case t.Where():
            return _where(node), _ATOM
    raise NoPython("an interval stands only behind `in`")


def _spelled(name: str, known: Mapping[str, str]) -> str:
    return known.get(name, identifier(name))


def _unary(node: t.Unary) -> tuple[str, int]:
    match node.operator:
        case "abs" if _is_written_out(node.operand):
            return f"len({_text(node.operand)[0]})", _ATOM
        case "abs":
            return f"abs({_text(node.operand)[0]})", _ATOM
        case "transpose":
            return f"{_within(node.operand, _ATOM)}.T", _ATOM
        case "not":
            return f"not {_within(node.operand, _NOT)}", _NOT
    return f"-{_within(node.operand, _SIGN)}", _SIGN


def _binary(node: t.Binary) -> tuple[str, int]:
    match node.operator:
        case "^":
            base = _within(node.left, _POWER + 1)
            return f"{base} ** {_within(node.right, _SIGN)}", _POWER
        case "implies":
            return f"{_negated(node.left)} or {_within(node.right, 20)}", 20
        case "iff" | "xor" as word:
            sign = "==" if word == "iff" else "!="
            left, right = (_within(each, _COMPARISON + 1) for each in (node.left, node.right))
            return f"{left} {sign} {right}", _COMPARISON
    table = _LOGIC if node.operator in BOOLEAN else _ARITHMETIC
    if node.operator not in table:
        raise NoPython(f"`{node.operator}` has no Python")
    power, sign = table[node.operator]
    left, right = _within(node.left, power), _within(node.right, power + 1)
    return f"{left} {sign} {right}", power


def _negated(node: t.Node) -> str:
    match node:
        case t.Comparison(operands=operands, operators=("in",), span=span):
            return _within(t.Comparison(operands, ("not in",), span), 20)
    return f"not {_within(node, _NOT)}"


def _comparison(node: t.Comparison) -> tuple[str, int]:
    if len(node.operators) == 1 and node.operators[0] in {"in", "not in"}:
        item, where = node.operands
        return _membership(item, where, negated=node.operators[0] != "in")
    parts = [_within(node.operands[0], _COMPARISON + 1)]
    for word, operand in zip(node.operators, node.operands[1:], strict=True):
        if word not in _COMPARISONS:
            raise NoPython(f"`{word}` has no Python")
        parts += [_COMPARISONS[word], _within(operand, _COMPARISON + 1)]
    return " ".join(parts), _COMPARISON


def _membership(item: t.Node, where: t.Node, *, negated: bool) -> tuple[str, int]:
    value = _within(item, _COMPARISON + 1)
    if isinstance(where, t.Interval):
        first = "<" if where.open_low else "<="
        last = "<" if where.open_high else "<="
        low, high = (_within(end, _COMPARISON + 1) for end in (where.low, where.high))
        inside = f"{low} {first} {value} {last} {high}"
        return (f"not {inside}", _NOT) if negated else (inside, _COMPARISON)
    if isinstance(where, t.Name | t.Binary):
        raise NoPython("membership in a set of numbers has no Python")
    return f"{value} {'not in' if negated else 'in'} {_within(where, _ATOM)}", _COMPARISON


def _binder(node: t.Binder) -> str:
    loops = []
    for variable in node.variables:
        if variable.domain is None:
            raise NoPython(f"`{variable.name}` runs over nothing that is said")
        if isinstance(variable.domain, t.Name) and variable.domain.name[0] in "ℝℤℕΔ":
            raise NoPython(f"`{variable.name}` runs over a set that no loop ends in")
        loops.append(f"for {identifier(variable.name)} in {_text(variable.domain)[0]}")
    if node.kind not in _REDUCED:
        raise NoPython(f"`{node.kind}` has no Python")
    condition = f" if {_within(node.condition, 11)}" if node.condition is not None else ""
    inside = f"{_within(node.body, 10)} {' '.join(loops)}{condition}"
    return _REDUCED[node.kind].format(inside)


def _where(node: t.Where) -> str:
    inside = _text(node.body)[0]
    for clause in reversed(node.clauses):
        found = t.definition_of(clause)
        if found is None or found.indices:
            raise NoPython("a condition behind `where` has no Python")
        value = _text(found.body)[0]
        if found.parameters:
            value = f"lambda {', '.join(map(identifier, found.parameters))}: {value}"
        inside = f"(lambda {identifier(found.name)}: {inside})({value})"
    return inside


def _maybe(node: t.Node | None) -> str:
    return "" if node is None else _text(node)[0]


def _within(node: t.Node, floor: int) -> str:
    text, power = _text(node)
    return text if power >= floor else f"({text})"


def _list(items: tuple[t.Node, ...]) -> str:
    return ", ".join(_text(item)[0] for item in items)


def _is_written_out(node: t.Node) -> bool:
    """Return whether a collection is written out, so that Python has it as one of its own."""
    return isinstance(node, t.Set | t.Tuple | t.Range) or (
        isinstance(node, t.Binder) and node.kind in {"set", "list"}
    )
