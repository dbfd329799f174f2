"""Compile what stands behind `in`: ranges, intervals, sets of numbers, collections."""

import operator
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import partial

from pv.claims.evaluation.budget import spend
from pv.claims.evaluation.context import Evaluate, Scope, Setting
from pv.claims.evaluation.errors import EvaluationError
from pv.claims.evaluation.guards import kind, placed
from pv.claims.evaluation.items import is_array, items, opposite, sizes
from pv.claims.machine_types import Numbers, array_of, numbers
from pv.claims.tree import Binary, Interval, Name, Node, Number, Range, Tuple
from pv.claims.values import Opaque, Predicate, Value

Contains = Callable[[Value, Scope], Value]
Tests = Callable[[Scope], Predicate]
"""Gives the test of one item."""


def container(node: Node, setting: Setting) -> Contains:
    """Compile a set; an array is in it if all its items are, or each for itself if `itemwise`."""
    match node:
        case Range() | Interval():
            return _of_numbers(node, _between(node, setting), setting)
        case Name("bool"):
            return _of_numbers(node, lambda _: lambda value: isinstance(value, bool), setting)
        case Name(name) if (kind_of := numbers(name)) is not None:
            return _of_numbers(node, lambda _: partial(_is_among, kind_of), setting)
        case Name(name) if (stored := array_of(name)) is not None:
            element, size = Name(stored.element, node.span), Name(stored.size or "_", node.span)
            length = Number(int(size.name), node.span) if size.name.isdigit() else size
            return _power(Binary("^", element, length, node.span), setting)
        case Binary(operator="∪" | "∩" | "\\"):
            return _joined(node, setting)
        case Binary(operator="^"):
            return _power(node, setting)
    return _collection(node, setting)


def is_set(name: str) -> bool:
    """Return whether a name is that of a set behind `in`, which has no value of its own."""
    return name == "bool" or numbers(name) is not None or array_of(name) is not None


def _of_numbers(node: Node, tests: Tests, setting: Setting) -> Contains:
    """Ask each item of an array or a list."""

    def inside(value: Value, scope: Scope) -> Value:
        holds = tests(scope)
        if setting.itemwise and is_array(value):
            return setting.arithmetic.each(holds, value)
        return all(map(holds, items(value)))

    return placed(node, inside)


def _between(node: Range | Interval, setting: Setting) -> Tests:
    low, high = setting.compile(node.low), setting.compile(node.high)
    above = operator.lt if isinstance(node, Interval) and node.open_low else operator.le
    below = operator.lt if isinstance(node, Interval) and node.open_high else operator.le
    whole = isinstance(node, Range)

    def tests(scope: Scope) -> Predicate:
        def holds(value: Value) -> bool:
            if not _is_number(value):
                return False
            inside = bool(above(_end(low(scope)), value) and below(value, _end(high(scope))))
            return inside and not (whole and value % 1)

        return holds

    return tests


def _end(value: Value) -> Value:
    if not _is_number(value):
        raise TypeError("the ends of an interval are numbers")
    return value


def _collection(node: Node, setting: Setting) -> Contains:
    """Ask a list or the keys of a record; of an array, each item."""
    found_in, equal, tolerance = setting.compile(node), setting.arithmetic.equal, setting.tolerance

    def tests(scope: Scope) -> Predicate:
        found = found_in(scope)
        if isinstance(found, Mapping | str):
            return lambda value: value in found
        if is_array(found):
            found = tuple(found.tolist()) if found.ndim else None
        if not isinstance(found, tuple | list):
            raise EvaluationError(f"nothing is a member of {kind(found)}", node.span)
        spend(len(found))
        return lambda value: any(bool(equal(value, each, tolerance)) for each in found)

    of_items = _of_numbers(node, tests, setting)

    def inside(value: Value, scope: Scope) -> Value:
        return of_items(value, scope) if is_array(value) else tests(scope)(value)

    return placed(node, inside)


def _joined(node: Binary, setting: Setting) -> Contains:
    """Compile unions, intersections and differences as what they say of a member."""
    first, second = container(node.left, setting), container(node.right, setting)

    def inside(value: Value, scope: Scope) -> Value:
        left, right = first(value, scope), second(value, scope)
        match node.operator:
            case "∪":
                return left | right
            case "∩":
                return left & right
        return left & opposite(right)

    return inside


def _power(node: Binary, setting: Setting) -> Contains:
    """Compile `(0, 1)^n`: an array whose items are in the set, of those sizes that are known."""
    contains = container(node.left, setting)
    said = node.right.items if isinstance(node.right, Tuple) else (node.right,)
    wanted = [setting.compile(size) for size in said]

    def inside(value: Value, scope: Scope) -> bool:
        shape = sizes(value)
        if len(shape) != len(wanted) or not _fits(shape, wanted, scope):
            return False
        return all(contains(each, scope) for each in items(value))

    return inside


def _fits(shape: tuple[int, ...], sizes: Iterable[Evaluate], scope: Scope) -> bool:
    """Return whether an array has the sizes that have a value here; the others may be any."""
    for size, wanted in zip(shape, sizes, strict=True):
        try:
            if wanted(scope) != size:
                return False
        except EvaluationError:
            continue
    return True


def _is_among(numbers: Numbers, value: Value) -> bool:
    if isinstance(value, Opaque) or not _is_number(value):
        return False
    if value - value != 0:  # infinities and NaN
        return not numbers.finite
    low, high = numbers.low, numbers.high
    above = low is None or (value > low if numbers.open_low else value >= low)
    within = above and (high is None or value <= high)
    return bool(within and not (numbers.whole and value % 1))


def _is_number(value: Value) -> bool:
    if isinstance(value, Opaque):
        value.refuse()
    if isinstance(value, int | float | Fraction):
        return not isinstance(value, bool)
    return str(getattr(value, "dtype", "")).startswith(("float", "int", "longdouble"))
