"""Counts of contracts, checks and texts as text for people and as JSON for programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pv.checks.standing.contract_standing import ContractStanding
from pv.checks.standing.evidence_levels import Level
from pv.checks.standing.readability import FIELDS, Count
from pv.checks.standing.verdict_counts import RunCounts
from pv.evidence.verdict import Verdict
from pv.plural import number_of
from pv.report import screen

_CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Status:
    """All that is counted over some contracts."""

    contracts: tuple[ContractStanding, ...]
    left_out: int
    """Files that are faulty or cannot be read."""
    runs: RunCounts
    levels: Mapping[Level, int]
    claims: Mapping[str, Count]


def as_json(status: Status) -> str:
    """Return the counts as one `pv.status/1` object (`schemas/status.schema.json`)."""
    told = {
        "schema": "pv.status/1",
        "contracts": len(status.contracts),
        "faulty": status.left_out,
        "checks": _counts(status.runs),
        "by_contract": [
            {
                "contract": each.contract,
                **_counts(each.runs),
                "stale": each.stale,
                "weakest": each.weakest and each.weakest.name,
            }
            for each in status.contracts
        ],
        "levels": {level.name: count for level, count in status.levels.items()},
        "claims": {field: count._asdict() for field, count in status.claims.items()},
    }
    return screen.as_json(told)


def as_text(status: Status) -> str:
    """Return the counts in tables: first what ran, then what can be read."""
    left_out = f", {status.left_out} left out" if status.left_out else ""
    blocks = (
        [f"{number_of(len(status.contracts), 'contract')}{left_out}"],
        _by_contract(status.contracts),
        ["checks:", *_runs(status.runs)],
        ["checks by level:", *_levels(status.levels)],
        ["texts that can be read:", *_texts(status.claims)],
    )
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _by_contract(contracts: Sequence[ContractStanding]) -> list[str]:
    """Return a table with a line for each contract."""
    if not contracts:
        return []
    width = max(len(_CONTRACT), *(len(each.contract) for each in contracts))
    head = f"{_CONTRACT:{width}}   fresh of executable  stale unbound prose  required  verdicts"
    return [head, *(f"{each.contract:{width}}{_line(each)}".rstrip() for each in contracts)]


def _line(of: ContractStanding) -> str:
    verdicts = of.runs.verdicts
    lacking = f"{of.stale:7,}{verdicts[Verdict.UNBOUND]:8,}{verdicts[Verdict.PROSE]:6,}"
    required = "-" if of.weakest is None else of.weakest.name
    shown = _by_verdict(of.runs, measured=True)
    return f"{of.runs.with_evidence:8,} of{of.runs.executable:11,}{lacking}  {required:9} {shown}"


def _counts(runs: RunCounts) -> dict[str, object]:
    return {
        "total": runs.total,
        "executable": runs.executable,
        "with_evidence": runs.with_evidence,
        "verdicts": {each.name: count for each, count in runs.verdicts.items()},
    }


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
        yield f"  {level.name:10}{count:5}   {level.value}"


def _texts(claims: Mapping[str, Count]) -> Iterator[str]:
    for field, count in claims.items():
        share = f"{100 * count.parsed / count.total:4.0f} %" if count.total else "      "
        yield f"  {field:13}{count.parsed:5} of {count.total:5} {share}   {FIELDS[field]}"
