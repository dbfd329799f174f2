"""Colours of verdicts and severities in the text that a terminal shows; no report has them itself.

Only words of pv's own are coloured, by where they stand: at the beginning of a line, in a column
or behind a count. What a contract or a system says is indented, or stands elsewhere in a line.
"""

import re
from collections.abc import Mapping
from typing import Any, TextIO

from pv.contract.finding import Severity
from pv.evidence.verdict import Verdict

_RED, _YELLOW, _GREEN, _BLUE, _GREY = "1;31", "33", "32", "34", "90"
STYLES: Mapping[str, str] = {
    Verdict.REFUTED.name: _RED,
    Verdict.ERROR.name: _RED,
    Verdict.VACUOUS.name: _YELLOW,
    Verdict.UNKNOWN.name: _YELLOW,
    Verdict.PROSE.name: _GREY,
    Verdict.UNBOUND.name: _GREY,
    Verdict.SURVIVED.name: _GREEN,
    Verdict.PROVED.name: _GREEN,
    Severity.ERROR.value: _RED,
    Severity.WARNING.value: _YELLOW,
    Severity.NOTE.value: _BLUE,
}
"""Word -> parameters of the escape that begins its style (ECMA-48, SGR)."""

_VERDICTS = "|".join(each.name for each in Verdict)
_SEVERITIES = "|".join(each.value for each in Severity)
_VERDICT = re.compile(rf"(?:^|(?<=  )|(?<=\d ))(?:{_VERDICTS})(?=[ ,;:]|$)")
_SEVERITY = re.compile(rf"^(.*?:\d+:\d+: )({_SEVERITIES})(?= [A-Z]+-\d)")


def colored(text: str) -> str:
    """Return the lines of a report with its verdicts and severities in colour."""
    return "\n".join(map(_line, text.split("\n")))


def _line(line: str) -> str:
    if line.startswith(" "):
        return line
    line = _VERDICT.sub(lambda word: _styled(word[0]), line)
    return _SEVERITY.sub(lambda found: found[1] + _styled(found[2]), line)


def _styled(word: str) -> str:
    return f"\x1b[{STYLES[word]}m{word}\x1b[0m"


class Colored:
    """A stream that colours what is written to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text, which has whole lines, with colours."""
        return self._stream.write(colored(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
