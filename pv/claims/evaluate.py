"""Compile a claim to a closure. It can waste time up to its limits, and do nothing else.

Numbers and texts are computed with in plain Python. Over arrays the same closures compute with
`ARRAYS` of `pv.claims.arrays`, which alone imports NumPy.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pv.claims.arithmetic import PLAIN, Arithmetic
from pv.claims.binders import binder
from pv.claims.comparisons import comparison
from pv.claims.equality import EXACT, Tolerance
from pv.claims.errors import EvaluationError
from pv.claims.items import collection, index, member, span_of_indices, whole_range
from pv.claims.operations import binary, call, conditional, unary
from pv.claims.setting import Evaluate, Functions, Setting
from pv.claims.simple import literal, name
from pv.claims.steps import metered
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
    walk,
)
from pv.claims.where import where

__all__ = ["Evaluate", "compile_expression"]


def compile_expression(
    node: Node,
    functions: Functions | None = None,
    tolerance: Tolerance = EXACT,
    arithmetic: Arithmetic = PLAIN,
) -> Evaluate:
    """Return a function from a scope (name -> value) to the claim's value.

    `functions` are the implementations that the claim may call. The function raises
    EvaluationError where the claim has no value, ImplementationError where an implementation
    raised.
    """
    evaluate = Setting(functions or {}, tolerance, arithmetic, _compile).compile(node)
    whole = arithmetic.whole(evaluate)
    bounded = arithmetic is PLAIN and not any(
        isinstance(p, Binder | Call | Where) for p in walk(node)
    )
    return whole if bounded else metered(whole)


def _compile(node: Node, setting: Setting) -> Evaluate:
    return _CONSTRUCTS[type(node)](node, setting)


def _no_interval(node: Interval, _: Setting) -> Evaluate:
    raise EvaluationError("an interval stands only behind `in`", node.span)


_CONSTRUCTS: Mapping[type, Callable[[Any, Setting], Evaluate]] = {
    Number: literal,
    String: literal,
    Constant: literal,
    Name: name,
    Member: member,
    Index: index,
    Slice: span_of_indices,
    Range: whole_range,
    Tuple: collection,
    Set: collection,
    Call: call,
    Unary: unary,
    Binary: binary,
    Comparison: comparison,
    Conditional: conditional,
    Binder: binder,
    Where: where,
    Interval: _no_interval,
}
"""Construct -> what compiles it."""
