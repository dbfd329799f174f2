"""Compile a claim to a closure. It can waste time up to its limits, and do nothing else.

Numbers and texts are computed with in plain Python. Over arrays the same closures compute with
`ARRAYS` of `pv.claims.evaluation.arrays.arithmetic`, which alone imports NumPy.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pv.claims import tree as t
from pv.claims.evaluation.budget import metered
from pv.claims.evaluation.constructs import indexing
from pv.claims.evaluation.constructs.comparisons import comparison
from pv.claims.evaluation.constructs.literals import literal, name
from pv.claims.evaluation.constructs.operations import binary, call, conditional, unary
from pv.claims.evaluation.constructs.quantified import binder, scopes
from pv.claims.evaluation.constructs.where import where
from pv.claims.evaluation.context import Evaluate, Scope, Setting
from pv.claims.evaluation.errors import EvaluationError
from pv.claims.evaluation.scalars.arithmetic import PLAIN, Arithmetic
from pv.claims.evaluation.scalars.equality import EXACT, Tolerance
from pv.claims.values import Functions

__all__ = ["Evaluate", "compile_expression"]


def compile_expression(
    node: t.Node,
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
    return metered(arithmetic.whole(evaluate))


def scopes_of(
    node: t.Binder, functions: Functions, tolerance: Tolerance, arithmetic: Arithmetic
) -> Callable[[Scope], Iterator[Scope]]:
    """Return a function to the scopes in which a quantifier's body is evaluated."""
    return scopes(node, Setting(functions, tolerance, arithmetic, _compile))


def _compile(node: t.Node, setting: Setting) -> Evaluate:
    return _CONSTRUCTS[type(node)](node, setting)


def _no_interval(node: t.Interval, _: Setting) -> Evaluate:
    raise EvaluationError("an interval has no items to go through", node.span)


_CONSTRUCTS: Mapping[type, Callable[[Any, Setting], Evaluate]] = {
    t.Number: literal,
    t.String: literal,
    t.Constant: literal,
    t.Name: name,
    t.Member: indexing.member,
    t.Index: indexing.index,
    t.Slice: indexing.span_of_indices,
    t.Range: indexing.whole_range,
    t.Tuple: indexing.collection,
    t.Set: indexing.collection,
    t.Call: call,
    t.Unary: unary,
    t.Binary: binary,
    t.Comparison: comparison,
    t.Conditional: conditional,
    t.Binder: binder,
    t.Where: where,
    t.Interval: _no_interval,
}
"""Construct -> what compiles it."""
