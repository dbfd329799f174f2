"""Findings about files that cannot be read as YAML."""

import yaml

from pv.contract.finding import Finding, Location, Severity, in_file


def not_utf8(fault: UnicodeDecodeError, data: bytes, file: str) -> Finding:
    """Return the finding about a byte that is not UTF-8."""
    line = data.count(b"\n", 0, fault.start) + 1
    column = fault.start - data.rfind(b"\n", 0, fault.start)
    message = f"byte 0x{data[fault.start]:02x} is not UTF-8"
    return _error("READ-002", message, "save the file as UTF-8", file, (line, column))


def without_values(source: str, file: str) -> Finding:
    """Return the finding about a file that is empty or holds only comments."""
    if source.strip():
        message, remedy = "the file holds only comments", "nothing is checked in it"
        return Finding("FILE-002", Severity.NOTE, message, remedy, Location(file, 1, 1, 1, 1))
    remedy = "write a contract; `metadata:` and `equations:` come first"
    return in_file("READ-005", "the file is empty", remedy, file)


def bad_syntax(fault: yaml.MarkedYAMLError, file: str) -> Finding:
    """Return the finding about a text that breaks the grammar of YAML."""
    mark = fault.problem_mark or fault.context_mark
    place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    context = f" {fault.context}" if fault.context else ""
    message = f"not YAML: {fault.problem}{context}"
    remedy = "check the indentation, quotes and brackets here and in the line above"
    if "block scalar" in context:  # what YAML makes of `formal: |x| <= 1`
        remedy = "put a text that begins with `|` or `>` in quotes: '|x| <= 1'"
    return _error("READ-003", message, remedy, file, place)


def bad_character(fault: yaml.reader.ReaderError, source: str, file: str) -> Finding:
    """Return the finding about a character that YAML does not allow."""
    at = min(fault.position, len(source))
    place = (source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at))
    return _error(
        "READ-003", f"not YAML: {fault.reason}", "remove the control character", file, place
    )


def _error(code: str, message: str, remedy: str, file: str, place: tuple[int, int]) -> Finding:
    line, column = place
    return Finding(
        code, Severity.ERROR, message, remedy, Location(file, line, column, line, column + 1)
    )
