"""Findings as workflow commands, which GitHub shows beside the lines of a pull request."""

from collections.abc import Sequence

from pv.contract.finding import Finding, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def as_commands(findings: Sequence[Finding]) -> str:
    """Return one `::error file=…,line=…::message` line for each finding."""
    return "\n".join(_command(finding) for finding in findings)


def _command(finding: Finding) -> str:
    place = finding.location
    properties = {"file": place.file, "line": place.line, "endLine": place.end_line}
    if place.line == place.end_line:  # GitHub ignores columns of a stretch over several lines
        properties |= {"col": place.column, "endColumn": place.end_column}
    properties["title"] = finding.code
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(_sentence(finding))}"


def _sentence(finding: Finding) -> str:
    return f"{finding.message}; {finding.remedy}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
