"""Checks that would run, as text for people and as JSON (`schemas/checks.schema.json`)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pv.checks.model import Check, NotExecutable
from pv.checks.standing.cost import cost_of, engine_of
from pv.evidence.record import Evidence
from pv.plural import number_of
from pv.report import screen
from pv.report.limits import LONGEST_TEXT, clipped

_WIDEST = 200
"""Characters of a column: every line of the table is as wide as the widest."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One check, with its obligation and its latest evidence."""

    check: Check
    obligation: str | None
    """Id of the obligation that it is about, or is."""
    last: Evidence | None
    stale: bool
    """True if the contract or the code has changed since."""


def as_text(listed: Sequence[Listed]) -> str:
    """Return a line for each check, in columns, and one that counts them."""
    rows = [
        [*map(_cell, columns), clipped(screen.line(last))] for *columns, last in map(_row, listed)
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)] if rows else []
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([*lines, _summary(listed)])


def as_json(listed: Sequence[Listed]) -> str:
    """Return the checks as one `pv.checks/2` object."""
    told = {"schema": "pv.checks/2", "checks": [_record(each) for each in listed]}
    return screen.as_json(told)


def _row(each: Listed) -> tuple[str, ...]:
    check = each.check
    about = each.obligation if each.obligation not in {None, check.id} else "-"
    place = f"{check.location.file}:{check.location.line}"
    return (check.name, place, about or "-", engine_of(check), _cost(each), _last(each))


def _cell(text: str) -> str:
    return clipped(screen.line(text), _WIDEST)


def _cost(each: Listed) -> str:
    return cost_of(each.check, each.last.seconds if each.last else None)


def _last(each: Listed) -> str:
    if isinstance(each.check.plan, NotExecutable):
        return f"{each.check.plan.verdict.name}: {each.check.plan.reason}"
    if each.last is None:
        return "never run"
    return f"{each.last.verdict.name}, stale" if each.stale else each.last.verdict.name


def _summary(listed: Sequence[Listed]) -> str:
    out = Counter(
        each.check.plan.verdict.name
        for each in listed
        if isinstance(each.check.plan, NotExecutable)
    )
    rest = "".join(f", {count} {name}" for name, count in out.items())
    return f"{len(listed) - out.total():,} of {number_of(len(listed), 'claim')} would run{rest}"


def _record(each: Listed) -> dict[str, object]:
    check, last = each.check, each.last
    plan = check.plan
    return {
        "id": check.id,
        "contract": check.contract,
        "target": check.target,
        "variant": check.variant,
        "name": check.name,
        "place": f"{check.location.file}:{check.location.line}",
        "kind": check.kind.value,
        "obligation": each.obligation,
        "claim": clipped(check.claim, LONGEST_TEXT),
        "subject": check.subject,
        "engine": engine_of(check),
        "cost": _cost(each),
        "reason": plan.reason if isinstance(plan, NotExecutable) else None,
        "last": None
        if last is None
        else {"verdict": last.verdict.name, "recorded": last.recorded, "stale": each.stale},
    }
