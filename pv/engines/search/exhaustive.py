"""Decide a claim by evaluating it at every point of a finite domain."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice, product

from pv.checks.model import Enumeration
from pv.claims import (
    EXACT,
    EvaluationError,
    Fault,
    Finite,
    ImplementationError,
    IntRange,
    Node,
    Tolerance,
    compile_expression,
    operands,
    parse,
    parse_domain,
    render,
)
from pv.claims.tree import Binary
from pv.claims.values import Functions, Value
from pv.engines.calling.foreign_callables import Unusable, listen, load_callable
from pv.engines.outcome import Options, Outcome
from pv.engines.search.function_mutants import POINTS, kill_mutants
from pv.evidence.verdict import Verdict
from pv.plural import number_of

NAME = "enumerate"

_STRIDE = 256  # points between two looks at the clock

Point = dict[str, Value]

_IMPURE = "the implementation is not a function of its arguments"


def decide(plan: Enumeration, options: Options) -> Outcome:
    """Import the implementations and evaluate the claim everywhere."""
    printed = listen()
    try:
        functions = {name: load_callable(bound) for name, bound in plan.functions.items()}
    except Unusable as fault:
        return Outcome(Verdict.ERROR, reason=str(fault), engine=NAME)
    try:
        found = search(plan, functions, time.monotonic() + options.budget)
    except EvaluationError as fault:
        found = Outcome(Verdict.UNKNOWN, reason=f"a precondition has no value: {fault}")
    return found.saying(printed.taken()).by(NAME)


def search(plan: Enumeration, functions: Functions, end: float) -> Outcome:
    """Return the verdict over every point; the counterexample is the first in domain order."""
    tree = _tree(plan.claim)
    holds = compile_expression(tree, functions, plan.tolerance)
    cases = 0
    for cases, point in enumerate(points(plan), start=1):
        if cases % _STRIDE == 0 and time.monotonic() > end:
            return Outcome(Verdict.UNKNOWN, cases, "the budget was spent before the last point")
        try:
            if holds(point) is True:
                continue
        except ImplementationError as fault:
            if isinstance(fault.original, Unusable):
                return Outcome(Verdict.ERROR, cases, str(fault.original))
            reason = str(fault)
        except EvaluationError as fault:
            reason = str(fault)
        else:
            reason = f"false: {render(tree)}"
        if _holds_again(holds, point):
            return Outcome(Verdict.UNKNOWN, cases, f"{_IMPURE}: false, then true", dict(point))
        sides = _sides(tree, point, functions, plan.tolerance)
        return Outcome(Verdict.REFUTED, cases, reason, dict(point), sides)
    return _believed(plan, tree, functions, cases)


def points(plan: Enumeration) -> Iterator[Point]:
    """Return every point that meets the preconditions, the last variable changing fastest."""
    domains = {name: _domain(text) for name, text in plan.domains.items()}
    conditions = [compile_expression(_tree(text), {}) for text in plan.conditions]
    for values in product(*(tuple(domain.points()) for domain in domains.values())):
        point = dict(zip(domains, values, strict=True))
        if all(condition(point) for condition in conditions):
            yield point


def _believed(plan: Enumeration, tree: Node, functions: Functions, cases: int) -> Outcome:
    """Turn a pass into a verdict: cases there must be, a claim that can fail, pure functions."""
    if not cases:
        where = "that meet the preconditions" if plan.conditions else "at all"
        return Outcome(Verdict.VACUOUS, reason=f"the domain has no points {where}")
    met = _met(plan, tree, functions)
    if not met:
        reason = f"at none of {number_of(cases, 'point')} does what the claim presupposes hold"
        return Outcome(Verdict.VACUOUS, cases, reason)
    sample = [*islice(points(plan), 0, None, max(1, cases // POINTS))]
    if (impure := _unstable(tree, sample, functions)) is not None:
        point, first, second = impure
        reason = f"{_IMPURE}: it gave {first}, then {second}"
        return Outcome(Verdict.UNKNOWN, cases, reason, point)
    if not functions:
        return Outcome(Verdict.PROVED, cases)
    sample += met
    mutants = kill_mutants(
        functions, lambda others: compile_expression(tree, others, plan.tolerance), sample
    )
    if not mutants.killed:
        reason = f"it cannot fail: none of {mutants.tried} mutants of what it calls is killed"
        return Outcome(Verdict.VACUOUS, cases, reason)
    return Outcome(Verdict.PROVED, cases, mutants=str(mutants))


def _met(plan: Enumeration, tree: Node, functions: Functions) -> list[Point]:
    """Return points at which what the claim presupposes holds, a few of them."""
    if not isinstance(tree, Binary) or tree.operator != "implies":
        return [*islice(points(plan), 1)]
    premise = compile_expression(tree.left, functions, plan.tolerance)
    return [*islice((point for point in points(plan) if premise(point)), POINTS)]


def _holds_again(holds: Callable[[Point], Value], point: Point) -> bool:
    with suppress(EvaluationError, ImplementationError):
        return holds(point) is True
    return False


def _unstable(
    tree: Node, sample: list[Point], functions: Functions
) -> tuple[Point, str, str] | None:
    """Return a point at which two evaluations differ, and what they gave."""
    sides = [compile_expression(node, functions) for node in operands(tree)]
    for point in sample:
        for side in sides:
            with suppress(EvaluationError, ImplementationError):  # a claim may say that it raises
                first, second = repr(side(point)), repr(side(point))
                if first != second:
                    return point, first, second
    return None


def _sides(
    tree: Node, point: Point, functions: Functions, tolerance: Tolerance = EXACT
) -> tuple[str, ...]:
    shown = []
    for node in operands(tree):
        with suppress(EvaluationError, ImplementationError):  # the reason says it
            value = compile_expression(node, functions, tolerance)(point)
            shown.append(f"{render(node)}  is  {value!r}")
    return tuple(shown)


def _tree(text: str) -> Node:
    """Read what the planner has already read."""
    read = parse(text)
    if isinstance(read, Fault):
        raise AssertionError(read.message)  # noqa: TRY004 - a bug in pv, not a wrong type
    return read


def _domain(text: str) -> IntRange | Finite:
    read = parse_domain(text)
    if not isinstance(read, IntRange | Finite):
        raise AssertionError(text)  # noqa: TRY004 - a bug in pv, not a wrong type
    return read
