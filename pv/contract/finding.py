"""Findings of static analysis: a code, a severity, a message, a remedy and a place."""

import re
from enum import Enum
from typing import NamedTuple


class Severity(Enum):
    """The severity of a finding."""

    ERROR = "error"
    """The file is not a valid contract; exit code 1."""
    WARNING = "warning"
    """Valid, and probably not what was meant."""
    NOTE = "note"
    """Worth knowing."""


class Location(NamedTuple):
    """A stretch of a file; lines and columns count from 1, the end is one past the last."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Finding(NamedTuple):
    """One problem in one file."""

    code: str
    severity: Severity
    message: str
    remedy: str
    location: Location
    path: str = "$"
    """JSON path in the document."""

    @property
    def gist(self) -> str:
        """The message without numbers of lines, so that it stays when lines move."""
        return _LINE.sub(r"\1", self.message)


_LINE = re.compile(r"(\bline |:)\d+")


def in_file(code: str, message: str, remedy: str, file: str) -> Finding:
    """Make an error about a file as a whole."""
    return Finding(code, Severity.ERROR, message, remedy, Location(file, 1, 1, 1, 1))
