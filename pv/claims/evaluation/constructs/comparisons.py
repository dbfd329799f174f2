"""Compile comparisons, which chain: every neighbouring pair must hold."""

import operator
from collections.abc import Callable

from pv.claims.evaluation.budget import TooMuch
from pv.claims.evaluation.constructs.membership import container
from pv.claims.evaluation.context import Evaluate, Scope, Setting
from pv.claims.evaluation.errors import EvaluationError
from pv.claims.evaluation.guards import FAULTS, kind, no_value, placed
from pv.claims.evaluation.items import opposite, settled, sizes
from pv.claims.tree import Comparison, Index, Node
from pv.claims.values import BinaryOperation, Value

_MEMBERSHIP = frozenset({"in", "not in"})
Link = Callable[[Value, Scope], tuple[Value, Value]]
"""Left value, scope -> whether the pair holds, and the right value."""


def comparison(node: Comparison, setting: Setting) -> Evaluate:
    """Compile `a < b <= c`; what stands behind a pair that fails is not evaluated."""
    first, *others = node.operands
    start = setting.compile(first)
    links = [_link(*pair, node, setting) for pair in zip(node.operators, others, strict=True)]
    if len(links) == 1:
        return _single(start, node, setting)

    def chain(scope: Scope) -> Value:
        left = start(scope)
        whole: Value = True
        for link in links:
            holds, left = link(left, scope)
            whole = operator.and_(whole, holds)
            if not sizes(whole) and not whole:  # one answer for all items
                return False
        return whole

    return chain


def _single(start: Evaluate, node: Comparison, setting: Setting) -> Evaluate:
    """Compile one pair, with nothing that only a chain needs."""
    word, other = node.operators[0], node.operands[1]
    if word in _MEMBERSHIP:
        contains = _contains(word, other, setting)
        return lambda scope: contains(start(scope), scope)
    end, holds = setting.compile(other), relation(word, node, setting)
    return lambda scope: holds(start(scope), end(scope))


def _link(word: str, other: Node, node: Comparison, setting: Setting) -> Link:
    if word in _MEMBERSHIP:
        contains = _contains(word, other, setting)
        return lambda left, scope: (contains(left, scope), left)
    end, holds = setting.compile(other), relation(word, node, setting)

    def link(left: Value, scope: Scope) -> tuple[Value, Value]:
        right = end(scope)
        return holds(left, right), right

    return link


def _contains(word: str, other: Node, setting: Setting) -> Callable[[Value, Scope], Value]:
    inside = container(other, setting)
    if word == "in":
        return inside
    return lambda value, scope: opposite(inside(value, scope))


def relation(word: str, node: Comparison, setting: Setting) -> BinaryOperation:
    """Return the test of two values; up to the tolerance equal is also `<=`, and never `<`."""
    tolerance, arithmetic = setting.tolerance, setting.arithmetic
    equal, settle = arithmetic.equal, _as_it_is if setting.itemwise else settled
    if word in {"=", "≈"} and all(isinstance(side, Index) for side in node.operands):
        return placed(  # of two items neither is meant for each item of the other
            node,
            lambda left, right: (
                sizes(left) == sizes(right) and settle(equal(left, right, tolerance))
            ),
        )
    if word in {"=", "≈"}:
        return placed(node, lambda left, right: settle(equal(left, right, tolerance)))
    if word == "!=":
        return placed(node, lambda left, right: opposite(settle(equal(left, right, tolerance))))
    if word not in arithmetic.order:
        raise EvaluationError(f"`{word}` has no value that could be computed", node.span)
    order = arithmetic.order[word]
    lenient = word in {"<=", ">="} and not tolerance.exact

    def holds(left: Value, right: Value) -> Value:
        try:
            found = order(left, right)
            if lenient:
                found = found | equal(left, right, tolerance)
            return found if found is True or found is False else settle(found)
        except TooMuch as fault:
            raise no_value(fault, node) from fault
        except FAULTS as fault:
            message = f"{kind(left)} and {kind(right)} have no order"
            raise EvaluationError(f"{message}: {fault}", node.span) from fault

    return holds


def _as_it_is(found: Value) -> Value:
    return found
