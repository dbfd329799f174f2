"""Compile a claim to a closure. It can waste time up to its limits, and do nothing else."""

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import re2

from pv.claims.builtins import BUILTINS, CONSTANTS
from pv.claims.equality import EXACT, Tolerance, equal
from pv.claims.errors import EvaluationError, ImplementationError
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

Scope = Mapping[str, Any]
Evaluate = Callable[[Scope], Any]
Functions = Mapping[str, Callable[..., Any]]

MAX_BITS = 100_000
"""Integers grow no longer than this."""
MAX_ITEMS = 1_000_000
"""A range that is turned into a collection has no more items than this."""

_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "xor": operator.is_not,
    "iff": operator.is_,
}
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_FAULTS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


def compile_expression(
    node: Node, functions: Functions | None = None, tolerance: Tolerance = EXACT
) -> Evaluate:
    """Return a function from a scope (name -> value) to the claim's value.

    `functions` are the implementations that the claim may call. The function raises
    EvaluationError where the claim has no value, ImplementationError where an implementation
    raised.
    """
    return _Compiler(functions or {}, tolerance).compile(node)


class _Compiler:
    """One method for each construct; each returns a closure over its parts."""

    def __init__(self, functions: Functions, tolerance: Tolerance) -> None:
        self.functions = functions
        self.tolerance = tolerance

    def compile(self, node: Node) -> Evaluate:
        match node:
            case Number(value=value) | String(value=value) | Constant(value=value):
                return lambda _: value
            case Name():
                return self._name(node)
            case Member():
                return self._member(node)
            case Index():
                return self._index(node)
            case Call(function="raises"):
                return self._raises(node)
            case Call():
                return self._call(node)
            case Unary():
                return self._unary(node)
            case Binary():
                return self._binary(node)
            case Comparison():
                return self._comparison(node)
            case Conditional():
                return self._conditional(node)
            case Tuple(items=items) | Set(items=items):
                parts = tuple(self.compile(item) for item in items)
                return lambda scope: tuple(part(scope) for part in parts)
            case Range():
                return self._range(node)
            case Interval():
                raise EvaluationError("an interval stands only behind `in`", node.span)

    def _name(self, node: Name) -> Evaluate:
        name = node.name
        fixed = CONSTANTS.get(name)

        def evaluate(scope: Scope) -> Any:
            try:
                return scope[name]
            except KeyError:
                if fixed is not None:
                    return fixed
                raise EvaluationError(f"`{name}` has no value here", node.span) from None

        return evaluate

    def _member(self, node: Member) -> Evaluate:
        return self._lookup(node, self.compile(node.record), lambda _: node.key)

    def _index(self, node: Index) -> Evaluate:
        return self._lookup(node, self.compile(node.collection), self.compile(node.index))

    def _lookup(self, node: Member | Index, where: Evaluate, which: Evaluate) -> Evaluate:
        def evaluate(scope: Scope) -> Any:
            found, key = where(scope), which(scope)
            if isinstance(found, Mapping):
                if key in found:
                    return found[key]
                has = ", ".join(map(str, list(found)[:8])) or "nothing"
                raise EvaluationError(f"there is no `{key}`; there is {has}", node.span)
            if isinstance(found, tuple | list) and type(key) is int and 0 <= key < len(found):
                return found[key]
            raise EvaluationError(f"`{key}` cannot be looked up in {_kind(found)}", node.span)

        return evaluate

    def _call(self, node: Call) -> Evaluate:
        arguments = tuple(self.compile(argument) for argument in node.arguments)
        implementation = self.functions.get(node.function)
        if implementation is not None:
            return self._implementation(node.function, implementation, arguments)
        if node.function not in BUILTINS:
            raise EvaluationError(f"there is no function `{node.function}`", node.span)
        return _guarded(node, BUILTINS[node.function].call, arguments)

    def _implementation(
        self, name: str, call: Callable[..., Any], arguments: tuple[Evaluate, ...]
    ) -> Evaluate:
        def evaluate(scope: Scope) -> Any:
            values = [argument(scope) for argument in arguments]
            try:
                return call(*values)
            except Exception as fault:
                raise ImplementationError(name, fault) from fault

        return evaluate

    def _raises(self, node: Call) -> Evaluate:
        if len(node.arguments) != 2:  # noqa: PLR2004 - the form's own arity
            raise EvaluationError('raises has the form raises(call, "pattern")', node.span)
        call, pattern = (self.compile(argument) for argument in node.arguments)

        def evaluate(scope: Scope) -> bool:
            wanted = str(pattern(scope))
            try:
                call(scope)
            except ImplementationError as raised:
                return re2.search(wanted, str(raised.original)) is not None
            return False

        return evaluate

    def _unary(self, node: Unary) -> Evaluate:
        operand = self.compile(node.operand)
        if node.operator == "not":
            return lambda scope: not _truth(operand(scope), node.operand)
        call: Callable[[Any], Any] = operator.neg if node.operator == "-" else abs
        return _guarded(node, call, (operand,))

    def _binary(self, node: Binary) -> Evaluate:
        left, right = self.compile(node.left), self.compile(node.right)

        def truth_left(scope: Scope) -> bool:
            return _truth(left(scope), node.left)

        def truth_right(scope: Scope) -> bool:
            return _truth(right(scope), node.right)

        match node.operator:
            case "and":
                return lambda scope: truth_left(scope) and truth_right(scope)
            case "or":
                return lambda scope: truth_left(scope) or truth_right(scope)
            case "implies":
                return lambda scope: not truth_left(scope) or truth_right(scope)
            case "xor" | "iff":
                return _guarded(node, _ARITHMETIC[node.operator], (truth_left, truth_right))
            case "^":
                return _guarded(node, _power, (left, right))
            case "*":
                return _guarded(node, _product, (left, right))
        return _guarded(node, _ARITHMETIC[node.operator], (left, right))

    def _comparison(self, node: Comparison) -> Evaluate:
        operands = [self.compile(item) for item in node.operands[:1]]
        tests = []
        for word, item in zip(node.operators, node.operands[1:], strict=True):
            if word in {"in", "not in"}:
                operands.append(lambda _: None)
                tests.append(self._membership(item, negated=word == "not in"))
            else:
                operands.append(self.compile(item))
                tests.append(self._relation(word, node))
        if len(tests) == 1:
            first, second, holds = operands[0], operands[1], tests[0]
            return lambda scope: holds(first(scope), second(scope), scope)
        return _chain(tuple(operands), tuple(tests))

    def _relation(self, word: str, node: Comparison) -> Callable[[Any, Any, Scope], bool]:
        tolerance = self.tolerance
        if word in {"=", "≈"}:
            return lambda left, right, _: equal(left, right, tolerance)
        if word == "!=":
            return lambda left, right, _: not equal(left, right, tolerance)
        order = _ORDER[word]

        def evaluate(left: Any, right: Any, _: Scope) -> bool:
            try:
                return bool(order(left, right))
            except TypeError:
                message = f"{_kind(left)} and {_kind(right)} have no order"
                raise EvaluationError(message, node.span) from None

        return evaluate

    def _membership(self, item: Node, *, negated: bool) -> Callable[[Any, Any, Scope], bool]:
        contains = self._container(item)
        return lambda left, _, scope: contains(left, scope) is not negated

    def _container(self, item: Node) -> Callable[[Any, Scope], bool]:
        if isinstance(item, Range | Interval):
            low, high = self.compile(item.low), self.compile(item.high)
            above = operator.lt if isinstance(item, Interval) and item.open_low else operator.le
            below = operator.lt if isinstance(item, Interval) and item.open_high else operator.le
            whole = isinstance(item, Range)

            def inside(value: Any, scope: Scope) -> bool:
                if not _is_number(value) or (whole and value != math.floor(value)):
                    return False
                return bool(above(low(scope), value) and below(value, high(scope)))

            return inside
        collection = self.compile(item)
        tolerance = self.tolerance

        def member(value: Any, scope: Scope) -> bool:
            found = collection(scope)
            if isinstance(found, Mapping):
                return value in found
            if isinstance(found, tuple | list):
                return any(equal(value, each, tolerance) for each in found)
            raise EvaluationError(f"nothing is a member of {_kind(found)}", item.span)

        return member

    def _conditional(self, node: Conditional) -> Evaluate:
        condition, then = self.compile(node.condition), self.compile(node.then)
        otherwise = self.compile(node.otherwise)
        return lambda scope: (
            then(scope) if _truth(condition(scope), node.condition) else otherwise(scope)
        )

    def _range(self, node: Range) -> Evaluate:
        low, high = self.compile(node.low), self.compile(node.high)

        def evaluate(scope: Scope) -> tuple[int, ...]:
            first, last = low(scope), high(scope)
            if type(first) is not int or type(last) is not int:
                raise EvaluationError("a range runs from an integer to an integer", node.span)
            if last - first >= MAX_ITEMS:
                raise EvaluationError(f"a range has at most {MAX_ITEMS:,} items", node.span)
            return tuple(range(first, last + 1))

        return evaluate


def _guarded(node: Node, call: Callable[..., Any], arguments: tuple[Evaluate, ...]) -> Evaluate:
    """Call with evaluated arguments; what Python raises becomes an EvaluationError."""
    if len(arguments) == 2:  # noqa: PLR2004 - the common case, without building a list
        first, second = arguments

        def pair(scope: Scope) -> Any:
            left, right = first(scope), second(scope)
            try:
                return call(left, right)
            except _FAULTS as fault:
                raise EvaluationError(_explain(fault), node.span) from fault

        return pair

    def any_number(scope: Scope) -> Any:
        values = [argument(scope) for argument in arguments]
        try:
            return call(*values)
        except _FAULTS as fault:
            raise EvaluationError(_explain(fault), node.span) from fault

    return any_number


def _chain(
    operands: tuple[Evaluate, ...], tests: tuple[Callable[[Any, Any, Scope], bool], ...]
) -> Evaluate:
    def evaluate(scope: Scope) -> bool:
        left = operands[0](scope)
        for operand, holds in zip(operands[1:], tests, strict=True):
            right = operand(scope)
            if not holds(left, right, scope):
                return False
            left = right
        return True

    return evaluate


def _power(base: Any, exponent: Any) -> Any:
    whole = isinstance(base, int) and isinstance(exponent, int)
    if whole and base.bit_length() * max(exponent, 0) > MAX_BITS:
        raise OverflowError(f"an integer has at most {MAX_BITS:,} bits")
    power = base**exponent
    if isinstance(power, complex):
        raise ArithmeticError("the power of a negative number is not real")  # noqa: TRY004
    return power


def _product(left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int):
        if left.bit_length() + right.bit_length() > MAX_BITS:
            raise OverflowError(f"an integer has at most {MAX_BITS:,} bits")
    elif not (_is_number(left) and _is_number(right)):
        raise TypeError(f"{_kind(left)} and {_kind(right)} cannot be multiplied")
    return left * right


def _truth(value: Any, node: Node) -> bool:
    if value is True or value is False:
        return value
    raise EvaluationError(f"a truth value is needed here, this is {_kind(value)}", node.span)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _kind(value: Any) -> str:
    return {type(None): "null", str: "a text", dict: "a record", tuple: "a collection"}.get(
        type(value), f"{value!r}"[:60]
    )


def _explain(fault: Exception) -> str:
    return str(fault) or type(fault).__name__
