"""The functions that every claim may call."""

import math
from collections.abc import Mapping, Sequence

import re2

from pv.claims.evaluation.budget import spend_on
from pv.claims.evaluation.errors import BadPattern
from pv.claims.evaluation.scalars.sequences import SEQUENCES, Builtin
from pv.claims.types import ANY, BOOL, COLLECTION, INT, REAL, STRING, Record
from pv.claims.values import Implementation, UnaryOperation, Value

_FEW = 16
"""So many items cost nothing beside the call."""


_SILENT = re2.Options()
_SILENT.log_errors = False  # its log has the pattern as it is, whatever a terminal does with that


def regular_expression(pattern: str, flags: str = "") -> Value:
    """Compile a pattern; raises BadPattern. All patterns of contracts are compiled here."""
    try:
        return re2.compile(f"{flags}{pattern}", _SILENT)
    except re2.error as fault:
        detail = fault.args[0]
        shown = detail.decode() if isinstance(detail, bytes) else str(detail)
        raise BadPattern(f"the pattern {pattern!r} is not a regular expression: {shown}") from fault


def _matches(text: str, pattern: str) -> tuple[str, ...]:
    expression = regular_expression(pattern, "(?m)")
    group = 1 if expression.groups == 1 else 0
    return tuple(found.group(group) for found in expression.finditer(text))


def _capture(text: str, pattern: str) -> str:
    expression = regular_expression(pattern, "(?m)")
    if expression.groups != 1:
        raise BadPattern(f"capture needs exactly one group, {pattern!r} has {expression.groups}")
    found = expression.search(text)
    if found is None or found.group(1) is None:
        raise ValueError(f"nothing in the text matches {pattern!r}")
    captured: str = found.group(1)
    return captured


def _number(text: str) -> int | float:
    if "_" in text:  # which Python alone takes for a number
        raise ValueError(f"{text!r} is no number")
    try:
        return int(text)
    except ValueError:
        return float(text)


def _extreme(choose: UnaryOperation) -> Implementation:
    """Choose among the arguments, or the items of the only one; NaN among them is the answer."""

    def extreme(*items: Value) -> Value:
        if bool in map(type, items if len(items) > 1 else items[0]):
            raise TypeError("a truth value is no number")
        if len(items) == 2:  # noqa: PLR2004 - the common case, without a loop
            first, second = items
            return choose(items) if first == first and second == second else math.nan  # noqa: PLR0124
        among = items[0] if len(items) == 1 else items
        if len(among) > _FEW:
            spend_on(len(among))
        return nan_or(choose, among)

    return extreme


def nan_or(choose: UnaryOperation, items: Sequence[Value]) -> Value:
    """Return NaN if it is among the items, else what is chosen of them."""
    for each in items:
        if each != each:  # noqa: PLR0124 - NaN alone differs from itself
            return each
    return choose(items)


def of_numbers(compute: Implementation) -> Implementation:
    """Let an operation refuse truth values, which Python takes for 0 and 1."""

    def call(*values: Value) -> Value:
        if bool in map(type, values):
            raise TypeError("a truth value is no number")
        return compute(*values)

    return call


def _sum(items: Value) -> Value:
    spend_on(len(items))
    if bool in map(type, items):
        raise TypeError("a truth value is no number")
    return sum(items)


def _keys(record: Mapping[str, Value]) -> tuple[str, ...]:
    return tuple(sorted(record))


BUILTINS: Mapping[str, Builtin] = {
    **SEQUENCES,
    "length": Builtin(len, (ANY,), INT, "number of characters or items"),
    "matches": Builtin(
        _matches, (STRING, STRING), COLLECTION,
        "every match of a regular expression (its group, if it has exactly one); ^ and $ are "
        "the ends of a line",
    ),
    "full_match": Builtin(
        lambda text, pattern: regular_expression(pattern, "").fullmatch(text) is not None,
        (STRING, STRING), BOOL, "whether a regular expression matches all of a text",
    ),
    "capture": Builtin(
        _capture, (STRING, STRING), STRING, "the one group of the first match; an error if none"
    ),
    "number": Builtin(_number, (STRING,), REAL, "the number that a text spells"),
    "lines": Builtin(lambda text: tuple(text.splitlines()), (STRING,), COLLECTION, "its lines"),
    "contains": Builtin(
        lambda text, part: part in text, (STRING, STRING), BOOL, "whether a text has this part"
    ),
    "starts_with": Builtin(str.startswith, (STRING, STRING), BOOL, "whether a text begins so"),
    "ends_with": Builtin(str.endswith, (STRING, STRING), BOOL, "whether a text ends so"),
    "min": Builtin(_extreme(min), (ANY,), ANY, "least of a collection or arguments", variadic=True),
    "max": Builtin(_extreme(max), (ANY,), ANY, "greatest, likewise", variadic=True),
    "sum": Builtin(_sum, (ANY,), ANY, "sum of a collection"),
    "abs": Builtin(of_numbers(abs), (REAL,), ANY, "absolute value; `|x|` is the same"),
    "round": Builtin(of_numbers(round), (REAL,), INT, "nearest integer, halves to the even one"),
    "floor": Builtin(of_numbers(math.floor), (REAL,), INT, "greatest integer that is not above"),
    "ceil": Builtin(of_numbers(math.ceil), (REAL,), INT, "least integer that is not below"),
    "sqrt": Builtin(of_numbers(math.sqrt), (REAL,), REAL, "square root; an error below zero"),
    "exp": Builtin(of_numbers(math.exp), (REAL,), REAL, "e to the power of x"),
    "log": Builtin(
        of_numbers(math.log), (REAL,), REAL, "natural logarithm; an error at zero and below"
    ),
    "is_finite": Builtin(of_numbers(math.isfinite), (REAL,), BOOL, "neither infinite nor NaN"),
    "keys": Builtin(_keys, (Record(),), COLLECTION, "the keys of a record, sorted"),
}  # fmt: skip
"""Name -> function. `raises(call, "pattern")` is a special form of the evaluator."""

PLAIN_BUILTINS: Mapping[str, Implementation] = {name: each.call for name, each in BUILTINS.items()}

CONSTANTS: Mapping[str, float] = {"inf": math.inf, "pi": math.pi, "π": math.pi, "∞": math.inf}
"""Names with a fixed value."""
