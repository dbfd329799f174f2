"""Look for values at which a contract contradicts its own formulas. No foreign code runs."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

import numpy as np

from pv.checks.model import Formulas
from pv.claims import Definition, EvaluationError, Node, compile_expression, operands, render
from pv.claims.arrays import ARRAYS
from pv.claims.equality import EXACT, Tolerance
from pv.claims.evaluate import Evaluate
from pv.claims.scopes import LazyScope
from pv.claims.tree import Binary, Index, Name, walk
from pv.claims.vectorize import without_index
from pv.engines.drawing import Drawn, cases
from pv.engines.outcome import Options, Outcome
from pv.evidence.verdict import Verdict

NAME = "property"

CASES = 200
SECONDS = 2.0
"""For one claim; what was drawn until then counts."""
LEAST = 10
"""Fewer cases with a value show nothing."""


def open_engine(options: Options, stack: ExitStack) -> Callable[[Formulas], Outcome]:  # noqa: ARG001 - the protocol
    """Return the engine."""
    return lambda plan: decide(plan, options)


def decide(plan: Formulas, options: Options) -> Outcome:
    """Evaluate a claim at drawn values until one contradicts it."""
    started = time.monotonic()
    reference = Reference(plan.definitions)
    try:
        holds = reference.compile(plan.tree, plan.tolerance)
        drawn = cases(plan.space, options.cases or CASES, options.seed)
        return _searched(plan, reference, holds, drawn, started)
    except EvaluationError as fault:
        return Outcome(Verdict.UNKNOWN, reason=f"it has no value: {fault}")


def _searched(
    plan: Formulas, reference: "Reference", holds: Evaluate, drawn: Any, started: float
) -> Outcome:
    exactly = reference.compile(plan.tree, EXACT)  # slack must not make a claim false either
    presupposed = _presupposed(plan, reference)
    met = count = 0
    last = ""
    for case in drawn:
        if time.monotonic() - started > SECONDS:
            break
        try:
            if holds(reference.scope(case)) or exactly(reference.scope(case)):
                count += 1
                met += presupposed(reference.scope(case))
                continue
        except EvaluationError as fault:
            last = str(fault)
            continue
        sides = _sides(plan, reference, case)
        if any("nan" in text for _, text in sides):
            last = "a value that is not a number"
            continue
        shown = {name: _plain(value) for name, value in case.items()}
        observation = tuple(f"{side}  is  {text}" for side, text in sides)
        reason = f"false{_only_rounded(reference, holds, case)}: {render(plan.tree)}"
        return Outcome(Verdict.REFUTED, count + 1, reason, shown, observation)
    if count < LEAST:
        why = f"; elsewhere {last}" if last else ""
        return Outcome(Verdict.UNKNOWN, count, f"only {count} cases had a value{why}")
    if not met:
        reason = "in no case did what the claim presupposes hold"
        return Outcome(Verdict.VACUOUS, count, reason)
    return Outcome(Verdict.SURVIVED, met)


def _presupposed(plan: Formulas, reference: "Reference") -> Callable[[LazyScope], bool]:
    """Return the test whether a case says anything: the premise of an implication."""
    if not isinstance(plan.tree, Binary) or plan.tree.operator != "implies":
        return lambda _: True
    premise = reference.compile(plan.tree.left, plan.tolerance)
    return lambda scope: bool(premise(scope))


class Reference:
    """The functions and values that a contract's formulas define."""

    def __init__(self, definitions: tuple[Definition, ...]) -> None:
        self.globals: Mapping[str, Any] = {}
        self.functions: dict[str, Callable[..., Any]] = {}
        self.lazy: dict[str, Callable[[LazyScope], Any]] = {}
        self._depth = 0
        for found in definitions:
            if found.parameters:
                self.functions[found.name] = self._function(found)
            else:
                self.lazy[found.name] = self._constant(found)

    def compile(self, node: Node, tolerance: Tolerance) -> Evaluate:
        """Return a closure that evaluates a claim over these functions."""
        return compile_expression(node, self.functions, tolerance, ARRAYS)

    def scope(self, case: Drawn) -> LazyScope:
        """Return the values of one case, and those that formulas derive from them."""
        self.globals = case
        return LazyScope(case, self.lazy)

    def _constant(self, found: Definition) -> Callable[[LazyScope], Any]:
        compiled: list[Callable[[LazyScope], Any]] = []

        def value(scope: LazyScope) -> Any:
            if not compiled:
                compiled.append(self._body(found))
            return compiled[0](scope)

        return value

    def _function(self, found: Definition) -> Callable[..., Any]:
        """Compile when it is first called: by then all functions are known."""
        compiled: list[Callable[[LazyScope], Any]] = []

        def call(*values: Any) -> Any:
            if len(values) != len(found.parameters):
                raise TypeError(f"{found.name} takes {len(found.parameters)} arguments")
            if not compiled:
                compiled.append(self._body(found))
            given = dict(zip(found.parameters, values, strict=True))
            return compiled[0](LazyScope({**self.globals, **given}, self.lazy))

        return call

    def _body(self, found: Definition) -> Callable[[LazyScope], Any]:
        if not found.indices:
            return compile_expression(found.body, self.functions, arithmetic=ARRAYS)
        whole: Node | None = found.body
        for letter in found.indices:
            whole = without_index(whole, letter) if whole is not None else None
        if whole is not None and len(found.indices) == 1:
            return compile_expression(whole, self.functions, arithmetic=ARRAYS)
        return self._item_by_item(found)

    def _item_by_item(self, found: Definition) -> Callable[[LazyScope], Any]:
        body = compile_expression(found.body, self.functions, arithmetic=ARRAYS)
        sizes = [_indexed(found.body, letter) for letter in found.indices]

        def items(scope: LazyScope) -> Any:
            shape = []
            for node, axis in sizes:
                value = compile_expression(node, self.functions, arithmetic=ARRAYS)(scope)
                shape.append(np.shape(value)[axis])
            made = np.empty(shape)
            for at in np.ndindex(*shape):
                inner = dict(zip(found.indices, map(int, at), strict=True))
                made[at] = body(LazyScope({**scope, **inner}, self.lazy))
            return made

        return items


def _indexed(body: Node, letter: str) -> tuple[Node, int]:
    """Return what a letter is an index of, and along which axis."""
    for part in walk(body):
        if isinstance(part, Index):
            for axis, index in enumerate(part.indices):
                if isinstance(index, Name) and index.name == letter:
                    return part.collection, axis
    raise EvaluationError(f"`{letter}` is the index of nothing", body.span)


def _only_rounded(reference: Reference, holds: Evaluate, case: Drawn) -> str:
    """Say whether the claim holds with more digits: then it is false of float64 alone."""
    longer = {
        name: np.asarray(value, dtype=np.longdouble)[()] if _is_real(value) else value
        for name, value in case.items()
    }
    try:
        return " in float64, true with more digits" if holds(reference.scope(longer)) else ""
    except EvaluationError:
        return ""


def _is_real(value: Any) -> bool:
    return isinstance(value, float) or (
        isinstance(value, np.ndarray) and bool(np.issubdtype(value.dtype, np.floating))
    )


def _sides(plan: Formulas, reference: Reference, case: Drawn) -> list[tuple[str, str]]:
    shown = []
    for node in operands(plan.tree):
        try:
            value = reference.compile(node, plan.tolerance)(reference.scope(case))
        except EvaluationError:  # an index stands for many values here
            continue
        shown.append((render(node), repr(_plain(value))))
    return shown


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value
