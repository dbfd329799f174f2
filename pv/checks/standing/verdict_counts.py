"""Numbers of checks that can run, that have fresh evidence, and that reached each verdict."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pv.checks.model import Check, NotExecutable
from pv.evidence.record import Evidence
from pv.evidence.verdict import Verdict


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Numbers of checks."""

    total: int
    executable: int
    with_evidence: int
    """Executable checks that ran on the contract and the code as they are now."""
    verdicts: Mapping[Verdict, int]
    """By fresh evidence; of a check that is not executable, the reason."""


def count_runs(checks: Iterable[tuple[Check, Evidence | None]]) -> RunCounts:
    """Count checks, each given with its fresh evidence."""
    pairs = tuple(checks)
    reasons = Counter(
        check.plan.verdict for check, _ in pairs if isinstance(check.plan, NotExecutable)
    )
    reached = Counter(
        evidence.verdict
        for check, evidence in pairs
        if evidence and evidence.verdict.measured and not isinstance(check.plan, NotExecutable)
    )
    verdicts = {verdict: reached[verdict] + reasons[verdict] for verdict in Verdict}
    executable = len(pairs) - reasons.total()
    return RunCounts(len(pairs), executable, reached.total(), verdicts)
