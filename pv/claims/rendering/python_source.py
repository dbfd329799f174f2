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
_OVER_ARRAYS = {"is_nan": "np.isnan", "is_finite": "np.isfinite", "prod": "np.prod"}
_ROUNDED = frozenset({"floor", "ceil", "round"})
_OF_ITEMS = {"sum": "np.sum", "min": "np.min", "max": "np.max"}
"""Functions whose only argument is an array; with more arguments they compare numbers."""
_NOT, _COMPARISON, _SIGN, _POWER, _ATOM = 40, 50, 80, 90, 100


class NoPython(Exception):  # noqa: N818 - a fact about a claim, not a failure
    """This construct has no Python that computes it; the message says which."""


def python_source(
    node: t.Node, *, arrays: Mapping[str, int] | None = None, close: str | None = None
) -> str:
    """Return an expression over the claim's names; `math`, `statistics` and `np` are imported.

    With `arrays`, the number of axes of each name that is a NumPy array, functions are NumPy's, and
    a comparison holds if it does for every item.
    With `close`, equality is a call of `close` with these further arguments. Raises NoPython for
    relations and sets that have no value.
    """
    return _Writer(arrays=arrays, close=close).expression(node)


def identifier(name: str) -> str:
    """Return a name as Python spells it: x' is x_prime, r* is r_star."""
    spelled = name.replace("'", "_prime").replace("*", "_star").replace("^{-1}", "_inverse")
    spelled = re.sub(r"\W", "_", spelled)
    return f"{spelled}_" if keyword.iskeyword(spelled) else spelled


class _Writer:
    """Writes expressions with the functions of one library."""

    def __init__(self, *, arrays: Mapping[str, int] | None, close: str | None) -> None:
        self._arrays = arrays is not None
        self._axes = arrays or {}
        self._close = close

    def expression(self, node: t.Node) -> str:
        return self._text(node)[0]

    def _text(self, node: t.Node) -> tuple[str, int]:
        match node:
            case t.Call(function="raises", arguments=(call, pattern)):
                if not isinstance(call, t.Call):
                    raise NoPython("only of a call can be said what it raises")
                function = self._function(call.function, call.arguments)
                given = (pattern, t.Name(function, call.span), *call.arguments)
                return f"raises({self._list(given)})", _ATOM
            case t.Number(value=value):
                return repr(value), _SIGN if repr(value).startswith("-") else _ATOM
            case t.String(value=value):
                return repr(value), _ATOM
            case t.Constant(value=value):
                return repr(value), _ATOM
            case t.Name(name=name):
                return self._spelled(name, _CONSTANTS), _ATOM
            case t.Member(record=record, key=key):
                return f"{self._within(record, _ATOM)}[{key!r}]", _ATOM
            case t.Index(collection=collection, indices=indices):
                inside = ", ".join(self._text(index)[0] for index in indices)
                return f"{self._within(collection, _ATOM)}[{inside}]", _ATOM
            case t.Slice(low=low, high=high):
                return f"{self._maybe(low)}:{self._maybe(high)}", 0
            case t.Call(function=function, arguments=arguments):
                return f"{self._function(function, arguments)}({self._list(arguments)})", _ATOM
            case t.Unary():
                return self._unary(node)
            case t.Binary():
                return self._binary(node)
            case t.Comparison():
                return self._comparison(node)
            case t.Conditional(condition=condition, then=then, otherwise=otherwise):
                first, test = self._within(then, 11), self._within(condition, 11)
                return f"{first} if {test} else {self._within(otherwise, 10)}", 10
            case t.Tuple(items=items):
                comma = "," if len(items) == 1 else ""
                return f"({self._list(items)}{comma})", _ATOM
            case t.Set(items=items):
                return (f"{{{self._list(items)}}}" if items else "set()"), _ATOM
            case t.Range(low=low, high=high):
                return f"range({self._text(low)[0]}, {self._text(high)[0]} + 1)", _ATOM
            case t.Binder():
                return self._binder(node), _ATOM
            case t.Where():
                return self._where(node), _ATOM
        raise NoPython("an interval stands only behind `in`")

    def _function(self, name: str, arguments: tuple[t.Node, ...]) -> str:
        if name in _ROUNDED and all(map(self._one_number, arguments)):
            return _FUNCTIONS[name]  # an integer, where NumPy's is a float
        array = len(arguments) == 1 and not _is_written_out(arguments[0])
        if self._arrays and name in _OF_ITEMS and array:
            return _OF_ITEMS[name]
        return self._spelled(name, _FUNCTIONS)

    def _spelled(self, name: str, known: Mapping[str, str]) -> str:
        if self._arrays and name in _OVER_ARRAYS:
            return _OVER_ARRAYS[name]
        found = known.get(name, identifier(name))
        return found.replace("math.", "np.") if self._arrays else found

    def _unary(self, node: t.Unary) -> tuple[str, int]:
        match node.operator:
            case "abs" if _is_written_out(node.operand):
                return f"len({self._text(node.operand)[0]})", _ATOM
            case "abs":
                return f"abs({self._text(node.operand)[0]})", _ATOM
            case "transpose":
                return f"{self._within(node.operand, _ATOM)}.T", _ATOM
            case "not":
                return f"not {self._within(node.operand, _NOT)}", _NOT
        return f"-{self._within(node.operand, _SIGN)}", _SIGN

    def _binary(self, node: t.Binary) -> tuple[str, int]:
        match node.operator:
            case "^":
                base = self._within(node.left, _POWER + 1)
                return f"{base} ** {self._within(node.right, _SIGN)}", _POWER
            case "implies":
                return f"{self._negated(node.left)} or {self._within(node.right, 20)}", 20
            case "iff" | "xor" as word:
                sign = "==" if word == "iff" else "!="
                left, right = (
                    self._within(each, _COMPARISON + 1) for each in (node.left, node.right)
                )
                return f"{left} {sign} {right}", _COMPARISON
        table = _LOGIC if node.operator in BOOLEAN else _ARITHMETIC
        if node.operator not in table:
            raise NoPython(f"`{node.operator}` has no Python")
        power, sign = table[node.operator]
        left, right = self._within(node.left, power), self._within(node.right, power + 1)
        return f"{left} {sign} {right}", power

    def _negated(self, node: t.Node) -> str:
        match node:
            case t.Comparison(operands=operands, operators=("in",), span=span):
                return self._within(t.Comparison(operands, ("not in",), span), 20)
        return f"not {self._within(node, _NOT)}"

    def _comparison(self, node: t.Comparison) -> tuple[str, int]:
        if len(node.operators) == 1 and node.operators[0] in {"in", "not in"}:
            item, where = node.operands
            return self._membership(item, where, negated=node.operators[0] != "in")
        if self._arrays or (self._close is not None and not {*node.operators} <= {"<", ">"}):
            return self._item_by_item(node)
        parts = [self._within(node.operands[0], _COMPARISON + 1)]
        for word, operand in zip(node.operators, node.operands[1:], strict=True):
            if word not in _COMPARISONS:
                raise NoPython(f"`{word}` has no Python")
            parts += [_COMPARISONS[word], self._within(operand, _COMPARISON + 1)]
        return " ".join(parts), _COMPARISON

    def _item_by_item(self, node: t.Comparison) -> tuple[str, int]:
        parts = []
        for left, word, right in zip(
            node.operands, node.operators, node.operands[1:], strict=False
        ):
            if word not in _COMPARISONS:
                raise NoPython(f"`{word}` has no Python")
            if word in {"=", "≈", "!="}:
                first, second = self._text(left)[0], self._text(right)[0]
                more = f", {self._close}" if self._close else ""
                no = "not " if word == "!=" else ""
                parts.append(f"{no}close({first}, {second}{more})")
                continue
            if word in {"<=", ">="} and self._close:  # slack belongs to the end as well
                low, high = (left, right) if word == "<=" else (right, left)
                first, second = self._text(low)[0], self._text(high)[0]
                parts.append(f"at_most({first}, {second}, {self._close})")
                continue
            first, second = (self._within(each, _COMPARISON + 1) for each in (left, right))
            compared = f"{first} {_COMPARISONS[word]} {second}"
            alone = self._one_number(left) and self._one_number(right)
            parts.append(compared if alone else f"np.all({compared})")
        return " and ".join(parts), 30 if len(parts) > 1 else _NOT

    def _one_number(self, node: t.Node) -> bool:
        """Return whether an expression is known to be a number, and no array."""
        if not self._arrays:
            return True
        match node:
            case t.Name(name=name):
                return name not in self._axes
            case t.Index(collection=t.Name(name=name), indices=indices):
                plain = not any(isinstance(each, t.Slice) for each in indices)
                return plain and self._axes.get(name, 0) <= len(indices)
            case t.Call(function=name, arguments=arguments):
                reduced = name in {*_OF_ITEMS, "mean", "count"} and len(arguments) == 1
                return reduced or (name in _FUNCTIONS and all(map(self._one_number, arguments)))
            case t.Number() | t.Unary() | t.Binary():
                return all(map(self._one_number, t.children(node)))
        return False

    def _membership(self, item: t.Node, where: t.Node, *, negated: bool) -> tuple[str, int]:
        value = self._within(item, _COMPARISON + 1)
        if isinstance(where, t.Interval):
            first = "<" if where.open_low else "<="
            last = "<" if where.open_high else "<="
            low, high = (self._within(end, _COMPARISON + 1) for end in (where.low, where.high))
            if self._arrays and not self._one_number(item):
                inside = f"np.all({low} {first} {value}) and np.all({value} {last} {high})"
                return (f"not ({inside})", _NOT) if negated else (inside, 30)
            inside = f"{low} {first} {value} {last} {high}"
            return (f"not {inside}", _NOT) if negated else (inside, _COMPARISON)
        if isinstance(where, t.Name | t.Binary):
            raise NoPython("membership in a set of numbers has no Python")
        return f"{value} {'not in' if negated else 'in'} {self._within(where, _ATOM)}", _COMPARISON

    def _binder(self, node: t.Binder) -> str:
        loops = []
        for variable in node.variables:
            if variable.domain is None:
                raise NoPython(f"`{variable.name}` runs over nothing that is said")
            if isinstance(variable.domain, t.Name) and variable.domain.name[0] in "ℝℤℕΔ":
                raise NoPython(f"`{variable.name}` runs over a set that no loop ends in")
            loops.append(f"for {identifier(variable.name)} in {self._text(variable.domain)[0]}")
        if node.kind not in _REDUCED:
            raise NoPython(f"`{node.kind}` has no Python")
        condition = f" if {self._within(node.condition, 11)}" if node.condition is not None else ""
        inside = f"{self._within(node.body, 10)} {' '.join(loops)}{condition}"
        return _REDUCED[node.kind].format(inside)

    def _where(self, node: t.Where) -> str:
        inside = self._text(node.body)[0]
        for clause in reversed(node.clauses):
            found = t.definition_of(clause)
            if found is None or found.indices:
                raise NoPython("a condition behind `where` has no Python")
            value = self._text(found.body)[0]
            if found.parameters:
                value = f"lambda {', '.join(map(identifier, found.parameters))}: {value}"
            inside = f"(lambda {identifier(found.name)}: {inside})({value})"
        return inside

    def _maybe(self, node: t.Node | None) -> str:
        return "" if node is None else self._text(node)[0]

    def _within(self, node: t.Node, floor: int) -> str:
        text, power = self._text(node)
        return text if power >= floor else f"({text})"

    def _list(self, items: tuple[t.Node, ...]) -> str:
        return ", ".join(self._text(item)[0] for item in items)


def _is_written_out(node: t.Node) -> bool:
    """Return whether a collection is written out, so that Python has it as one of its own."""
    return isinstance(node, t.Set | t.Tuple | t.Range) or (
        isinstance(node, t.Binder) and node.kind == "set"
    )
