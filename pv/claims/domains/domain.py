"""Read the domain of one variable: a range, a set, an interval or a set of numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import ClassVar

from pv.claims import tree as t
from pv.claims.evaluation.errors import EvaluationError, text_of
from pv.claims.evaluation.evaluate import compile_expression
from pv.claims.faults import Fault
from pv.claims.grammar.parser import parse
from pv.claims.rendering import render
from pv.claims.semantics.infer import infer
from pv.claims.types import ANY, BOOL, INT, REAL, STRING, Type
from pv.claims.values import Members, Value


@dataclass(frozen=True, slots=True)
class IntRange:
    """The integers from `low` to `high`, both included."""

    low: int
    high: int
    type: ClassVar[Type] = INT

    @property
    def size(self) -> int:
        """Number of points."""
        return max(0, self.high - self.low + 1)

    def points(self) -> Iterator[int]:
        """Return every point, lowest first."""
        return iter(range(self.low, self.high + 1))

    def __contains__(self, value: object) -> bool:
        return type(value) is int and self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{written(self.low)}..{written(self.high)}"


_DIGITS = 390
"""A number that a claim writes out has at most 400."""


def written(number: int) -> str:
    """Return an integer, of whatever length, as a claim writes it."""
    high, low = divmod(abs(number), 10**_DIGITS)
    if not high:
        return str(number)
    terms = [str(low)] if low else []
    at = _DIGITS
    while high:
        high, low = divmod(high, 10**_DIGITS)
        terms += [f"{low} * 10^{at}"] if low else []
        at += _DIGITS
    return f"{'-' if number < 0 else ''}({' + '.join(terms)})"


@dataclass(frozen=True, slots=True)
class Finite:
    """Values that are listed."""

    values: tuple[Value, ...]
    text: str

    @property
    def size(self) -> int:
        """Number of points."""
        return len(self.values)

    @property
    def type(self) -> Type:
        """Type of each point, ANY when they differ."""
        kinds = {type(value) for value in self.values}
        return _TYPES.get(kinds.pop(), ANY) if len(kinds) == 1 else ANY

    def points(self) -> Iterator[Value]:
        """Return every point, in the order written."""
        return iter(self.values)

    def __contains__(self, value: object) -> bool:
        return any(type(value) is type(each) and value == each for each in self.values)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class RealInterval:
    """The reals between two ends, either of which may be left out; an infinite one is a value."""

    low: int | float | None
    high: int | float | None
    open_low: bool = False
    open_high: bool = False
    size: ClassVar[None] = None
    type: ClassVar[Type] = REAL

    def __contains__(self, value: object) -> bool:
        if not isinstance(value, int | float) or value is True or value is False:
            return False
        low = -inf if self.low is None else self.low
        high = inf if self.high is None else self.high
        above = low < value if self.open_low or self.low is None else low <= value
        return above and (value < high if self.open_high or self.high is None else value <= high)

    def __str__(self) -> str:
        if self.low is None and self.high is None:
            return "ℝ"
        first, last = "(" if self.open_low else "[", ")" if self.open_high else "]"
        low = "(-∞" if self.low is None else f"{first}{text_of(self.low)}"
        high = "∞)" if self.high is None else f"{text_of(self.high)}{last}"
        return f"{low}, {high}"


@dataclass(frozen=True, slots=True)
class Integers:
    """All integers, from `low` on if it is given."""

    low: int | None = None
    size: ClassVar[None] = None
    type: ClassVar[Type] = INT

    def __contains__(self, value: object) -> bool:
        return type(value) is int and (self.low is None or value >= self.low)

    def __str__(self) -> str:
        return "ℤ" if self.low is None else "ℕ"


@dataclass(frozen=True, slots=True)
class Strings:
    """All texts."""

    size: ClassVar[None] = None
    type: ClassVar[Type] = STRING

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str)

    def __str__(self) -> str:
        return "string"


Domain = IntRange | Finite | RealInterval | Integers | Strings

_TYPES: Mapping[type, Type] = {int: INT, float: REAL, str: STRING, bool: BOOL}
_NAMED: Mapping[str, Domain] = {
    "ℝ": RealInterval(None, None),
    "ℤ": Integers(),
    "ℕ": Integers(0),
    "string": Strings(),
    "bool": Finite((False, True), "{false, true}"),
}


def parse_domain(text: str) -> Domain | Fault:
    """Read the domain of one variable: `1..12`, `{0, 1}`, `[0, 1)`, `ℤ`, or a constant."""
    tree = parse_set(text)
    return tree if isinstance(tree, Fault) else domain_of(tree)


def parse_set(text: str) -> t.Node | Fault:
    """Read a text that stands where a set is meant: there, `[0, 1]` and `(0, 1)` are intervals.

    `[1, 2, 3]` is refused: it may be one value, or the values in it.
    """
    tree = parse(text)
    match tree:
        case t.Tuple((low, high), span):
            open_low, open_high = text[span.start] == "(", text[span.end - 1] == ")"
            return t.Interval(low, high, open_low, open_high, span)
        case Fault():
            return tree
    lists = [each for each in t.joined(tree, "∪", "∩", "\\") if isinstance(each, t.Tuple)]
    return _either(lists[0].span, lists[0].items) if lists else tree


def domain_of(tree: t.Node) -> Domain | Fault:
    """Return the domain of one variable that stands behind `in`."""
    if isinstance(tree, t.Name) and tree.name in _NAMED:
        return _NAMED[tree.name]
    faults = infer(tree, {})
    if isinstance(faults, tuple):
        return faults[0]
    try:
        return _evaluated(tree)
    except EvaluationError as fault:
        return _fault(fault.span, fault.message)


def _evaluated(tree: t.Node) -> Domain | Fault:
    match tree:
        case t.Range(low=low, high=high) | t.Interval(low=low, high=high):
            first, last = (compile_expression(end)({}) for end in (low, high))
            if isinstance(tree, t.Interval):
                least = None if tree.open_low and first == -inf else first
                greatest = None if tree.open_high and last == inf else last
                return RealInterval(least, greatest, tree.open_low, tree.open_high)
            if type(first) is not int or type(last) is not int:
                return _fault(tree.span, "a range runs from an integer up to an integer")
            return IntRange(first, last)
        case t.Tuple(items, span):  # behind `in`, so that its items are meant
            return _evaluated(t.Set(items, span))
    value = compile_expression(tree)({})
    if isinstance(value, Members):
        values = {(type(each), each): each for each in value}  # true is no 1
        return Finite(tuple(values.values()), render(tree))
    if isinstance(value, tuple | list | Mapping):
        return _fault(tree.span, "this may be one value, or the values in it")
    return Finite((value,), f"{{{render(tree)}}}")


def _either(span: t.Span, items: tuple[t.Node, ...]) -> Fault:
    """Refuse what may be one value, or the values in it."""
    listed = ", ".join(map(render, items))
    remedy = f"write {{{listed}}} for the values, {{[{listed}]}} for the one"
    return Fault(span.start, span.end, "this may be one value, or the values in it", remedy)


def _fault(span: t.Span, message: str) -> Fault:
    remedy = "write a range 1..9, a set {1, 2}, an interval [0, 1], ℝ, ℤ, ℕ, string or a constant"
    return Fault(span.start, span.end, message, remedy)
