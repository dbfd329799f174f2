"""Functions for generated test modules; tests written by hand may use them as well."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Self

import numpy as np
import re2

from pv.binding.loader import load_binding
from pv.binding.model import Binding, Bound, System
from pv.checks.model import Expectation, PlannedRun
from pv.claims import Definition, Fault, Tolerance, definition_of, parse, show
from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.evaluation.arrays.arithmetic import close as close_items
from pv.claims.evaluation.scalars.builtins import CONSTANTS
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve
from pv.claims.values import Assignment, Implementation, Value
from pv.contract.finding import Location
from pv.engines.calling.bound_calls import bound_call
from pv.engines.search.finite_spaces import rounded as rounded_case
from pv.engines.search.interpreter import Interpreter
from pv.engines.systems.engine import context, preparation_fault
from pv.engines.systems.expectations import Definitions, contradiction
from pv.engines.systems.launch import Observed, open_laboratory
from pv.report.findings import finding_text


def close(
    left: Value,
    right: Value,
    *,
    absolute: float = 0.0,
    relative: float = 0.0,
    ulp: int = 0,
    dtype: str = "float64",
) -> bool:
    """Compare as claims do: reals up to a tolerance, everything else exactly, arrays item by item.

    `relative` is a share of the larger magnitude; `ulp` counts units in its last place, in `dtype`.
    """
    return bool(np.all(close_items(left, right, Tolerance(absolute, relative, ulp, dtype))))


def at_most(
    left: Value,
    right: Value,
    *,
    absolute: float = 0.0,
    relative: float = 0.0,
    ulp: int = 0,
    dtype: str = "float64",
) -> bool:
    """Return whether `left <= right`, item by item, allowing at the end what `close` does."""
    allowed = Tolerance(absolute, relative, ulp, dtype)
    below = np.asarray(left) <= np.asarray(right)
    return bool(np.all(below | np.asarray(close_items(left, right, allowed))))


def quotient_of(left: Value, right: Value) -> Value:
    """Divide as claims do: by zero, a real is infinite or NaN, and an integer has no quotient."""
    with np.errstate(all="ignore"):
        return _plain(ARRAYS.binary["/"](left, right))


def power_of(base: Value, exponent: Value) -> Value:
    """Raise to a power as claims do; raises ArithmeticError where it is not real."""
    with np.errstate(all="ignore"):
        return _plain(ARRAYS.binary["^"](base, exponent))


def item_of(collection: Value, *indices: Value) -> Value:
    """Return an item; raises IndexError outside of the collection: none is before the first."""
    if isinstance(collection, Mapping):
        return collection[indices[0]]
    return ARRAYS.item(collection, indices)


def greatest_of(*values: Value) -> Value:
    """Return the greatest value, or item of the only one; NaN if one of them is."""
    return _plain(ARRAYS.builtins["max"].call(*_listed(values)))


def least_of(*values: Value) -> Value:
    """Return the least value, or item of the only one; NaN if one of them is."""
    return _plain(ARRAYS.builtins["min"].call(*_listed(values)))


def _plain(found: Value) -> Value:
    """Return a number of NumPy as one of Python."""
    return found.item() if isinstance(found, np.generic) else found


def _listed(values: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(tuple(each) if isinstance(each, set) else each for each in values)


def holds(  # noqa: PLR0913 - those of a tolerance are one thing
    claim: str,
    names: Assignment,
    where: Sequence[str] = (),
    *,
    absolute: float = 0.0,
    relative: float = 0.0,
    ulp: int = 0,
    dtype: str = "float64",
) -> bool:
    """Evaluate a claim whose notation has no short Python, such as `forall i: σ(x)_i > 0`.

    `names` are its variables and functions, `where` the formulas that it uses. Raises ValueError
    for a text that is no claim.
    """
    definitions = [_definition(text) for text in where]
    functions = {name: each for name, each in names.items() if callable(each)}
    known = {*names, *CONSTANTS, *FUNCTIONS, *(found.name for found in definitions)}
    called = {*functions, *FUNCTIONS, *(found.name for found in definitions if found.parameters)}
    resolved = [
        replace(found, body=resolve(found.body, known | {*found.parameters}, called, found.indices))
        for found in definitions
    ]
    interpreter = Interpreter(resolved, functions)
    tree = resolve(_tree(claim), known, called)
    tolerance = Tolerance(absolute, relative, ulp, dtype)
    values = {name: each for name, each in names.items() if not callable(each)}
    return bool(interpreter.compile(tree, tolerance)(interpreter.scope(values)))


def _definition(text: str) -> Definition:
    found = definition_of(_tree(text))
    if found is None:
        raise ValueError(f"{text}: this defines nothing; write `f(x) = …`")
    return found


def raises(pattern: str, function: Implementation, *arguments: Value) -> bool:
    """Return whether a call raises an exception whose message has a match of the pattern."""
    try:
        function(*arguments)
    except Exception as fault:  # noqa: BLE001 - any exception is what is asked for
        return re2.search(pattern, str(fault)) is not None
    return False


def rounded(dtype: str, *values: Value) -> tuple[Value, ...]:
    """Round reals and arrays of reals to a type, so that formula and code see the same numbers."""
    return tuple(rounded_case({str(n): each for n, each in enumerate(values)}, dtype).values())


def implementation(
    name: str,
    *,
    arrays: str = "numpy",
    dtype: str = "float64",
    keywords: Assignment | None = None,
) -> Implementation:
    """Return the callable `module:qualname`, which then takes and returns NumPy arrays.

    `arrays` says what it takes itself, `numpy` or `torch`; `keywords` are given in every call.
    """
    return bound_call(Bound(name, (), keywords or {}, arrays, dtype))


def implementations(
    name: str,
    *,
    dtypes: Sequence[str],
    arrays: str = "numpy",
    keywords: Assignment | None = None,
) -> dict[str, Implementation]:
    """Return the callable `module:qualname` in each of some types of numbers, by their names."""
    return {
        dtype: implementation(name, arrays=arrays, dtype=dtype, keywords=keywords)
        for dtype in dtypes
    }


def counterexample(function: Callable[..., bool], seconds: float = 10.0) -> dict[str, Value] | None:
    """Let CrossHair look for arguments that break a function's docstring contract (PEP 316).

    What it finds is replayed before it is returned; None says only that it found nothing in time.
    """
    from pv.engines.crosshair import analyse  # noqa: PLC0415 - an extra, and slow to import

    found = analyse.search(function, list(inspect.signature(function).parameters), seconds).case
    return found if found is not None and not function(**found) else None


class Bench:
    """Runs the systems of a binding file, each in a fresh folder and a process of its own."""

    def __init__(self, binding: str) -> None:
        """Open the bench; raises ValueError for a faulty binding file."""
        loaded = load_binding(Path(binding))
        if not isinstance(loaded, Binding):
            raise ValueError("\n".join(map(finding_text, loaded)))  # noqa: TRY004 - its content
        self._binding = loaded
        self._stack = ExitStack()
        self._laboratory = open_laboratory(1, self._stack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(
        self,
        system: str,
        *,
        environment: Mapping[str, str] | None = None,
        configuration: Assignment | None = None,
        beside: "Seen | None" = None,
        folder: str = "work",
        **given: Value,
    ) -> "Seen":
        """Run a system; `{names}` in its texts stand for what is given.

        `beside` is an earlier run whose folders this one may see. Raises AssertionError when the
        system does not start or does not end in time.
        """
        known = self._binding.systems[system]
        names = {**given, **self._prepared(known)}
        home = beside.home if beside else Path(mkdtemp(dir=self._laboratory.root_folder))
        planned = PlannedRun(None, known, folder, environment or {}, configuration or {})
        observed = self._laboratory.observe(planned, home / folder, names, self._binding.root)
        if observed.finished.fault:
            told = "\n".join(context(observed))
            raise AssertionError(f"system `{system}` {observed.finished.fault}\n{told}")
        return Seen(home, [observed], {**given, **observed.fields})

    def _prepared(self, system: System) -> dict[str, str]:
        found = {}
        for placeholder, name in system.needs.items():
            needed = self._binding.systems[name]
            folder, observed = self._laboratory.prepare(needed, self._binding.root)
            if reason := preparation_fault(name, observed):
                raise AssertionError(reason)
            found[placeholder] = str(folder)
        return found


class Seen:
    """The observation of one run, or of several under names."""

    def __init__(self, home: Path, observed: list[Observed], fields: Assignment) -> None:
        self.home = home
        self._observed = observed
        self._fields = dict(fields)
        self._define: dict[str, Value] = {}

    def with_runs(self, **runs: "Seen") -> "Seen":
        """Return the observations of several runs: each is a name in what is expected."""
        observed = [each for run in runs.values() for each in run._observed]  # noqa: SLF001 - its own
        fields = {name: run._fields for name, run in runs.items()}
        return Seen(self.home, observed, {**self._fields, **fields})

    def define(self, **expressions: str) -> "Seen":
        """Name expressions over the observation, each over those before it."""
        self._define |= {name: _tree(text) for name, text in expressions.items()}
        return self

    def expect(self, *claims: str) -> None:
        """Raise AssertionError for the first claim that does not hold, with what was seen."""
        scope = Definitions(self._define, self._fields)
        for claim in claims:
            place = Location("", 0, 0, 0, 0)
            sides = contradiction(Expectation(claim, place, _tree(claim)), scope)
            if sides is not None:
                lines = (*sides[1:], *(line for each in self._observed for line in context(each)))
                raise AssertionError("\n".join([f"expected {claim}", *lines]))


def _tree(text: str) -> Value:
    read = parse(text)
    if isinstance(read, Fault):
        raise ValueError(show(text, read))  # noqa: TRY004 - its content
    return read
