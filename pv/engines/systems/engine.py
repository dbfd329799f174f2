"""Decide a falsification test by running systems and looking at what they did."""

from collections import ChainMap
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from pv.binding.model import System
from pv.checks.model import Expectation, Experiment
from pv.claims import EvaluationError, Node, compile_expression, operands, render
from pv.claims.values import Assignment, Value
from pv.engines.outcome import Options, Outcome
from pv.engines.systems.cases import Case, draw_cases, minimise
from pv.engines.systems.launch import Laboratory, Observed, open_laboratory
from pv.evidence.seen import Seen
from pv.evidence.verdict import Verdict

NAME = "experiment"

_SHRINK_RUNS = 6  # further cases that minimising a counterexample may cost
_LAST_LINES = 12
_LONGEST_VALUE = 240  # characters of a value shown


class Definitions(ChainMap[str, Value]):
    """An observation plus defined names, each evaluated when a claim first asks for it."""

    def __init__(self, define: Mapping[str, Node], observed: dict[str, Value]) -> None:
        super().__init__({}, observed)
        self._define = define

    def __missing__(self, name: str) -> Value:
        if name not in self._define:
            raise KeyError(name)
        self[name] = compile_expression(self._define[name])(self)
        return self[name]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case: SURVIVED, REFUTED or ERROR, with what there is to tell about it."""

    case: Case
    verdict: Verdict
    reason: str | None = None
    observation: tuple[str, ...] = ()


def open_engine(options: Options, stack: ExitStack) -> Callable[[Experiment], Outcome]:
    """Open the laboratory that all experiments of one command share."""
    laboratory = open_laboratory(options.jobs, stack)
    return lambda plan: decide(plan, options, laboratory)


def decide(plan: Experiment, options: Options, laboratory: Laboratory) -> Outcome:
    """Run the experiment for each case until one contradicts an expectation."""
    runner = _Runner(plan, laboratory)
    if options.case is not None:
        return _outcome([runner.run(options.case)], runner)
    cases = draw_cases(plan.given, options.cases or plan.cases, options.seed)
    results = _run_all(runner, cases, options.jobs)
    failed = next((result for result in results if result.verdict is Verdict.REFUTED), None)
    if failed and len(cases) > 1:
        results = [*results, _minimal(runner, failed)]
    return _outcome(results, runner)


def _run_all(runner: "_Runner", cases: tuple[Case, ...], jobs: int) -> list[CaseResult]:
    """Run cases side by side; stop handing out new ones once one did not survive."""
    results: list[CaseResult] = []
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        futures = [pool.submit(runner.run, case) for case in cases]
        for future in futures:
            if future.cancelled():
                continue
            results.append(future.result())
            if results[-1].verdict is not Verdict.SURVIVED:
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
    seen: Seen | None = field(default_factory=Seen)
    """What the processes read; None once one of them kept it to itself."""

    def known(self, case: Case) -> CaseResult | None:
        return self.results.get(repr(dict(case)))

    def run(self, case: Case) -> CaseResult:
        with TemporaryDirectory(prefix="pv-case-", dir=self.laboratory.root_folder) as folder:
            result = self._run_in(Path(folder), case)
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
        scope: dict[str, Value] = dict(case)
        seen: list[Observed] = []
        for run in self.plan.runs:
            observed = self.laboratory.observe(run, folder / run.folder, names, self.plan.root)
            seen.append(observed)
            self._note(run.system, observed)
            self.processes += 1
            if observed.finished.fault:
                reason = f"system `{run.system.name}` {observed.finished.fault}"
                return CaseResult(case, Verdict.ERROR, reason, context(observed))
            scope |= {run.name: observed.fields} if run.name else observed.fields
        return self._judge(case, scope, seen)

    def _note(self, system: System, observed: Observed) -> None:
        """Remember what a process read; where none reported, `sources` must say it."""
        told = observed.seen.began or system.sources
        with self._lock:
            self.seen = self.seen | observed.seen if self.seen is not None and told else None

    def _judge(self, case: Case, scope: dict[str, Value], seen: list[Observed]) -> CaseResult:
        known = Definitions(self.plan.define, scope)
        for expectation in self.plan.expect:
            sides = contradiction(expectation, known)
            if sides is not None:
                reason = f"expected {expectation.text}"
                lines = (*sides, *(line for observed in seen for line in context(observed)))
                return CaseResult(case, Verdict.REFUTED, reason, lines)
        return CaseResult(case, Verdict.SURVIVED)


def contradiction(expectation: Expectation, scope: Assignment) -> tuple[str, ...] | None:
    """Return None when the expectation holds, else where it stands and the value of each side."""
    place = f"at {expectation.location}"
    try:
        if compile_expression(expectation.tree)(scope) is True:
            return None
    except EvaluationError as fault:
        return (place, f"it could not be evaluated: {fault.message}")
    return (place, *(_side(node, scope) for node in operands(expectation.tree)))


def _side(node: Node, scope: Assignment) -> str:
    try:
        value = repr(compile_expression(node)(scope))
    except EvaluationError as fault:
        value = f"({fault.message})"
    short = value if len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + " …"
    return f"{render(node)}  is  {short}"


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
    for name, text in (("stdout", finished.stdout), ("stderr", finished.stderr)):
        last = text[-_LAST_LINES * 400 :].splitlines()[-_LAST_LINES:]
        lines += [f"{name}| {line[:400]}" for line in last]
    return tuple(lines)
