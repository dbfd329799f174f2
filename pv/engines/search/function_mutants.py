"""Mutate the functions that a claim calls, and count the mutants that the claim kills."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import count, islice
from typing import NamedTuple

import numpy as np

from pv.claims import EvaluationError, ImplementationError, Node
from pv.claims.evaluation.scalars.equality import members
from pv.claims.tree import Call, String, walk
from pv.claims.values import Functions, Implementation, Members, Value
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.search.trial import Impure

POINTS = 20
"""Cases at which a mutant may be killed."""
_TEXTS = 3

Mutation = Callable[[Implementation], Implementation]


_LINE = "one more " * 99
"""So long that it passes the bounds on the length of a text that people state."""


class _Planted(Exception):  # noqa: N818 - a fault that was planted
    """An error that a claim speaks of: that it goes through the claim shows nothing."""


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
    mutations: Sequence[Mutation] | None = None,
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
    except ImplementationError as fault:
        return not isinstance(fault.original, _Planted)
    except (EvaluationError, Impure, Unusable):
        return True


def for_claim(tree: Node) -> Sequence[Mutation]:
    """Return the mutations for a claim.

    Also texts that it mentions, or that begin or end with those, and errors that it speaks of.
    """
    said = dict.fromkeys(p.value for p in walk(tree) if isinstance(p, String) and p.value)
    around = [change for text in islice(said, _TEXTS) for change in _around(text)]
    errors = [
        tuple(each.value for each in part.arguments[1:] if isinstance(each, String))
        for part in walk(tree)
        if isinstance(part, Call) and part.function == "raises"
    ]
    return (
        *MUTATIONS,
        *(_everywhere(lambda value: value, change) for change in around),
        *map(_raising, islice(dict.fromkeys(errors), _TEXTS)),
    )


def _raising(error: tuple[str, ...]) -> Mutation:
    """Return the mutation that raises an error of some text, and of some type, everywhere."""
    text, kind = (*error, "", "")[:2]
    planted = type(kind, (_Planted,), {}) if kind else _Planted

    def call(*_: Value) -> Value:
        raise planted(text)

    return lambda _: call


def _around(text: str) -> tuple[Callable[[str], str], ...]:
    return (lambda found: text + found), (lambda found: found + text), (lambda _: text)


def _everywhere(of_number: Implementation, of_text: Callable[[str], str]) -> Mutation:
    """Return the mutation that changes numbers and texts, wherever they stand in a result."""

    def changed(value: Value) -> Value:
        match value:
            case bool():
                return not value
            case str():
                return of_text(value)
            case Members():
                return members(map(changed, value))
            case tuple() | list():
                return tuple(map(changed, value))
            case Mapping():
                return {key: changed(each) for key, each in value.items()}
            case np.ndarray() if value.dtype == bool:
                return ~value
            case int() | float() | Fraction() | np.ndarray() | np.generic():
                return of_number(value)
            case None:
                return 0
        return None  # in the place of what has no value in claims

    return lambda function: lambda *values: changed(function(*values))


def _first_changed(text: str) -> str:
    return ("-" if text[0] != "-" else "x") + text[1:] if text else "-"


def _last_changed(text: str) -> str:
    return text[:-1] + ("-" if text[-1] != "-" else "x") if text else "-"


def _digits_changed(text: str) -> str:
    return "".join(str((int(each) + 1) % 10) if each in "0123456789" else each for each in text)


def _shortened(function: Implementation) -> Implementation:
    """Let a function lose the last item of what it returns: a character, a member, a key."""

    def call(*values: Value) -> Value:
        found = function(*values)
        if isinstance(found, Mapping):
            return dict(islice(found.items(), max(len(found) - 1, 0)))
        if isinstance(found, Members):
            return Members(tuple(found)[:-1])
        return (
            found[:-1] if getattr(found, "shape", ()) or isinstance(found, tuple | str) else found
        )

    return call


def _lengthened(function: Implementation) -> Implementation:
    """Let a function repeat what it returns, a set have one member more, a text a line more."""

    def call(*values: Value) -> Value:
        found = function(*values)
        if isinstance(found, Members):
            return members((*found, "one more"))
        if getattr(found, "shape", ()):
            return np.concatenate([found, found])
        if isinstance(found, str):  # one of no characters is no longer when it is repeated
            return found * 2 + _LINE
        return found * 2 if isinstance(found, tuple) else found

    return call


def _echo(function: Implementation) -> Implementation:
    """Let a function return its first argument as it is."""
    return lambda *values: values[0] if values else function()


def forgetful(function: Implementation) -> Implementation:
    """Let a function return something else each time."""
    calls = count(1)

    def of_text(text: str) -> str:
        return f"{text}{next(calls)}"

    return _everywhere(lambda value: value + next(calls), of_text)(function)


def _silent(function: Implementation) -> Implementation:
    """Let a function return where it should raise."""

    def call(*values: Value) -> Value:
        try:
            return function(*values)
        except Exception:  # noqa: BLE001 - whatever it raises is to be hidden
            return 0

    return call


MUTATIONS: tuple[Mutation, ...] = (
    _everywhere(lambda value: value + 1, _first_changed),
    _everywhere(lambda value: value * 0, lambda _: ""),
    _everywhere(lambda value: -value - 1, _last_changed),
    _everywhere(lambda value: value * float("nan"), _digits_changed),
    _shortened,
    _lengthened,
    _echo,
    forgetful,
    _silent,
)
"""Off by one, constant, of the wrong sign, no number; of texts the first character, all, the last
or the digits; short, long, its argument, other each time, never raising."""
