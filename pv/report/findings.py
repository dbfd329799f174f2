"""Findings as text for people and as JSON for programs (`schemas/findings.schema.json`)."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from pv.claims.terminal_width import blank, columns
from pv.contract.finding import Finding, Severity
from pv.plural import number_of

_CODE = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|(?<!\s)\#|[^\#])*""")
"""A line up to the comment: `#` in quotes, or without a space before it, begins none."""


def as_text(findings: Sequence[Finding]) -> str:
    """Return findings one after the other, for people."""
    return "\n".join(map(finding_text, findings))


def finding_text(finding: Finding) -> str:
    """Return the place, the fact and the remedy, with the line of the file and a caret."""
    head = f"{finding.location}: {finding.severity.value} {finding.code} {finding.message}"
    return "\n".join([head, *_excerpt(finding), f"    {finding.remedy}"])


def as_json(findings: Sequence[Finding], contracts: int) -> str:
    """Return the findings as one `pv.findings/1` object."""
    counts = Counter(finding.severity for finding in findings)
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
            for item in findings
        ],
        "summary": {f"{severity.value}s": counts[severity] for severity in Severity},
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


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
    try:
        return Path(file).read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError):
        return []


def _excerpt(finding: Finding) -> list[str]:
    place = finding.location
    lines = _lines(place.file)
    if place.line > len(lines):
        return []
    line = lines[place.line - 1].rstrip("\r")
    end = place.end_column if place.end_line == place.line else _end_of_code(line) + 1
    width = max(1, columns(line[place.column - 1 : end - 1]))
    return [f"    {line}", f"    {blank(line[: place.column - 1])}{'^' * width}"]
