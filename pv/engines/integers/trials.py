"""Evaluate a claim at points, within bounds on what one call may take."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NamedTuple, Self, TypeVar

import pv
from pv.checks.model import Enumeration
from pv.claims import Fault, compile_expression, parse
from pv.claims.values import Functions
from pv.engines.calling.bound_calls import bound_call
from pv.engines.integers.samples import Point
from pv.engines.search.enumerated import as_formulas
from pv.engines.search.function_mutants import POINTS, Mutants, for_claim, kill_mutants
from pv.engines.search.trial import Trial

T = TypeVar("T")

MOST_LINES = 20_000
"""Lines of Python that run at one point."""
_PV = str(Path(pv.__file__).parent)
_MOST_BITS = 1 << 16
"""Size of an integer, beyond which reckoning with it takes too long."""


class TooLong(BaseException):
    """Raised within code that takes too long at a point; nothing that it calls may catch it."""


class Tried(NamedTuple):
    """The points at which a claim was evaluated."""

    held: list[Point]
    met: list[Point]
    """Those at which what the claim presupposes holds."""
    against: Point | None = None
    """The first point at which it does not hold, if there is one."""
    silent: bool = False
    """True: a part of it said nothing at any of them."""


def tried(plan: Enumeration, points: Iterable[Point], end: float) -> Tried:
    """Evaluate a claim at points until it is false at one, or the time is up; raises Unusable.

    A point at which the code takes long says nothing, and neither does one that is further out.
    """
    trial = Trial(as_formulas(plan), calls(plan))
    conditions = [_condition(text) for text in plan.conditions]
    slow: list[Point] = []
    found = Tried([], [])
    for point in _once(points):
        if time.monotonic() > end:
            break
        if _beyond(point, slow) or not all(condition(point) for condition in conditions):
            continue
        try:
            judged = within_bounds(partial(trial.judge, point))
        except TooLong:
            slow.append(point)
            continue
        if not judged.holds:
            return found._replace(against=point)
        found.held.append(point)
        found.met.extend([point] if judged.met else [])
    return found._replace(silent=trial.silent() is not None)


def mutants_of(plan: Enumeration, points: Sequence[Point]) -> Mutants:
    """Let mutants of the code be killed at points."""
    given = as_formulas(plan)

    def over(functions: Functions) -> Callable[[Point], bool]:
        trial = Trial(given, functions)
        return lambda point: trial.judge(point).holds

    some = points[:: max(1, len(points) // POINTS)]
    return kill_mutants(calls(plan), over, some, for_claim(given.tree))


def calls(plan: Enumeration) -> Functions:
    """Return what bindings name, as every engine calls it."""
    return {name: bound_call(bound) for name, bound in plan.functions.items()}


def _once(points: Iterable[Point]) -> Iterator[Point]:
    seen: set[tuple[int, ...]] = set()
    for point in points:
        if (key := tuple(point.values())) not in seen:
            seen.add(key)
            yield point


def _condition(text: str) -> Callable[[Point], bool]:
    """Read a precondition, which the planner has already read."""
    tree = parse(text)
    if isinstance(tree, Fault):
        raise AssertionError(tree.message)  # noqa: TRY004 - a bug in pv, not a wrong type
    return compile_expression(tree, {})


def _beyond(point: Point, slow: Iterable[Point]) -> bool:
    return any(all(abs(point[name]) >= abs(value) for name, value in each.items()) for each in slow)


class _Bound:
    """Follows the lines of code that is not pv's own, and stops it when it takes too long."""

    def __init__(self) -> None:
        self.lines = 0

    def __call__(self, frame: FrameType, event: str, _: object) -> Self | None:
        if event == "call" and frame.f_code.co_filename.startswith(_PV):
            return None
        if event == "line":
            self.lines += 1
            if self.lines > MOST_LINES or any(map(_is_large, frame.f_locals.values())):
                self.lines = MOST_LINES + 1
                raise TooLong
        return self


def _is_large(value: object) -> bool:
    return type(value) is int and value.bit_length() > _MOST_BITS


def within_bounds(evaluate: Callable[[], T]) -> T:
    """Evaluate; raises TooLong, also where what is evaluated catches that."""
    bound = _Bound()
    before = sys.gettrace()
    sys.settrace(bound)
    try:
        found = evaluate()
    finally:
        sys.settrace(before)
    if bound.lines > MOST_LINES:
        raise TooLong
    return found
