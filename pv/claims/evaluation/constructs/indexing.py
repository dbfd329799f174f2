"""Compile collections, ranges, indices and keys of records."""

from collections.abc import Hashable, Mapping
from fractions import Fraction

from pv.claims.evaluation.budget import MOST_ITEMS, spend_on
from pv.claims.evaluation.context import Evaluate, Scope, Setting
from pv.claims.evaluation.errors import EvaluationError, Unclear
from pv.claims.evaluation.guards import kind, placed
from pv.claims.evaluation.items import is_array, item
from pv.claims.evaluation.scalars.equality import members
from pv.claims.tree import Index, Member, Range, Set, Slice, Tuple
from pv.claims.values import Members, Value


def collection(node: Tuple | Set, setting: Setting) -> Evaluate:
    """Compile a list or a set of values."""
    parts = tuple(setting.compile(each) for each in node.items)

    def evaluate(scope: Scope) -> tuple[Value, ...]:
        values = tuple(part(scope) for part in parts)
        if any(is_array(value) and value.shape for value in values):
            raise Unclear("a list of arrays may mean several things", node.span)
        return members(values) if isinstance(node, Set) else values

    return evaluate


def whole_range(node: Range, setting: Setting) -> Evaluate:
    """Compile the integers between two ends, both included."""
    low, high = setting.compile(node.low), setting.compile(node.high)

    def evaluate(scope: Scope) -> tuple[int, ...]:
        found = ends(node, low(scope), high(scope))
        spend_on(len(found))
        return tuple(found)

    return placed(node, evaluate)


def ends(node: Range, first: Value, last: Value) -> range:
    """Return the integers of a range; raises EvaluationError where its ends are none."""
    if type(first) is not int or type(last) is not int:
        raise EvaluationError("a range runs from an integer to an integer", node.span)
    if last - first >= MOST_ITEMS:
        raise Unclear(f"a range has at most {MOST_ITEMS:,} items", node.span)
    return range(first, last + 1)


def span_of_indices(node: Slice, setting: Setting) -> Evaluate:
    """Compile `low:high`."""
    low = setting.compile(node.low) if node.low else lambda _: None
    high = setting.compile(node.high) if node.high else lambda _: None
    return lambda scope: slice(low(scope), high(scope))


def member(node: Member, setting: Setting) -> Evaluate:
    """Compile `record.key`."""
    return _lookup(node, setting.compile(node.record), lambda _: node.key)


def index(node: Index, setting: Setting) -> Evaluate:
    """Compile `collection[index]`."""
    where = setting.compile(node.collection)
    parts = tuple(setting.compile(each) for each in node.indices)
    if len(parts) == 1:
        return _lookup(node, where, parts[0])
    return _lookup(node, where, lambda scope: tuple(part(scope) for part in parts))


def _lookup(node: Member | Index, where: Evaluate, which: Evaluate) -> Evaluate:
    only = isinstance(node, Index) and node.subscript
    """Of a number, `x_0` is the number itself: it is its own only item."""

    def evaluate(scope: Scope) -> Value:
        found, key = where(scope), which(scope)
        if isinstance(found, tuple | list) and isinstance(key, tuple):
            for each in key:  # of a list of lists, as of a matrix
                found = one(found, each)
            return found
        return one(found, key)

    def one(found: Value, key: Value) -> Value:
        if isinstance(found, Mapping):
            if isinstance(key, Hashable) and key in found:
                return found[key]
            has = ", ".join(map(str, list(found)[:8])) or "nothing"
            raise EvaluationError(f"there is no `{key}`; there is {has}", node.span)
        if isinstance(found, Members):
            raise EvaluationError(f"a set has no order, so no item `{key}`", node.span)
        if isinstance(found, tuple | list | str) and type(key) is int and 0 <= key < len(found):
            return found[key]
        if is_array(found):
            return item(found, key)
        if isinstance(found, tuple | list | str) and isinstance(key, slice):
            return found[key]
        if only and key == 0 and isinstance(found, int | float | Fraction):
            return found
        raise EvaluationError(f"`{key}` cannot be looked up in {kind(found)}", node.span)

    return placed(node, evaluate)
