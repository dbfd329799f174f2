"""Counts of contracts, checks and texts as text for people and as JSON for programs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pv.checks.standing.evidence_levels import Level
from pv.checks.standing.readability import FIELDS, Count
from pv.checks.standing.verdict_counts import RunCounts
from pv.plural import number_of
from pv.report import screen


@dataclass(frozen=True, slots=True)
class Status:
    """All that is counted over some contracts."""

    contracts: int
    left_out: int
    """Files that are faulty or cannot be read."""
    runs: RunCounts
    levels: Mapping[Level, int]
    claims: Mapping[str, Count]


def as_json(status: Status) -> str:
    """Return the counts as one `pv.status/1` object (`schemas/status.schema.json`)."""
    told = {
        "schema": "pv.status/1",
        "contracts": status.contracts,
        "faulty": status.left_out,
        "checks": {
            "total": status.runs.total,
            "executable": status.runs.executable,
            "with_evidence": status.runs.with_evidence,
            "verdicts": {each.name: count for each, count in status.runs.verdicts.items()},
        },
        "levels": {level.name: count for level, count in status.levels.items()},
        "claims": {field: count._asdict() for field, count in status.claims.items()},
    }
    return screen.as_json(told)


def as_text(status: Status) -> str:
    """Return the counts in tables: first what ran, then what can be read."""
    left_out = f", {status.left_out} left out" if status.left_out else ""
    blocks = (
        [f"{number_of(status.contracts, 'contract')}{left_out}"],
        ["checks:", *_runs(status.runs)],
        ["checks by level:", *_levels(status.levels)],
        ["texts that can be read:", *_texts(status.claims)],
    )
    return "\n\n".join("\n".join(lines) for lines in blocks)


def _runs(runs: RunCounts) -> Iterator[str]:
    lacking = runs.total - runs.executable
    for title, count, of, kind, measured in (
        ("with fresh evidence", runs.with_evidence, runs.executable, "executable", True),
        ("not executable", lacking, runs.total, "in all", False),
    ):
        verdicts = _by_verdict(runs, measured=measured)
        yield f"  {title:20}{count:7,} of {of:7,} {kind:13}{verdicts}".rstrip()


def _by_verdict(runs: RunCounts, *, measured: bool) -> str:
    return ", ".join(
        f"{count:,} {verdict.name}"
        for verdict, count in runs.verdicts.items()
        if count and verdict.measured is measured
    )


def _levels(levels: Mapping[Level, int]) -> Iterator[str]:
    for level, count in levels.items():
        yield f"  {level.name:8}{count:5}   {level.value}"


def _texts(claims: Mapping[str, Count]) -> Iterator[str]:
    for field, count in claims.items():
        share = f"{100 * count.parsed / count.total:4.0f} %" if count.total else "      "
        yield f"  {field:13}{count.parsed:5} of {count.total:5} {share}   {FIELDS[field]}"
