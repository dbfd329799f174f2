"""Evaluate one claim at one case: its truth, its definedness, the values of its sides."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from pv.checks.model import Formulas
from pv.claims import (
    EXACT,
    Definition,
    EvaluationError,
    ImplementationError,
    Node,
    called,
    operands,
    render,
)
from pv.claims.evaluation.evaluate import Evaluate
from pv.claims.tree import Binary, Comparison, Constant, names
from pv.claims.values import Assignment, Functions, Value
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.calling.plain_values import plain
from pv.engines.search.draw import Drawn
from pv.engines.search.interpreter import Interpreter


class Judgement(NamedTuple):
    """The judgement of one case."""

    holds: bool = False
    met: bool = False
    """True: the premise of the claim holds there."""
    false: str | None = None
    """The way in which the case contradicts the claim."""
    without: str = ""
    """Why the claim has no value there."""
    raised: bool = False
    """True: it is false because an implementation raised."""


class Impure(Exception):  # noqa: N818 - what was found out
    """Raised where two evaluations at the same values differ."""

    def __init__(self, how: str) -> None:
        super().__init__(f"the implementation is not a function of its arguments: {how}")


class Trial:
    """A claim, compiled over the formulas and implementations of a plan."""

    def __init__(self, plan: Formulas, functions: Functions) -> None:
        self._plan = plan
        self._functions = functions
        self._subject = Interpreter(
            plan.definitions,
            functions,
            {name: bound.arguments for name, bound in plan.functions.items()},
        )
        self._holds = self._subject.compile_claim(plan.tree, plan.tolerance)
        # Slack must not make a claim false either.
        self._exactly = self._subject.compile_claim(plan.tree, EXACT)
        self._premises = list(self._presupposed())
        self._sides = list(self._compiled_sides())

    def judge(self, case: Drawn) -> Judgement:
        """Evaluate the claim; raises Unusable."""
        try:
            if not all(np.all(self._at(each, case)) for each in self._premises):
                return Judgement(holds=True)
            if self._at(self._holds, case) or self._only_exactly(case):
                return Judgement(holds=True, met=True)
        except EvaluationError as fault:
            return Judgement(without=str(fault))
        except ImplementationError as fault:
            if isinstance(fault.original, Unusable | EvaluationError):
                raise fault.original from fault
            if not self._functions:
                return Judgement(without=str(fault))
            return Judgement(false=str(fault), raised=True)
        if self._undefined(case):
            return Judgement(without="a value that is not a number")
        return Judgement(false="false")

    def sides(self, case: Drawn) -> list[tuple[str, str]]:
        """Return the sides of the claim, as text, with their values."""
        shown = []
        for node, side in self._sides:
            with suppress(EvaluationError, ImplementationError):  # an index means many values here
                shown.append((render(node), repr(plain(self._at(side, case)))))
        return shown

    def reason(self, judged: Judgement, case: Drawn) -> str:
        """Say how a case contradicts the claim, and whether only its precision does."""
        if judged.raised:
            return str(judged.false)
        return f"{judged.false}{self._precision(case)}: {render(self._plan.tree)}"

    def _precision(self, case: Drawn) -> str:
        longer = {
            name: np.asarray(value, dtype=np.longdouble)[()] if _is_real(value) else value
            for name, value in case.items()
        }
        with suppress(EvaluationError, ImplementationError, TypeError):
            if self._functions:
                formulas = Trial(self._without_functions(), {})
                known = {each.name for each in self._plan.definitions}
                if known >= self._functions.keys() and all(map(_computes, self._plan.definitions)):
                    if formulas.judge(case).holds:
                        return f" in {self._plan.dtype}, true of the formula"
                    if formulas.judge(longer).holds:
                        return f" in {self._plan.dtype}, true of the formula with more digits"
            elif self._at(self._holds, longer):
                return " in float64, true with more digits"
        return ""

    def is_rounding(self, case: Drawn) -> bool:
        """Return whether the claim is false at a case only for the digits that floats lack."""
        return bool(self._precision(case))

    def unstable(self, cases: Iterable[Drawn]) -> tuple[Drawn, str] | None:
        """Return a case at which two evaluations differ, with what they gave."""
        for case in cases:
            first, second = self.sides(case), self.sides(case)
            for (side, before), (_, after) in zip(first, second, strict=True):
                if before != after:
                    return case, str(Impure(f"{side} is {before}, then {after}"))
        return None

    def _without_functions(self) -> Formulas:
        return replace(self._plan, functions={})

    def _only_exactly(self, case: Drawn) -> bool:
        """Return whether slack alone makes the claim false; raises Impure if it was chance."""
        if not self._at(self._exactly, case):
            return False
        if self._at(self._holds, case):
            raise Impure("false, then true")
        return True

    def _compiled_sides(self) -> Iterator[tuple[Node, Evaluate]]:
        for node in operands(self._plan.tree):
            with suppress(EvaluationError):  # a set behind `in` has no value of its own
                yield node, self._subject.compile(node, self._plan.tolerance)

    def _at(self, evaluate: Evaluate, case: Drawn) -> Value:
        return evaluate(self._subject.scope(case))

    def _presupposed(self) -> Iterator[Evaluate]:
        """Yield the tests whether a case says anything: the premises of an implication.

        Equalities have the claim's slack there too; `x >= 0` has none, or a case outside it counts.
        """
        waiting = [self._plan.tree]
        while waiting:
            match waiting.pop():
                case Binary("implies", left, right):
                    yield from map(self._premise, _conjuncts(left))
                    waiting.append(right)

    def _premise(self, tree: Node) -> Evaluate:
        ordered = isinstance(tree, Comparison) and {*tree.operators} <= _ORDERS
        return self._subject.compile_claim(tree, EXACT if ordered else self._plan.tolerance)

    def _undefined(self, case: Drawn) -> bool:
        """Return whether a formula has no number here; an implementation without one is wrong."""
        for node, side in self._sides:
            if self._functions and _mentions(node, self._functions):
                continue
            with suppress(EvaluationError, ImplementationError):
                if "nan" in repr(plain(self._at(side, case))):
                    return True
        return False


_ORDERS = frozenset({"<", "<=", ">", ">="})


def _conjuncts(tree: Node) -> Iterator[Node]:
    if isinstance(tree, Binary) and tree.operator == "and":
        yield from _conjuncts(tree.left)
        yield from _conjuncts(tree.right)
    else:
        yield tree


def _computes(found: Definition) -> bool:
    """Return whether a definition has a body; that of a prose formula only has a name."""
    return not (isinstance(found.body, Constant) and found.body.value is None)


def _mentions(node: Node, functions: Assignment) -> bool:
    return bool((called(node) | names(node)) & functions.keys())


def _is_real(value: Value) -> bool:
    return isinstance(value, float) or (
        isinstance(value, np.ndarray) and bool(np.issubdtype(value.dtype, np.floating))
    )
