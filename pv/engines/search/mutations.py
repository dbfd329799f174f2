"""Whether a check can fail: planted faults in what it calls must make its claim false."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from pv.claims import EvaluationError, ImplementationError

Function = Callable[..., Any]
Functions = Mapping[str, Function]

POINTS = 20
"""Cases at which a planted fault may show."""


class Teeth(NamedTuple):
    """How many planted faults a claim notices."""

    noticed: int
    planted: int

    def __str__(self) -> str:
        return f"{self.noticed} of {self.planted} planted faults noticed"


def bite(
    functions: Functions,
    compile_with: Callable[[Functions], Function],
    cases: Iterable[Any],
    faults: Sequence[Callable[[Function], Function]] | None = None,
) -> Teeth:
    """Plant each fault in each function in turn and see whether the claim is false somewhere."""
    points = list(cases)
    noticed = planted = 0
    for name, function in functions.items():
        for fault in FAULTS if faults is None else faults:
            planted += 1
            holds = compile_with({**functions, name: fault(function)})
            noticed += any(_false(holds, point) for point in points)
    return Teeth(noticed, planted)


def _false(holds: Function, point: Any) -> bool:
    try:
        return not holds(point)
    except (EvaluationError, ImplementationError):
        return True


def _number(change: Function) -> Callable[[Function], Function]:
    """Make a fault that changes numbers, wherever they stand in what a function returns."""

    def changed(value: Any) -> Any:
        if isinstance(value, bool):
            return not value
        if isinstance(value, str):
            return f"{value}?"
        if isinstance(value, tuple | list):
            return tuple(changed(each) for each in value)
        return change(value) if value is not None else 0

    def plant(function: Function) -> Function:
        return lambda *values: changed(function(*values))

    return plant


def _shortened(function: Function) -> Function:
    """Let a function lose the last item of what it returns."""

    def call(*values: Any) -> Any:
        found = function(*values)
        return found[:-1] if getattr(found, "shape", ()) or isinstance(found, tuple) else found

    return call


def forgetful(function: Function) -> Function:
    """Let a function return something else each time."""
    calls = count(1)
    return _number(lambda value: value + next(calls))(function)


def _silent(function: Function) -> Function:
    """Let a function return where it should raise."""

    def call(*values: Any) -> Any:
        try:
            return function(*values)
        except Exception:  # noqa: BLE001 - whatever it raises is to be hidden
            return 0

    return call


FAULTS: tuple[Callable[[Function], Function], ...] = (
    _number(lambda value: value + 1),
    _number(lambda value: value * 0),
    _number(lambda value: -value - 1),
    _number(lambda value: value * float("nan")),
    _shortened,
    forgetful,
    _silent,
)
"""Off by one, constant, of the wrong sign, no number, short, other each time, never raising."""
