"""Compile operators, calls and cases."""

import builtins
import operator
from collections.abc import Mapping
from dataclasses import replace

from pv.claims.evaluation.budget import CALL, TooMuch, spend
from pv.claims.evaluation.context import Evaluate, Scope, Setting
from pv.claims.evaluation.errors import EvaluationError, ImplementationError, NotAsked, text_of
from pv.claims.evaluation.guards import guarded, no_value, placed, truth, truth_of
from pv.claims.evaluation.items import items, opposite, sizes
from pv.claims.evaluation.scalars.arithmetic import PLAIN, Arithmetic
from pv.claims.evaluation.scalars.builtins import regular_expression
from pv.claims.precedence import BOOLEAN
from pv.claims.tree import Binary, Call, Conditional, Unary
from pv.claims.values import BinaryOperation, Implementation, Value


def call(node: Call, setting: Setting) -> Evaluate:
    """Compile the call of an implementation, of a formula or of a built-in function."""
    if node.function == "raises":
        return _raises(node, setting)
    implementation = setting.functions.get(node.function)
    if implementation is not None:
        arguments = tuple(setting.compile(argument) for argument in node.arguments)
        return _implementation(node, implementation, arguments)
    builtin = setting.arithmetic.builtins.get(node.function)
    if builtin is None:
        raise EvaluationError(f"there is no function `{node.function}`", node.span)
    match node:
        case Call("floor" | "ceil", (Binary("/", left, right),)):
            parts = (setting.compile(left), setting.compile(right))
            return guarded(node, _quotient(node.function, setting.arithmetic), parts)
    arguments = tuple(setting.compile(argument) for argument in node.arguments)
    return guarded(node, builtin, arguments)


def _quotient(word: str, arithmetic: Arithmetic) -> BinaryOperation:
    """Divide and round at once, for `floor(a / b)` of integers of whatever size is exact."""
    divide, rounded = arithmetic.binary["/"], arithmetic.builtins[word]
    below, negative = arithmetic.binary["//"], arithmetic.unary["-"]

    def quotient(left: Value, right: Value) -> Value:
        if {int} == {type(each) for side in (left, right) for each in items(side)}:
            return below(left, right) if word == "floor" else negative(below(negative(left), right))
        return rounded(divide(left, right))

    return quotient


def _implementation(
    node: Call, function: Implementation, arguments: tuple[Evaluate, ...]
) -> Evaluate:
    def evaluate(scope: Scope) -> Value:
        values = [argument(scope) for argument in arguments]
        try:
            spend(CALL)
            return function(*values)
        except (EvaluationError, ImplementationError, NotAsked):  # also of what a formula calls
            raise
        except TooMuch as fault:
            raise no_value(fault, node) from fault
        except Exception as fault:
            raise ImplementationError(node.function, fault) from fault

    return evaluate


def _raises(node: Call, setting: Setting) -> Evaluate:
    if len(node.arguments) not in {2, 3}:
        raise EvaluationError('raises has the form raises(call, "pattern")', node.span)
    calling, pattern, *kind = (setting.compile(argument) for argument in node.arguments)
    compiled = guarded(node, regular_expression, (pattern,))

    def evaluate(scope: Scope) -> bool:
        wanted = compiled(scope)
        try:
            calling(scope)
        except ImplementationError as raised:
            told = getattr(raised.original, "exited", raised.original)
            mine = type(told).__mro__
            wants = {each(scope) for each in kind} - {each.__name__ for each in mine}
            fits = all(getattr(builtins, each, None) in mine for each in wants)  # of other names
            return fits and wanted.search(text_of(told, str)) is not None
        return False

    return evaluate


def unary(node: Unary, setting: Setting) -> Evaluate:
    """Compile `-x`, `not x`, `|x|` and a transpose."""
    operand = setting.compile(node.operand)
    if node.operator != "not":
        return guarded(node, setting.arithmetic.unary[node.operator], (operand,))
    if setting.itemwise:
        return guarded(node, opposite, (operand,))
    holds = truth_of(node.operand, operand)
    return lambda scope: not holds(scope)


def binary(node: Binary, setting: Setting) -> Evaluate:
    """Compile arithmetic, and boolean operators that look at the right side only if they must."""
    table = _JOINED if node.operator in BOOLEAN else setting.arithmetic.binary
    if node.operator not in table:
        raise EvaluationError(f"`{node.operator}` has no value", node.span)
    match node:  # of two vectors, a matrix
        case Binary("@" | "·", column, Unary("transpose", row)):
            parts = (setting.compile(column), setting.compile(row))
            return guarded(node, table["@T"], parts)
    left, right = setting.compile(node.left), setting.compile(node.right)
    if node.operator not in BOOLEAN:
        return guarded(node, table[node.operator], (left, right))
    if setting.itemwise:
        return _by_items(node, left, right)
    first, second = truth_of(node.left, left), truth_of(node.right, right)
    match node.operator:
        case "and":
            return lambda scope: first(scope) and second(scope)
        case "or":
            return lambda scope: first(scope) or second(scope)
        case "implies":
            return lambda scope: not first(scope) or second(scope)
        case "xor":
            return lambda scope: first(scope) is not second(scope)
    return lambda scope: first(scope) is second(scope)


def _by_items(node: Binary, left: Evaluate, right: Evaluate) -> Evaluate:
    """Join item by item; a left side that is one answer decides as it does anywhere."""
    joined, decided = _JOINED[node.operator], _DECIDED.get(node.operator)
    join = placed(node, lambda first, second: joined(_answers(first), _answers(second)))

    def evaluate(scope: Scope) -> Value:
        first = left(scope)
        if decided is not None and not sizes(first) and truth(first, node.left) is decided[0]:
            return decided[1]
        return join(first, right(scope))

    return evaluate


def _answers(value: Value) -> Value:
    """Return truth values; raises TypeError for numbers, which Python would join bit by bit."""
    if type(value) is bool or str(getattr(value, "dtype", "")) == "bool":  # NumPy's
        return value
    raise TypeError("a number is no truth value")


_JOINED: Mapping[str, BinaryOperation] = {
    "and": operator.and_, "or": operator.or_, "xor": operator.xor,
    "iff": lambda a, b: opposite(a ^ b), "implies": lambda a, b: opposite(a) | b,
}  # fmt: skip
"""Boolean operators, item by item."""
_DECIDED = {"and": (False, False), "or": (True, True), "implies": (False, True)}
"""Operator -> the left side that decides, and the answer then."""


def conditional(node: Conditional, setting: Setting) -> Evaluate:
    """Compile `a if c else b`; over arrays c is asked of each item."""
    arithmetic = setting.arithmetic
    asked = setting if arithmetic is PLAIN else replace(setting, itemwise=True)
    condition, then = asked.compile(node.condition), setting.compile(node.then)
    otherwise = setting.compile(node.otherwise)

    def evaluate(scope: Scope) -> Value:
        holds = condition(scope)
        if holds is not True and holds is not False and sizes(holds):
            return arithmetic.choose(holds, then(scope), otherwise(scope))
        return then(scope) if truth(holds, node.condition) else otherwise(scope)

    return evaluate
