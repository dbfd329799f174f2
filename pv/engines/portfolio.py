"""Run checks, or answer them from evidence that is still fresh."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from platform import python_version
from typing import Any, Protocol

import pv
from pv.checks.model import Check, Enumeration, Experiment, Formulas, NotExecutable
from pv.engines.outcome import Options, Outcome
from pv.engines.process import interrupt
from pv.evidence.record import Evidence
from pv.evidence.store import Store
from pv.evidence.verdict import Verdict

Decide = Callable[[Any], Outcome]
"""An engine, ready to run: it takes a plan of its type and returns what it showed."""


class EngineModule(Protocol):
    """What a module must offer to be an engine of this process."""

    NAME: str

    def open_engine(self, options: Options, stack: ExitStack) -> Decide:
        """Acquire what the engine's checks share; `stack` releases it."""


# By name, and imported when needed: Hypothesis alone takes longer than an answer from evidence.
ENGINES: dict[type, str] = {
    Experiment: "pv.engines.experiment",
    Enumeration: "pv.engines.workers",
    Formulas: "pv.engines.workers",
    NotExecutable: "pv.engines.none",
}


@dataclass(frozen=True, slots=True)
class Session:
    """How one command runs its checks."""

    options: Options
    store: Store
    fresh: bool
    """Run even where evidence answers."""
    replay: Callable[[Check, Outcome], str | None]
    """Makes the command line that runs a counterexample again."""
    done: Callable[[Evidence], None]
    """Hears of each result as soon as it is there."""


def run_checks(checks: Sequence[Check], session: Session) -> tuple[Evidence, ...]:
    """Decide every check, side by side; the results come in the order of the checks.

    Raises StoreError when the evidence file cannot be used.
    """
    known = {} if session.fresh else _from_store(checks, session)
    for evidence in known.values():
        session.done(evidence)
    waiting = [check for check in checks if check.id not in known]
    with ExitStack() as stack:
        engines = _open_engines(waiting, session.options, stack)
        with ThreadPoolExecutor(max_workers=session.options.jobs) as pool:
            try:
                decided = pool.map(lambda check: _decide(check, engines, session), waiting)
                known |= {evidence.id: evidence for evidence in decided}
            except BaseException:  # ^C above all: nothing may go on behind the user's back
                interrupt()
                raise
    return tuple(known[check.id] for check in checks)


def _from_store(checks: Sequence[Check], session: Session) -> dict[str, Evidence]:
    if not session.options.in_full:
        return {}
    found = (session.store.find(check.id, check.digests) for check in checks)
    return {
        evidence.id: evidence
        for evidence in found
        if evidence and evidence.seed == session.options.seed
    }


def _open_engines(
    checks: Sequence[Check], options: Options, stack: ExitStack
) -> dict[type, tuple[str, Decide]]:
    kinds = {type(check.plan) for check in checks}
    opened = {}
    for name in {ENGINES[kind] for kind in kinds}:
        module: Any = import_module(name)
        engine: EngineModule = module
        opened[name] = (engine.NAME, engine.open_engine(options, stack))
    return {kind: opened[ENGINES[kind]] for kind in kinds}


def _decide(check: Check, engines: dict[type, tuple[str, Decide]], session: Session) -> Evidence:
    name, decide = engines[type(check.plan)]
    started = time.monotonic()
    outcome = decide(check.plan)
    refuted = outcome.verdict is Verdict.REFUTED
    evidence = Evidence(
        id=check.id,
        contract=check.contract,
        claim=check.claim,
        subject=check.subject,
        engine=outcome.engine or name,
        verdict=outcome.verdict,
        cases=outcome.cases,
        seconds=round(time.monotonic() - started, 3),
        digests=check.digests,
        place=f"{check.location.file}:{check.location.line}",
        counterexample=outcome.counterexample,
        observation=outcome.observation,
        diagnosis=check.diagnosis if refuted else None,
        reason=outcome.reason,
        replay=session.replay(check, outcome),
        seed=session.options.seed,
        processes=outcome.processes,
        teeth=outcome.teeth,
        notes=outcome.notes,
        versions={"pv": pv.__version__, "python": python_version()},
        recorded=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    if _worth_keeping(evidence, session):
        session.store.add(evidence)
    session.done(evidence)
    return evidence


def _worth_keeping(evidence: Evidence, session: Session) -> bool:
    """Keep what was measured in full; an ERROR may pass, and a replay is a single case."""
    dated = bool(evidence.digests.code)
    decided = evidence.verdict.measured and evidence.verdict is not Verdict.ERROR
    return dated and decided and session.options.in_full
