"""Evaluate one claim at one case: whether it holds there, and if not, for what.

Every engine that tries values decides here what is false, what has no value, and what is impure.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from pv.checks.model import Formulas
from pv.claims import (
    EXACT,
    Definition,
    EvaluationError,
    ImplementationError,
    Node,
    operands,
    render,
)
from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.evaluation.errors import Ambiguous
from pv.claims.evaluation.evaluate import Evaluate
from pv.claims.tree import Binary, Binder, Call, Constant, walk
from pv.claims.values import Functions, Members, UnaryOperation, Value
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.calling.plain_values import shown
from pv.engines.calling.results import RESULTS, is_nothing
from pv.engines.search.claim_parts import Parts
from pv.engines.search.diagnosis import Diagnosis
from pv.engines.search.interpreter import Interpreter
from pv.engines.search.premises import Premises
from pv.engines.spaces.exact_fractions import FRACTIONS
from pv.engines.spaces.rounding import Drawn


class Judgement(NamedTuple):
    """The judgement of one case."""

    holds: bool = False
    met: bool = False
    """True: the premise of the claim holds there."""
    false: str | None = None
    """The way in which the case contradicts the claim."""
    without: str = ""
    """Why the claim has no value there, whatever code returns."""
    raised: bool = False
    """True: it is false because an implementation raised."""
    nothing: str = ""
    """Why it holds of nothing: code returned a list without items."""


class Impure(Exception):  # noqa: N818 - what was found out
    """Raised where two evaluations at the same values differ."""

    def __init__(self, how: str) -> None:
        super().__init__(f"the implementation is not a function of its arguments: {how}")


class Trial:
    """A claim, compiled over the formulas and implementations of a plan."""

    def __init__(self, plan: Formulas, functions: Functions) -> None:
        self._plan = plan
        self._functions = functions
        self._fractions = False
        self._gap = ""
        """Why the first case without a value had none."""
        self._premises = Premises(plan.tree)
        self.needs_items = False
        """True: a list without items is no number, for code that never returned a longer one."""
        self._compile()

    def _compile(self) -> None:
        plan = self._plan
        given = {name: bound.arguments for name, bound in plan.functions.items()}
        arithmetic = FRACTIONS if self._fractions else ARRAYS
        if any(values.sizes for values in plan.space.variables.values()):
            bars = {"abs": partial(_between_bars, arithmetic.unary["abs"])}
            arithmetic = arithmetic._replace(unary={**arithmetic.unary, **bars})
        self._subject = Interpreter(
            plan.definitions, self._functions, given, arithmetic, plan.space.objects
        )
        self._holds = self._subject.compile_claim(plan.tree, plan.tolerance)
        # Slack must not make a claim false either.
        exact = plan.tolerance.exact
        self._exactly = None if exact else self._subject.compile_claim(plan.tree, EXACT)
        self._premises.compile(self._subject, plan.tolerance)
        self._sides = list(self._compiled_sides())
        self._may_lack = any(map(_may_lack, (plan.tree, *(d.body for d in plan.definitions))))
        parts = Parts(self._subject, plan.tolerance, plan.definitions, self._functions)
        self._diagnosis = Diagnosis(parts)

    def judge(self, case: Drawn) -> Judgement:
        """Evaluate the claim; raises Unusable."""
        RESULTS.fractions, RESULTS.nothing = self._fractions, False
        judged = self._judged(case)
        if RESULTS.fractions and not self._fractions:
            self._fractions = True
            self._compile()
            return self._judged(case)
        return judged

    def _judged(self, case: Drawn) -> Judgement:
        try:
            if not self._premises.hold(case):
                return Judgement(holds=True)
            holds = self._at(self._holds, case) or self._only_exactly(case)
            if (not holds or self._may_lack) and (why := self._undefined(case, holds=holds)):
                return Judgement(without=why)
            if holds and RESULTS.nothing and (why := self._of_nothing(case)):
                false = f"without a value: {why}" if self.needs_items else None
                return Judgement(holds=false is None, met=True, false=false, nothing=why)
        except EvaluationError as fault:
            return self._without(fault, case)
        except ImplementationError as fault:
            return self._raised(fault, case)
        if not holds:
            return Judgement(false="false")
        self._premises.note(case)
        return Judgement(holds=True, met=True)

    def silent(self) -> Node | None:
        """Return a part of the claim that said nothing at any case so far, if there is one."""
        return self._premises.silent()

    def _without(self, fault: EvaluationError, case: Drawn) -> Judgement:
        """Judge a case without a value: what code returned may be why, or the claim itself.

        Without code it is the claim; then one reason is enough, and each takes several evaluations.
        """
        if self._gap and not self._functions:
            return Judgement(without=self._gap)
        gap = self._diagnosis.gap(self._diagnosis.place(self._plan.tree, case), fault)
        if gap is not None and gap.is_of_code:
            return Judgement(false=f"without a value: {gap.why}")
        why = str(fault) if gap is None else gap.why
        self._gap = self._gap or why
        return Judgement(without=why)

    def _undefined(self, case: Drawn, *, holds: bool) -> str | None:
        """Return why a side is no number for what the claim says: then it says nothing here."""
        whole = self._diagnosis.place(_consequent(self._plan.tree), case)
        places = self._diagnosis.required(whole) if holds else [self._diagnosis.false_part(whole)]
        found = (self._diagnosis.undefined_side(each) for each in places)
        return next((why for why in found if why), None)

    def _of_nothing(self, case: Drawn) -> str | None:
        """Return why a comparison says nothing: of no items that code returned, all do."""
        if any(isinstance(each, np.ndarray) and not each.size for each in case.values()):
            return None
        empty = (side for side, value in self._of_items(case) if is_nothing(value))
        return next((f"{render(side)} has no items" for side in empty), None)

    def has_items(self, case: Drawn) -> bool:
        """Return whether code returned a list with items that the claim says something of."""
        return any(
            isinstance(value, tuple | np.ndarray) and not is_nothing(value)
            for _, value in self._of_items(case)
        )

    def _of_items(self, case: Drawn) -> Iterator[tuple[Node, Value]]:
        whole = self._diagnosis.place(_consequent(self._plan.tree), case)
        for place in self._diagnosis.required(whole):
            yield from self._diagnosis.of_items(place)

    def _raised(self, fault: ImplementationError, case: Drawn) -> Judgement:
        if isinstance(fault.original, Unusable | EvaluationError):
            raise fault.original from fault
        gap = self._diagnosis.gap(self._diagnosis.place(self._plan.tree, case))
        if not self._functions or (gap is not None and not gap.is_of_code):
            return Judgement(without=gap.why if gap else str(fault))
        return Judgement(false=str(fault), raised=True)

    def sides(self, case: Drawn) -> list[tuple[str, str]]:
        """Return the sides of what is false at a case, as text, with their values."""
        place = self._diagnosis.place(self._plan.tree, case)
        return self._diagnosis.sides(self._diagnosis.false_part(place))

    def compares_reals(self, case: Drawn) -> bool:
        """Return whether a side of the claim may be a real number at a case."""
        for node, evaluate in self._sides:
            with suppress(EvaluationError, ImplementationError):
                if not isinstance(node, Binder) and not _has_reals(self._at(evaluate, case)):
                    continue
            return True
        return False

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
        where = f" in {self._plan.dtype}" if any(map(_is_real, case.values())) else ""
        with suppress(EvaluationError, ImplementationError, TypeError):
            if self._functions:
                formulas = Trial(self._without_functions(), {})
                known = {each.name for each in self._plan.definitions}
                if known >= self._functions.keys() and all(map(_computes, self._plan.definitions)):
                    if formulas.judge(case).holds:
                        return f"{where}, true of the formula"
                    if formulas.judge(longer).holds:
                        return f"{where}, true of the formula with more digits"
            elif self._at(self._holds, longer):
                return " in float64, true with more digits"
        return ""

    def is_rounding(self, case: Drawn) -> bool:
        """Return whether a claim is false at a case only for the digits that floats lack."""
        return bool(self._precision(case))

    def unstable(self, cases: Iterable[Drawn]) -> tuple[Drawn, str] | None:
        """Return a case at which two evaluations differ, with what they gave."""
        for case in cases:
            for side, evaluate in self._sides:
                with suppress(
                    EvaluationError, ImplementationError
                ):  # a claim may say that it raises
                    first, second = self._at(evaluate, case), self._at(evaluate, case)
                    if not same(first, second):
                        how = f"{render(side)} is {shown(first)}, then {shown(second)}"
                        return case, str(Impure(how))
        return None

    def _without_functions(self) -> Formulas:
        return replace(self._plan, functions={})

    def _only_exactly(self, case: Drawn) -> bool:
        """Return whether slack alone makes the claim false; raises Impure if it was chance."""
        if self._exactly is None or not self._at(self._exactly, case):
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


def _between_bars(magnitude: UnaryOperation, value: Value) -> Value:
    """Take a list of numbers, in a claim about arrays, for neither: their number, or each one's."""
    number = isinstance(value, tuple | list) and not isinstance(value, Members)
    if number and all(isinstance(each, int | float | np.number | tuple | list) for each in value):
        raise Ambiguous("`|…|` may mean two things of a list: write `length(…)`, or `abs(…)`")
    return magnitude(value)


def same(first: Value, second: Value) -> bool:
    """Return whether two results are the same value; NaN is the same as NaN here."""
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        equal_nan = {first.dtype.kind, second.dtype.kind} == {"f"}
        return np.array_equal(first, second, equal_nan=equal_nan)
    return bool(np.all(ARRAYS.equal(first, second, EXACT))) or shown(first) == shown(second)


_PARTIAL = frozenset(
    {"sqrt", "log", "ln", "log2", "arcsin", "arccos", "softmax", "log_softmax", "norm", "‖"}
)


def _may_lack(tree: Node) -> bool:
    """Return whether a part may be no number for numbers, such as 0/0 or ∞ - ∞."""
    return any(
        (isinstance(part, Binary) and part.operator in {"/", "^", "%"})
        or (isinstance(part, Call) and part.function in _PARTIAL)
        for part in walk(tree)
    )


def _consequent(tree: Node) -> Node:
    while isinstance(tree, Binary) and tree.operator == "implies":
        tree = tree.right
    return tree


def _computes(found: Definition) -> bool:
    """Return whether a definition has a body; that of a prose formula only has a name."""
    return not (isinstance(found.body, Constant) and found.body.value is None)


def _has_reals(value: Value) -> bool:
    if isinstance(value, tuple):
        return any(map(_has_reals, value))
    return not isinstance(value, bool | int | str | None) and not (
        isinstance(value, np.ndarray) and value.dtype.kind in "bi"
    )


def _is_real(value: Value) -> bool:
    return isinstance(value, float) or (
        isinstance(value, np.ndarray) and bool(np.issubdtype(value.dtype, np.floating))
    )
