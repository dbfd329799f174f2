"""Find the comments that silence findings."""

import re
from collections.abc import Iterator, Sequence

from pv.contract.yaml.document import Document
from pv.rules.model.summary import Ignore

_MARK = "pv: ignore"
_COMMENT = re.compile(r"#\s*pv: ignore\s*(?:\[(?P<codes>[^\]]*)\])?\s*(?P<reason>.*)")


def ignores(document: Document) -> Iterator[Ignore]:
    """Yield the comments of a file that silence something; see `suppressions`."""
    if _MARK not in document.source:
        return
    lines = document.source.split("\n")
    for location, text in document.comments():
        match = _COMMENT.match(text)
        if match is None:
            continue
        codes = tuple(code.strip() for code in (match["codes"] or "").split(",") if code.strip())
        alone = not lines[location.line - 1][: location.column - 1].strip()
        line = _next_line(lines, location.line) if alone else location.line
        yield Ignore(codes, match["reason"].strip(), line, location)


def _next_line(lines: Sequence[str], line: int) -> int:
    """Return the number of the next line that is neither empty nor a comment."""
    for number in range(line, len(lines)):
        text = lines[number].strip()
        if text and not text.startswith("#"):
            return number + 1
    return line
