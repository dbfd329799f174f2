"""IGNORE-*: apply comments that silence findings, and report those that are wrong or stale.

    - {id: SYM-001, obligation: INV-001}  # pv: ignore[SCHEMA-012] the domain is finite

A comment that stands alone is about the next line.
"""

from collections.abc import Collection, Iterator, Sequence

from pv.contract.finding import Finding, Severity
from pv.rules.model.catalogue import FIXED, RULES
from pv.rules.model.summary import Ignore


def apply(
    findings: Sequence[Finding],
    comments: Sequence[Ignore],
    judged: Collection[str],
    in_part: Collection[str] = (),
) -> Iterator[Finding]:
    """Yield the findings that no comment silences, and findings about the comments themselves.

    A comment is about its own file alone. It is stale if its code is among the `judged` ones and
    its line has no such finding, unless its file was judged only `in_part`.
    """
    found = {(each.code, each.location.file, each.location.line) for each in findings}
    silent = {
        (code, comment.location.file, comment.line)
        for comment in comments
        for code in comment.codes
        if code not in FIXED
    }
    for each in findings:
        if (each.code, each.location.file, each.location.line) not in silent:
            yield each
    for comment in comments:
        yield from _faults(comment, found, () if comment.location.file in in_part else judged)


def _faults(
    comment: Ignore, found: Collection[tuple[str, str, int]], judged: Collection[str]
) -> Iterator[Finding]:
    place = comment.location
    if not comment.codes:
        message = "this comment names no rule, so it silences nothing"
        remedy = "write `# pv: ignore[SCHEMA-012] reason`"
        yield Finding("IGNORE-001", Severity.WARNING, message, remedy, place)
        return
    if not comment.reason:
        message = f"no reason is given for ignoring {', '.join(comment.codes)}"
        yield Finding("IGNORE-002", Severity.WARNING, message, "say why behind the bracket", place)
    for code in comment.codes:
        if code not in RULES or code in FIXED:
            message = f"{code} cannot be ignored" if code in FIXED else f"there is no rule {code}"
            yield Finding("IGNORE-001", Severity.WARNING, message, "see `pv explain`", place)
        elif code in judged and (code, place.file, comment.line) not in found:
            message = f"{code} does not occur in line {comment.line}"
            yield Finding("IGNORE-003", Severity.WARNING, message, "remove the comment", place)
