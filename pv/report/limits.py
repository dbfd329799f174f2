"""How much is shown: a few kilobytes of a contract must not become gigabytes of a report."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from pv.contract.finding import Finding, Severity
from pv.plural import number_of

MOST_FINDINGS = 100
"""Findings of one file that are listed; the others are counted."""
MOST_NAMES = 100
"""Names that one message or record lists."""
LONGEST = 400
"""Characters of a message, a remedy or a path."""
LONGEST_TEXT = 4000
"""Characters of a claim, a reason or a diagnosis."""

Value = TypeVar("Value")

_WEIGHT = {severity: number for number, severity in enumerate(Severity)}


class Limited(NamedTuple):
    """The findings that are listed, and how many are not."""

    findings: tuple[Finding, ...]
    left_out: Mapping[str, int]
    """File -> number of its findings that are not listed."""


def limited(findings: Sequence[Finding]) -> Limited:
    """Keep the findings that are listed, in their order; of many, errors before the others."""
    of_file: defaultdict[str, list[int]] = defaultdict(list)
    for number, finding in enumerate(findings):
        of_file[finding.location.file].append(number)
    kept: list[int] = []
    for numbers in of_file.values():
        kept += sorted(numbers, key=lambda n: _WEIGHT[findings[n].severity])[:MOST_FINDINGS]
    total = Counter({file: len(numbers) - MOST_FINDINGS for file, numbers in of_file.items()})
    return Limited(tuple(brief(findings[number]) for number in sorted(kept)), dict(+total))


def not_listed(count: int) -> str:
    """Say how many findings of a file are left out."""
    return f"{number_of(count, 'finding')} more of this file are not listed"


def brief(finding: Finding) -> Finding:
    """Return a finding whose texts are not longer than is shown."""
    return finding._replace(
        message=clipped(finding.message),
        remedy=clipped(finding.remedy),
        path=clipped(finding.path),
    )


def clipped(text: str, longest: int = LONGEST) -> str:
    """Return a text, or the beginning of a long one and its length."""
    if len(text) <= longest:
        return text
    end = f" … ({len(text):,} characters)"
    return text[: longest - len(end)] + end


def first_names(names: Mapping[str, Value]) -> dict[str, Value]:
    """Return the first of many names."""
    return dict(islice(names.items(), MOST_NAMES))
