"""Options and the run of checks, shared by falsify, prove and gate."""

import argparse
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TextIO

from pv.checks.model import Check
from pv.claims.values import Value
from pv.commands.shared.options import color
from pv.commands.shared.options.case import Again
from pv.commands.shared.options.numbers import not_negative, positive, seconds
from pv.commands.shared.progress import progress
from pv.commands.shared.targets import Asked, Selection, add_targets, require_known, selection
from pv.contract.discovery.own_file import doubt
from pv.contract.model import Contract
from pv.engines.outcome import DEFAULT_BUDGET, DEFAULT_SEED, Options
from pv.engines.run_checks import Interrupted, run_checks
from pv.engines.session import Session
from pv.evidence.record import Evidence
from pv.evidence.store import Store
from pv.report.closing import closing
from pv.report.screen import hand_over, say
from pv.report.verdicts import as_json, as_text

EVIDENCE = Path(".pv/evidence.db")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Values of the options that every checking verb has."""

    selection: Selection
    format: str
    fresh: bool
    strict: bool
    jobs: int
    budget: float
    total_budget: float | None
    seed: int


class Decided(NamedTuple):
    """Checks with their results, and those that were not begun because one failed first."""

    checks: tuple[Check, ...]
    results: tuple[Evidence, ...]
    not_begun: tuple[Check, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options that every checking verb has."""
    add_targets(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    color.add_arguments(parser)
    parser.add_argument("--fresh", action="store_true", help="run even where evidence answers")
    parser.add_argument("--strict", action="store_true", help="claims that did not run fail too")
    add_limits(parser)


def add_limits(parser: argparse.ArgumentParser) -> None:
    """Declare the options that limit what checks may take, and the seed."""
    parser.add_argument(
        "--jobs",
        type=positive,
        metavar="N",
        default=os.cpu_count() or 1,
        help="checks running at once (default: one for each processor)",
    )
    parser.add_argument(
        "--budget",
        type=seconds,
        metavar="SECONDS",
        default=DEFAULT_BUDGET,
        help="time for each claim about Python code (default: %(default)g)",
    )
    parser.add_argument(
        "--total-budget", type=seconds, metavar="SECONDS",
        help="time of all claims together, after which none is begun (default: none)",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=not_negative, metavar="N", default=DEFAULT_SEED,
        help="seed of the drawn cases",
    )  # fmt: skip


def run_options(arguments: argparse.Namespace) -> RunOptions:
    """Return the values of the options that `add_arguments` declares."""
    return RunOptions(
        selection=selection(arguments),
        format=arguments.format,
        fresh=arguments.fresh,
        strict=arguments.strict,
        jobs=arguments.jobs,
        budget=arguments.budget,
        total_budget=arguments.total_budget,
        seed=arguments.seed,
    )


def planned(asked: Asked, plan: Callable[[Contract], Iterable[Check]]) -> tuple[Check, ...]:
    """Plan the checks that an id names; without ids, all of them.

    Raises UserFault for an id that nothing has.
    """
    return select((check for contract in _homes(asked) for check in plan(contract)), asked)


def _homes(asked: Asked) -> Sequence[Contract]:
    """Return the contracts that have the ids: planning the others would only take time.

    Checks have ids of their own, `contract/equation/invariant-1` and `ID@float32`.
    """
    bases = {each: {each, each.partition("@")[0].partition("/")[0]} for each in asked.ids}
    known = {each for contract in asked.contracts for each in contract.ids}
    if not bases or any(not names & known for names in bases.values()):
        return asked.contracts
    wanted = set().union(*bases.values())
    return [contract for contract in asked.contracts if wanted & {*contract.ids}]


def select(checks: Iterable[Check], asked: Asked) -> tuple[Check, ...]:
    """Keep the checks that an id names; without ids, all of them.

    Raises UserFault for an id that nothing has.
    """
    checks, ids = tuple(checks), set(asked.ids)
    require_known(ids - {name for check in checks for name in check.names}, asked.contracts)
    return tuple(check for check in checks if not ids or ids & (check.names | check.aliases))


def engine_options(
    run: RunOptions,
    *,
    cases: int | None = None,
    case: Mapping[str, Value] | None = None,
    prove: bool = False,
    exit_first: bool = False,
) -> Options:
    """Return the options of the engines: those of the command line, and what a verb adds."""
    return Options(
        seed=run.seed,
        jobs=run.jobs,
        cases=cases,
        case=case,
        budget=run.budget,
        total=run.total_budget,
        prove=prove,
        exit_first=exit_first,
    )


@contextmanager
def evidence(stderr: TextIO) -> Iterator[Store]:
    """Open the stored evidence; where it is not to be believed, that is told, and none is there."""
    if (why := doubt(EVIDENCE)) is None:
        yield Store(EVIDENCE)
        return
    say(stderr, f"pv: {EVIDENCE}: nothing in it is used, and nothing is kept: {why}")
    with TemporaryDirectory(prefix="pv-") as folder:
        yield Store(Path(folder) / EVIDENCE.name)


def decide(
    checks: Sequence[Check],
    run: RunOptions,
    asked: Asked,
    engines: Options,
    store: Store,
    streams: tuple[TextIO, TextIO],
) -> Decided:
    """Run checks, or answer them from stored evidence; print each result as it arrives.

    Where one JSON object is asked for, nothing is printed here.
    """
    stdout, stderr = streams
    show = _discard if run.format == "json" else partial(_print, stdout=stdout)
    files = run.selection.bindings
    left = list[Check]()
    again = Again(asked.contracts, asked.paths, asked.bindings, files, run.seed)
    with progress(len(checks), show) as done:
        session = Session(
            options=engines,
            store=store,
            fresh=run.fresh,
            replay=again.line,
            done=done,
            warn=lambda why: say(stderr, f"pv: {why}"),
            not_begun=left.append,
        )
        try:
            results = run_checks(checks, session)
        except Interrupted as stop:
            if run.format == "json":
                hand_over(stdout, as_json(stop.results, interrupted=True))
            raise
    lacking = {*map(id, left)}
    return Decided(tuple(c for c in checks if id(c) not in lacking), results, tuple(left))


def conclude(found: Decided, run: RunOptions, stdout: TextIO, durations: int = 0) -> None:
    """Print the summary, and the results that took longest; or all results as one JSON object."""
    if run.format == "json":
        hand_over(stdout, as_json(found.results, not_begun=found.not_begun))
    else:
        say(stdout, *closing(found.results, durations, found.not_begun))


def _discard(_: Evidence) -> None:
    pass


def _print(evidence: Evidence, stdout: TextIO) -> None:
    say(stdout, as_text(evidence))
