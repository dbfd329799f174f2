"""How validate and lint print what they found."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pv.contract.finding import Finding, Severity
from pv.report.findings import as_json, finding_text, summary_text
from pv.report.github import as_commands
from pv.report.sarif import as_sarif
from pv.rules.registry import RULES

FOR_PEOPLE: Mapping[str, Callable[[Sequence[Finding]], str]] = {
    "text": lambda findings: "\n".join(map(finding_text, findings)),
    "github": as_commands,
}
"""Formats that end with a summary and leave notes out unless they are asked for."""

FOR_PROGRAMS: Mapping[str, Callable[[Sequence[Finding], int], str]] = {
    "json": as_json,
    "sarif": lambda findings, _: as_sarif(
        findings, {code: rule.title for code, rule in RULES.items()}, Path.cwd()
    ),
}


def add_format(parser: argparse.ArgumentParser) -> None:
    """Declare --format."""
    parser.add_argument("--format", choices=(*FOR_PEOPLE, *FOR_PROGRAMS), default="text")


def report(findings: Sequence[Finding], contracts: int, form: str, *, notes: bool) -> str:
    """Return findings in a format; `notes` says whether people are shown notes too."""
    if form in FOR_PROGRAMS:
        return FOR_PROGRAMS[form](findings, contracts)
    shown = [item for item in findings if notes or item.severity is not Severity.NOTE]
    hint = " (--notes shows them)" if len(shown) < len(findings) else ""
    body = FOR_PEOPLE[form](shown)
    return "\n".join(filter(None, [body, summary_text(findings, contracts) + hint]))
