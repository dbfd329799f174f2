"""Functions for generated test modules; tests written by hand may use them as well."""

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np

from pv.binding import instants
from pv.binding.import_order import first_on_path
from pv.binding.loader import load_binding
from pv.binding.model import Binding, Bound
from pv.binding.permissions import refusals
from pv.carets import pointed
from pv.checks.model import Enumeration, Expectation, Experiment, PlannedRun
from pv.claims import (
    Definition,
    Fault,
    Tolerance,
    render,
)
from pv.claims.domains.space import Values
from pv.claims.tree import Span, String
from pv.claims.values import Assignment, Value
from pv.contract.finding import Location
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.outcome import Options, Outcome
from pv.engines.search import engine, replay
from pv.engines.search.trial import Impure
from pv.engines.systems.engine import decide as decide_experiment
from pv.engines.systems.launch import open_laboratory
from pv.evidence.verdict import Verdict
from pv.generate.stated_claims import Stated, node
from pv.report.findings import finding_text

_PASSED = frozenset({Verdict.SURVIVED, Verdict.PROVED})
_FAILED = frozenset({Verdict.REFUTED, Verdict.ERROR})
_TREES = frozenset({"low", "high", "sizes", "listed"})


def values(**parts: Value) -> Values:
    """Return the values of a variable: numbers between `low` and `high`, in an array of `sizes`.

    Ends, sizes and what is `listed` are texts of the claim language; `whole`, `open_low`,
    `open_high` and `simplex` (a distribution) say what they are; `said` are predicates that hold.
    """
    return Values(**{name: _part(name, part) for name, part in parts.items()})


def _part(name: str, part: Value) -> Value:
    if isinstance(part, list | tuple):
        return tuple(_part(name, each) for each in part)
    return node(part) if name in _TREES else part


def formula(name: str, parameters: Sequence[str], body: str, **how: Value) -> Definition:
    """Return a formula of a contract: a function, or without parameters a value.

    `indices` are given where it defines item by item, `axes` of each parameter that is an array;
    `by_index` says that it is called by its indices.
    """
    return Definition(name, tuple(parameters), node(body), **how)


def bound(callable: str, **how: Value) -> Bound:  # noqa: A002 - the word of binding files
    """Return how `module:qualname` is called: `arguments`, `keywords`, `arrays` and `dtype`."""
    return Bound(callable, **how)


@contextmanager
def code_below(root: str) -> Iterator[None]:
    """Import from below a folder first, so that another module of the same name is not tested.

    Raises ValueError for a folder that is not there, seen from the folder in which pytest runs.
    """
    folder = Path(root).absolute()
    if not folder.is_dir():
        raise ValueError(f"there is no folder {root} in {Path.cwd()}; run pytest where pv was run")
    with first_on_path(folder.resolve()):
        yield


def survives(  # noqa: PLR0913 - what there is to say of a claim
    claim: str,
    *,
    over: Mapping[str, Values | str] | None = None,
    given: Sequence[str] = (),
    derived: Mapping[str, str] | None = None,
    conventions: Sequence[str] = (),
    formulas: Sequence[Definition] = (),
    calls: Mapping[str, Bound] | None = None,
    dtype: str = "float64",
    tolerance: Mapping[str, Value] | None = None,
    root: str | None = None,
    at: Assignment | None = None,
) -> None:
    """Decide a claim as `pv prove` does; raises AssertionError unless it survives or is proved.

    `over` has the values of its variables, `given` the conditions on them, `formulas` what it uses
    of a contract, and `calls` what is bound: code below the folder `root`. With `at` only that case
    is tried.
    """
    stated = Stated(
        claim, over or {}, given, derived or {}, conventions, formulas, calls or {},
        Tolerance(**(tolerance or {})), dtype, root,
    )  # fmt: skip
    code = nullcontext() if root is None else code_below(root)
    with code, redirect_stdout(sys.stdout):  # an engine puts a listener in its place
        found = engine.decide(stated.plan(), Options()) if at is None else _tried(stated, at)
    _require(found, whole=at is None)


def _tried(stated: Stated, at: Assignment) -> Outcome:
    """Decide a claim at one case; a case that cannot be told from a survivor survives."""
    plan = stated.plan()
    if isinstance(plan, Enumeration):
        narrow = {name: _only(value) for name, value in at.items()}
        return engine.decide(replace(plan, domains=narrow, points=1), Options())
    case = {
        name: np.array(value) if isinstance(value, list) else value for name, value in at.items()
    }
    try:
        found = replay.replayed(plan, case, Options())
    except (Unusable, Impure) as fault:
        return Outcome(Verdict.ERROR, reason=str(fault))
    return found or Outcome(Verdict.SURVIVED, 1)


def _only(value: Value) -> str:
    """Return the domain that has one value."""
    if type(value) is int:
        return f"{value}..{value}"
    return f"{{{render(String(value, Span(0, 0))) if isinstance(value, str) else value!r}}}"


def _require(found: Outcome, *, whole: bool) -> None:
    """Raise AssertionError with what there is to tell, unless an outcome is a pass."""
    if found.verdict in _PASSED if whole else found.verdict not in _FAILED:
        return
    case = ", ".join(f"{name} = {value!r}" for name, value in (found.counterexample or {}).items())
    lines = [f"{found.verdict.name}: {found.reason}", *([f"for: {case}"] if case else [])]
    raise AssertionError("\n".join([*lines, *found.observation]))


def counterexample(function: Callable[..., bool], seconds: float = 10.0) -> dict[str, Value] | None:
    """Let CrossHair look for arguments that break a function's docstring contract (PEP 316).

    What it finds is replayed before it is returned; None says only that it found nothing in time.
    """
    from pv.engines.crosshair import analyse  # noqa: PLC0415 - an extra, and slow to import

    found = analyse.search(function, list(inspect.signature(function).parameters), seconds).case
    return found if found is not None and not function(**found) else None


def run(
    system: str,
    *,
    name: str | None = None,
    environment: Mapping[str, str] | None = None,
    configuration: Assignment | None = None,
    folder: str = "work",
) -> Callable[[Binding], PlannedRun]:
    """Return how a system is run in an experiment; `{names}` stand for what is given.

    With a `name` its observation has that name in what is expected.
    """

    def plan(binding: Binding) -> PlannedRun:
        planned = PlannedRun(
            name, binding.systems[system], folder, environment or {}, configuration or {}
        )
        for each in refusals(planned.system, planned.environment, planned.configuration):
            raise ValueError(f"{binding.file}: {each.message}; {each.remedy}")
        return planned

    return plan


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

    def survives(
        self,
        runs: Sequence[Callable[[Binding], PlannedRun]],
        *,
        expect: Sequence[str],
        given: Mapping[str, str] | None = None,
        cases: int = 1,
        define: Mapping[str, str] | None = None,
        at: Assignment | None = None,
    ) -> None:
        """Decide an experiment as `pv falsify` does; raises AssertionError unless it survives.

        `given` has the domains of the values that cases are drawn from, `define` short names for
        expressions. With `at` only that case is run.
        """
        planned = tuple(each(self._binding) for each in runs)
        needed = {
            placeholder: self._binding.systems[name]
            for each in planned
            for placeholder, name in each.system.needs.items()
        }
        plan = Experiment(
            given={name: _domain(text) for name, text in (given or {}).items()},
            runs=planned,
            define={name: node(text) for name, text in (define or {}).items()},
            expect=tuple(Expectation(text, _NOWHERE, node(text)) for text in expect),
            prepared=needed,
            root=self._binding.root,
            cases=cases,
        )
        found = decide_experiment(plan, Options(case=at), self._laboratory)
        _require(found, whole=at is None)


_NOWHERE = Location("the test", 0, 0, 0, 0)


def _domain(text: str) -> instants.Values:
    read = instants.parse_values(text)
    if isinstance(read, Fault):
        raise ValueError(pointed(text, read.start, read.end))  # noqa: TRY004 - its content
    return read
