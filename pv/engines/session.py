"""Run a check, or answer it from evidence that is still fresh."""

import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from platform import python_version
from textwrap import shorten
from threading import Lock
from typing import Protocol, cast

import pv
from pv.checks.freshness import Known, tested
from pv.checks.model import (
    Check,
    Enumeration,
    Experiment,
    Formulas,
    Induction,
    NotExecutable,
    Plan,
    Repetition,
    StateMachine,
    Stubbed,
)
from pv.engines.outcome import Options, Outcome
from pv.engines.systems.process import is_interrupted
from pv.evidence.dependencies import Dependencies
from pv.evidence.errors import StoreError
from pv.evidence.record import Evidence, strongest
from pv.evidence.seen import Seen
from pv.evidence.store import Store
from pv.evidence.verdict import Verdict

_WIDEST = 40
Decide = Callable[[Plan], Outcome]
"""An engine, ready to run: it takes a plan of its type and returns the outcome."""


class EngineModule(Protocol):
    """The interface of a module that is an engine of this process."""

    NAME: str

    def open_engine(self, options: Options, stack: ExitStack) -> Decide:
        """Acquire the resources of the engine; `stack` releases them."""


# By name, and imported when needed: Hypothesis alone takes longer than an answer from evidence.
ENGINES: dict[type, str] = {
    Experiment: "pv.engines.systems.engine",
    Enumeration: "pv.engines.portfolio",
    Formulas: "pv.engines.portfolio",
    Induction: "pv.engines.portfolio",
    StateMachine: "pv.engines.portfolio",
    Stubbed: "pv.engines.portfolio",
    Repetition: "pv.engines.workers.determinism",
    NotExecutable: "pv.engines.not_executable",
}


@dataclass(frozen=True, slots=True)
class Session:
    """Settings with which one command runs its checks."""

    options: Options
    store: Store
    fresh: bool
    """Run even where evidence answers."""
    replay: Callable[[Check, Outcome], str | None]
    """Makes the command line that runs a counterexample again."""
    done: Callable[[Evidence], None]
    """Hears of each result as soon as it is there."""
    warn: Callable[[str], None]
    """Hears, once, why evidence cannot be read or kept: that costs no verdict."""
    not_begun: Callable[[Check], None] = lambda _: None
    """Hears of each check that was not begun, because another one failed first."""


class Engines:
    """The engines of one session, each opened when it is first needed, and closed by the stack."""

    def __init__(self, session: Session, stack: ExitStack) -> None:
        self._session = session
        self._stack = stack
        self._opened: dict[str, tuple[str, Decide]] = {}
        self._lock = Lock()
        self._shown = Lock()
        self._known = Known(session.store, warn=self._warn)
        self._warned: set[str] = set()
        self._spent = 0.0
        self.ended = False
        """True: a check failed, and none is to be begun after that."""

    def remembered(self, check: Check) -> Evidence | None:
        """Return the evidence of an earlier run, if nothing has changed since."""
        if self._session.fresh or not self._session.options.in_full:
            return None
        fresh = self._known.find(check)
        found = strongest([each for each in fresh if _answers(each, check, self._session.options)])
        if found is None:
            return None
        found = replace(found, suffix=check.suffix)
        self._done(found)
        return found

    def run(self, check: Check) -> Evidence:
        """Decide a check, show the verdict, and store the evidence."""
        started = time.monotonic()
        try:
            outcome, engine, needs = self._decided(check)
        except OSError as fault:  # of the machine: no room, too many files, no permission
            outcome, engine, needs = _refused(fault), "none", Dependencies()
        except Exception:  # noqa: BLE001 - a bug in pv costs the check in which it shows, no other
            outcome, engine, needs = _bug(traceback.format_exc()), "none", Dependencies()
        if is_interrupted():  # what was killed on ^C shows nothing
            raise KeyboardInterrupt
        seconds = time.monotonic() - started
        with self._lock:
            self._spent += seconds
        evidence = self._evidence(check, outcome, engine, seconds)
        evidence = replace(evidence, tested=tested(check.plan, needs))
        kept = outcome.seen is not None and _worth_keeping(evidence, self._session)
        if kept and outcome.seen is not None and outcome.seen.silent:
            kept = False
            evidence = replace(evidence, notes=(*evidence.notes, _unknown(outcome.seen)))
        self._done(evidence)
        if kept:
            self._keep(evidence, needs)
        return evidence

    def _decided(self, check: Check) -> tuple[Outcome, str, Dependencies]:
        """Return the outcome, the engine, and what the check depends on."""
        total = self._session.options.total
        if total is not None and self._spent >= total:
            reason = (
                f"not begun: the {total:g} s for all claims are spent; give --total-budget more"
            )
            return Outcome(Verdict.UNKNOWN, reason=reason), "none", Dependencies()
        engine, decide = self._engine(ENGINES[type(check.plan)])
        declared = self._known.declared(check.plan)
        outcome = decide(check.plan)
        seen = declared | (outcome.seen or Seen())
        file = self._known.changed(seen)
        if file is not None and outcome.verdict is not Verdict.ERROR:
            outcome = Outcome(Verdict.ERROR, reason=f"{file} changed while it ran; run it again")
        return outcome, engine, self._known.needs(check.plan, seen)

    def _keep(self, evidence: Evidence, needs: Dependencies) -> None:
        try:
            self._session.store.add(evidence, needs)
        except StoreError as fault:
            self._warn(str(fault))

    def _warn(self, why: str) -> None:
        with self._shown:
            if why not in self._warned:
                self._warned.add(why)
                self._session.warn(why)

    def _done(self, evidence: Evidence) -> None:
        """Show one result at a time, a whole one."""
        with self._shown:
            self._session.done(evidence)
        failed = evidence.verdict in {Verdict.REFUTED, Verdict.ERROR}
        self.ended |= failed and self._session.options.exit_first

    def _engine(self, name: str) -> tuple[str, Decide]:
        with self._lock:
            if name not in self._opened:
                engine = cast("EngineModule", import_module(name))
                decide = engine.open_engine(self._session.options, self._stack)
                self._opened[name] = (engine.NAME, decide)
            return self._opened[name]

    def _evidence(self, check: Check, outcome: Outcome, engine: str, seconds: float) -> Evidence:
        return Evidence(
            id=check.id,
            contract=check.contract,
            claim=check.claim,
            subject=check.subject,
            engine=outcome.engine or engine,
            verdict=outcome.verdict,
            cases=outcome.cases,
            seconds=round(seconds, 3),
            digests=check.digests,
            target=check.target,
            variant=check.variant,
            suffix=check.suffix,
            place=f"{check.location.file}:{check.location.line}",
            counterexample=outcome.counterexample,
            observation=outcome.observation,
            diagnosis=check.diagnosis if outcome.verdict is Verdict.REFUTED else None,
            reason=outcome.reason,
            replay=self._session.replay(check, outcome),
            seed=self._session.options.seed,
            budget=self._session.options.budget,
            processes=outcome.processes,
            mutants=outcome.mutants,
            unbounded=outcome.unbounded,
            notes=(*outcome.notes, *_beside(check, outcome)),
            versions={"pv": pv.__version__, "python": python_version()},
            recorded=datetime.now(UTC).isoformat(timespec="seconds"),
        )


def _bug(told: str) -> Outcome:
    """Return the outcome of a check in which pv itself broke."""
    *_, last = told.strip().splitlines()
    reason = f"this is a bug in pv {pv.__version__}, please report it: {last}"
    return Outcome(Verdict.ERROR, reason=reason, observation=tuple(told.splitlines()))


def _unknown(seen: Seen) -> str:
    """Say why a result is not stored: nobody knows what it depends on."""
    program = shorten(min(seen.silent), _WIDEST, placeholder=" …")
    return f"not kept: `{program}` does not report what it reads; name that under `sources`"


def _refused(fault: OSError) -> Outcome:
    """Return the outcome of a check that the machine would not let run."""
    where = f"{fault.filename}: " if fault.filename else ""
    reason = f"it could not be run here: {where}{fault.strerror or fault}"
    return Outcome(Verdict.ERROR, reason=reason)


def _answers(found: Evidence, check: Check, options: Options) -> bool:
    """Return whether a run with these options could show no more than an earlier one did."""
    if found.verdict in {Verdict.REFUTED, Verdict.PROVED}:
        return True
    enough = isinstance(check.plan, Experiment) or found.budget >= options.budget
    return found.seed == options.seed and enough


def _beside(check: Check, outcome: Outcome) -> tuple[str, ...]:
    """Return the limits of a pass, or the preconditions that a refutation did not evaluate."""
    if outcome.verdict in {Verdict.SURVIVED, Verdict.PROVED}:
        return check.limits
    if outcome.verdict is not Verdict.REFUTED:
        return ()
    return tuple(f"a precondition is prose and was not looked at: {text}" for text in check.unread)


def _worth_keeping(evidence: Evidence, session: Session) -> bool:
    """Return whether evidence is stored: not an ERROR, which may pass, nor a replay."""
    dated = bool(evidence.digests.code)
    decided = evidence.verdict.measured and evidence.verdict is not Verdict.ERROR
    return dated and decided and session.options.in_full
