"""Decide a falsification test by running systems and looking at what they did."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from threading import Lock

from pv.binding.model import System
from pv.binding.own_environment import remedy
from pv.checks.model import Experiment
from pv.engines.ends import without_values
from pv.engines.outcome import Options, Outcome
from pv.engines.systems.cases import Case, draw_cases, minimise
from pv.engines.systems.changed_observations import Recorded
from pv.engines.systems.expectations import Expectations
from pv.engines.systems.launch import Laboratory, Observed, open_laboratory
from pv.engines.systems.missing_modules import missing_module
from pv.engines.systems.vacuity import Vacuous, noticed
from pv.evidence.seen import Seen
from pv.evidence.verdict import Verdict

NAME = "experiment"

_SHRINK_RUNS = 6  # further cases that minimising a counterexample may cost
_LAST_LINES = 12


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case: SURVIVED, REFUTED, UNKNOWN or ERROR, with what there is to tell about it."""

    case: Case
    verdict: Verdict
    reason: str | None = None
    observation: tuple[str, ...] = ()
    seen: Recorded | None = None
    """The observation of a case that survived."""


def open_engine(options: Options, stack: ExitStack) -> Callable[[Experiment], Outcome]:
    """Open the laboratory that all experiments of one command share."""
    laboratory = open_laboratory(options.jobs, stack)
    return lambda plan: decide(plan, options, laboratory)


def decide(plan: Experiment, options: Options, laboratory: Laboratory) -> Outcome:
    """Run the experiment for each case until one contradicts an expectation."""
    if (name := without_values(plan.given)) is not None:
        return Outcome(Verdict.VACUOUS, reason=f"the domain of `{name}` has no values")
    runner = _Runner(plan, laboratory)
    if options.case is not None:
        return _outcome([runner.run(options.case)], runner)
    cases = draw_cases(plan.given, options.cases or plan.cases, options.seed)
    results = _run_all(runner, cases, options.jobs)
    if all(result.verdict is Verdict.SURVIVED for result in results):
        return _believed(_outcome(results, runner), results, plan)
    failed = next((result for result in results if result.verdict is Verdict.REFUTED), None)
    if failed and len(cases) > 1:
        results = [*results, _minimal(runner, failed)]
    return _outcome(results, runner)


def _believed(found: Outcome, results: list[CaseResult], plan: Experiment) -> Outcome:
    """Believe what survived only if each expectation depends on what was observed."""
    told = noticed(plan, [result.seen for result in results if result.seen is not None])
    if isinstance(told, Vacuous):
        return replace(
            found, verdict=Verdict.VACUOUS, reason=told.reason, observation=(told.place,)
        )
    return replace(found, mutants=told)


def _run_all(runner: "_Runner", cases: tuple[Case, ...], jobs: int) -> list[CaseResult]:
    """Run cases side by side; stop handing out new ones once one is refuted, or an error."""
    results: list[CaseResult] = []
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        futures = [pool.submit(runner.run, case) for case in cases]
        for future in futures:
            if future.cancelled():
                continue
            results.append(future.result())
            if results[-1].verdict < Verdict.UNKNOWN:
                for waiting in futures:
                    waiting.cancel()
    return results


def _minimal(runner: "_Runner", failed: CaseResult) -> CaseResult:
    budget = count(_SHRINK_RUNS, -1)

    def fails(case: Case) -> bool:
        known = runner.known(case)
        if known is None and next(budget) > 0:
            known = runner.run(case)
        return known is not None and known.verdict is Verdict.REFUTED

    case = minimise(runner.plan.given, failed.case, fails)
    return runner.known(case) or failed


def _outcome(results: list[CaseResult], runner: "_Runner") -> Outcome:
    worst = min(results, key=lambda result: result.verdict)
    if worst.verdict is Verdict.REFUTED:  # the last one found is the minimal one
        worst = [result for result in results if result.verdict is Verdict.REFUTED][-1]
    failed = worst.verdict is not Verdict.SURVIVED
    return Outcome(
        verdict=worst.verdict,
        cases=len(runner.results),
        reason=worst.reason,
        counterexample=dict(worst.case) if failed else None,
        observation=worst.observation,
        processes=runner.processes,
        seen=runner.seen,
    )


@dataclass(slots=True)
class _Runner:
    """Runs cases of one experiment and remembers them."""

    plan: Experiment
    laboratory: Laboratory
    results: dict[str, CaseResult] = field(default_factory=dict)
    processes: int = 0
    _lock: Lock = field(default_factory=Lock)
    seen: Seen = field(default_factory=Seen)
    """What the processes read."""

    def known(self, case: Case) -> CaseResult | None:
        return self.results.get(repr(dict(case)))

    def run(self, case: Case) -> CaseResult:
        try:
            with self.laboratory.room.scratch("case-", self.laboratory.root_folder) as folder:
                result = self._run_in(folder, case)
        except OSError as fault:
            what = f"{fault.filename or 'its folder'}: {fault.strerror}"
            result = CaseResult(case, Verdict.ERROR, f"the case has no folder of its own: {what}")
        self.results[repr(dict(case))] = result
        return result

    def _run_in(self, folder: Path, case: Case) -> CaseResult:
        names: dict[str, object] = dict(case)
        for placeholder, system in self.plan.prepared.items():
            prepared, observed = self.laboratory.prepare(system, self.plan.root)
            self._note(system, observed)
            if reason := preparation_fault(system.name, observed):
                return CaseResult(case, Verdict.ERROR, reason, context(observed))
            names[placeholder] = str(prepared)
        seen: list[Observed] = []
        for run in self.plan.runs:
            observed = self.laboratory.observe(run, folder / run.folder, names, self.plan.root)
            seen.append(observed)
            self._note(run.system, observed)
            self.processes += 1
            if observed.finished.fault:
                reason = f"system `{run.system.name}` {observed.finished.fault}"
                return CaseResult(case, Verdict.ERROR, reason, context(observed))
        return self._judge(case, seen)

    def _note(self, system: System, observed: Observed) -> None:
        """Remember what a process read; where none reported, `sources` must say it."""
        with self._lock:
            self.seen = self.seen | observed.seen.with_sources(system.sources)

    def _judge(self, case: Case, seen: list[Observed]) -> CaseResult:
        named = zip(self.plan.runs, seen, strict=True)
        recorded = Recorded(case, {run.name: observed.fields for run, observed in named})
        expectations = Expectations(self.plan, recorded)
        short = [each for each in map(expectations.found, self.plan.expect) if each is not None]
        if not short:
            return CaseResult(case, Verdict.SURVIVED, seen=recorded)
        for each in short:
            if each.contradicts:
                lines = (*each.lines, *(line for observed in seen for line in context(observed)))
                if missing := self._missing_module(seen):
                    return CaseResult(case, Verdict.ERROR, missing, lines)
                reason = f"expected {each.expectation.text}"
                return CaseResult(case, Verdict.REFUTED, reason, lines)
        first = short[0]
        reason = f"without a value: {first.without}: {first.expectation.text}"
        return CaseResult(case, Verdict.UNKNOWN, reason, first.lines)

    def _missing_module(self, seen: list[Observed]) -> str | None:
        """Return which program did not run for want of a module: that says nothing of a claim."""
        for run, observed in zip(self.plan.runs, seen, strict=True):
            if (module := missing_module(observed.finished, self.plan.root)) is not None:
                how = remedy("install it")
                return f"system `{run.system.name}` did not run: no package `{module}`; {how}"
        return None


def preparation_fault(name: str, observed: Observed) -> str | None:
    """Return why a prepared system cannot serve, or None."""
    finished = observed.finished
    if finished.fault:
        return f"system `{name}`, which this one needs, {finished.fault}"
    if finished.exit_code != 0:
        return f"system `{name}`, which this one needs, ended with exit code {finished.exit_code}"
    return None


def context(observed: Observed) -> tuple[str, ...]:
    """Return what a process was, how it ended, and its last lines."""
    finished = observed.finished
    ended = (
        "did not end by itself" if finished.exit_code is None else f"exit code {finished.exit_code}"
    )
    lines = [f"$ {observed.command}", f"{ended} after {finished.seconds:.1f} s"]
    if observed.unread:
        lines.append("{result_file} is too large, or no JSON that can be read: `result` is null")
    for name, text in (("stdout", finished.stdout), ("stderr", finished.stderr)):
        last = text[-_LAST_LINES * 400 :].splitlines()[-_LAST_LINES:]
        lines += [f"{name}| {line[:400]}" for line in last]
    return tuple(lines)
