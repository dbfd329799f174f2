"""Findings as workflow commands, which GitHub shows beside the lines of a pull request."""

from collections.abc import Sequence

from pv.contract.finding import Finding, Location, Severity
from pv.report import screen
from pv.report.limits import limited, not_listed

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def as_commands(findings: Sequence[Finding]) -> str:
    """Return one `::error file=…,line=…::message` line for each finding."""
    listed, left_out = limited(findings)
    more = [
        Finding("pv", Severity.NOTE, not_listed(count), "correct these first", _top(file))
        for file, count in left_out.items()
    ]
    return "\n".join(map(_command, [*listed, *more]))


def _top(file: str) -> Location:
    return Location(file, 1, 1, 1, 1)


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
    return screen.line(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
