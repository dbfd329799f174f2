"""Find the comments that silence findings."""

import re
from collections.abc import Iterator, Mapping, Sequence

from pv.contract.yaml.document import Document
from pv.rules.model.summary import Ignore

_MARK = "pv: ignore"
_COMMENT = re.compile(r"#\s*pv: ignore\s*(?:\[(?P<codes>[^\]]*)\])?\s*(?P<reason>.*)")


def ignores(document: Document) -> Iterator[Ignore]:
    """Yield the comments of a file that silence something; see `suppressions`."""
    if _MARK not in document.source:
        return
    lines = document.source.split("\n")
    following = _next_lines(lines)
    for location, text in document.comments():
        match = _COMMENT.match(text)
        if match is None:
            continue
        codes = tuple(code.strip() for code in (match["codes"] or "").split(",") if code.strip())
        alone = not lines[location.line - 1][: location.column - 1].strip()
        line = following[location.line] if alone else location.line
        yield Ignore(codes, match["reason"].strip(), line, location)


def _next_lines(lines: Sequence[str]) -> Mapping[int, int]:
    """Map the number of each line to that of the next one that is neither empty nor a comment.

    Where no such line follows it is its own.
    """
    following: dict[int, int] = {}
    found: int | None = None
    for number in range(len(lines), 0, -1):
        following[number] = found or number
        text = lines[number - 1].strip()
        if text and not text.startswith("#"):
            found = number
    return following
