"""Mutate the functions that a claim calls, and count the mutants that the claim kills."""

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import NamedTuple

from pv.claims import EvaluationError, ImplementationError
from pv.claims.values import Functions, Implementation, Value

POINTS = 20
"""Cases at which a mutant may be killed."""


class Mutants(NamedTuple):
    """Counts of mutants, and of those that make the claim false somewhere."""

    killed: int
    tried: int

    def __str__(self) -> str:
        return f"{self.killed} of {self.tried} mutants killed"


def kill_mutants(
    functions: Functions,
    compile_with: Callable[[Functions], Implementation],
    cases: Iterable[Value],
    mutations: Sequence[Callable[[Implementation], Implementation]] | None = None,
) -> Mutants:
    """Mutate each function in each way, and evaluate the claim over the mutant at every case."""
    points = list(cases)
    killed = tried = 0
    for name, function in functions.items():
        for mutation in MUTATIONS if mutations is None else mutations:
            tried += 1
            holds = compile_with({**functions, name: mutation(function)})
            killed += any(_false(holds, point) for point in points)
    return Mutants(killed, tried)


def _false(holds: Implementation, point: Value) -> bool:
    try:
        return not holds(point)
    except (EvaluationError, ImplementationError):
        return True


def _number(change: Implementation) -> Callable[[Implementation], Implementation]:
    """Return the mutation that changes numbers, wherever they stand in a result."""

    def changed(value: Value) -> Value:
        if isinstance(value, bool):
            return not value
        if isinstance(value, str):
            return f"{value}?"
        if isinstance(value, tuple | list):
            return tuple(changed(each) for each in value)
        return change(value) if value is not None else 0

    def mutate(function: Implementation) -> Implementation:
        return lambda *values: changed(function(*values))

    return mutate


def _shortened(function: Implementation) -> Implementation:
    """Let a function lose the last item of what it returns."""

    def call(*values: Value) -> Value:
        found = function(*values)
        return found[:-1] if getattr(found, "shape", ()) or isinstance(found, tuple) else found

    return call


def forgetful(function: Implementation) -> Implementation:
    """Let a function return something else each time."""
    calls = count(1)
    return _number(lambda value: value + next(calls))(function)


def _silent(function: Implementation) -> Implementation:
    """Let a function return where it should raise."""

    def call(*values: Value) -> Value:
        try:
            return function(*values)
        except Exception:  # noqa: BLE001 - whatever it raises is to be hidden
            return 0

    return call


MUTATIONS: tuple[Callable[[Implementation], Implementation], ...] = (
    _number(lambda value: value + 1),
    _number(lambda value: value * 0),
    _number(lambda value: -value - 1),
    _number(lambda value: value * float("nan")),
    _shortened,
    forgetful,
    _silent,
)
"""Off by one, constant, of the wrong sign, no number, short, other each time, never raising."""
