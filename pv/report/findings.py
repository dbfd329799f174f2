"""Findings as text for people and as JSON for programs (`schemas/findings.schema.json`)."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pv.carets import blank, columns
from pv.contract.discovery.read_bytes import read_bytes
from pv.contract.finding import Finding, Severity
from pv.plural import number_of
from pv.report import screen
from pv.report.limits import brief, limited, not_listed

_CODE = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|(?<!\s)\#|[^\#])*""")
"""A line up to the comment: `#` in quotes, or without a space before it, begins none."""
_LONGEST = 160
"""Characters of a line that are shown."""


def as_text(findings: Sequence[Finding]) -> str:
    """Return findings one after the other, for people."""
    listed, left_out = limited(findings)
    more = (screen.line(f"{file}: {not_listed(count)}") for file, count in left_out.items())
    return "\n".join([*map(finding_text, listed), *more])


def finding_text(finding: Finding) -> str:
    """Return the place, the fact and the remedy, with the line of the file and a caret."""
    said = brief(finding)
    head = f"{said.location}: {said.severity.value} {said.code} {said.message}"
    return "\n".join([screen.line(head), *_excerpt(said), screen.line(f"    {said.remedy}")])


def as_json(findings: Sequence[Finding], contracts: int) -> str:
    """Return the findings as one `pv.findings/1` object."""
    counts = Counter(finding.severity for finding in findings)
    listed, left_out = limited(findings)
    told = {
        "schema": "pv.findings/1",
        "contracts": contracts,
        "findings": [
            {
                "code": item.code,
                "severity": item.severity.value,
                "message": item.message,
                "remedy": item.remedy,
                "file": item.location.file,
                "line": item.location.line,
                "column": item.location.column,
                "end_line": item.location.end_line,
                "end_column": item.location.end_column,
                "path": item.path,
            }
            for item in listed
        ],
        "left_out": left_out,
        "summary": {f"{severity.value}s": counts[severity] for severity in Severity},
    }
    return screen.as_json(told)


def summary_text(findings: Sequence[Finding], contracts: int) -> str:
    """Return one line that counts, with the denominator."""
    counts = Counter(finding.severity for finding in findings)
    parts = ", ".join(number_of(counts[severity], severity.value) for severity in Severity)
    return f"{number_of(contracts, 'contract')}: {parts}"


def _end_of_code(line: str) -> int:
    """Return the length of a line of YAML without a comment behind it."""
    code = _CODE.match(line)
    return len(code[0].rstrip() if code else line)


@lru_cache(maxsize=8)  # findings come file by file
def _lines(file: str) -> list[str]:
    """Return the lines of a file; none if reading it is what went wrong."""
    data = read_bytes(Path(file))
    try:
        return data.decode("utf-8-sig").split("\n") if isinstance(data, bytes) else []
    except UnicodeDecodeError:
        return []


class _Piece(NamedTuple):
    """What is shown of a line, and where in it the place begins and ends; both from 0."""

    text: str
    start: int
    end: int


def _excerpt(finding: Finding) -> list[str]:
    place = finding.location
    lines = _lines(place.file)
    if place.line > len(lines):
        return []
    line = lines[place.line - 1].rstrip("\r")
    end = place.end_column if place.end_line == place.line else _end_of_code(line) + 1
    piece = _around(_Piece(line, place.column - 1, end - 1))
    before = screen.line(piece.text[: piece.start])
    width = columns(screen.line(piece.text[piece.start : piece.end]))
    return [screen.line(f"    {piece.text}"), f"    {blank(before)}{'^' * max(1, width)}"]


def _around(whole: _Piece) -> _Piece:
    """Cut a long line around the place."""
    line, start, end = whole
    first = max(0, min(start - _LONGEST // 3, len(line) - _LONGEST))
    last = first + _LONGEST
    before, behind = "…" if first else "", "…" if last < len(line) else ""
    shift = len(before) - first
    return _Piece(f"{before}{line[first:last]}{behind}", start + shift, min(end, last) + shift)
