"""A baseline of known findings; BASELINE-001 reports entries that no longer occur."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pv.contract.discovery.regular_file import read_regular
from pv.contract.finding import Finding, in_file

SCHEMA = "pv.baseline/1"
_MOST = 256 << 20  # bytes

Entry = tuple[str, str, str]
"""File, code and message, which identify a finding even when lines move."""


class Baseline(NamedTuple):
    """Known findings, each with the number of its occurrences."""

    file: Path
    known: Counter[Entry]

    def split(
        self, findings: Iterable[Finding], judged: Collection[str]
    ) -> tuple[list[Finding], "Baseline", list[Finding]]:
        """Return the new findings, the baseline without stale entries, and findings about these.

        Entries about files that were not `judged` are left alone, unless the file is gone.
        """
        left = Counter(self.known)
        new = []
        for finding in findings:
            entry = entry_of(finding)
            if left[entry] > 0:
                left[entry] -= 1
            else:
                new.append(finding)
        gone = Counter(
            {
                entry: count
                for entry, count in left.items()
                if count > 0 and (entry[0] in judged or not Path(entry[0]).exists())
            }
        )
        reported = [self._gone(entry) for entry in sorted(gone.elements())]
        return new, Baseline(self.file, self.known - gone), reported

    def _gone(self, entry: Entry) -> Finding:
        file, code, gist = entry
        message = f"{file}: {code} {gist}: known here, and it no longer occurs"
        remedy = "shrink the baseline with --update-baseline"
        return in_file("BASELINE-001", message, remedy, str(self.file))

    def write(self) -> None:
        """Write the baseline sorted and one entry a line, so that a diff shows removed entries."""
        lines = [json.dumps(entry, ensure_ascii=False) for entry in sorted(self.known.elements())]
        body = ",\n  ".join(lines)
        text = f'{{"schema": "{SCHEMA}", "findings": [\n  {body}\n]}}\n'
        self.file.write_text(text, encoding="utf-8")


def entry_of(finding: Finding) -> Entry:
    """Return what identifies a finding even when lines move."""
    return finding.location.file, finding.code, finding.gist


def of_findings(file: Path, findings: Sequence[Finding]) -> Baseline:
    """Make the baseline that knows these findings."""
    return Baseline(file, Counter(map(entry_of, findings)))


def read_baseline(file: Path) -> Baseline:
    """Read a baseline; raises ValueError for a file that is none, OSError if it cannot be read."""
    told: object = json.loads(read_regular(file, _MOST))
    if not isinstance(told, dict) or told.get("schema") != SCHEMA:
        raise ValueError(f"it does not say that its schema is {SCHEMA}")
    entries = told.get("findings")
    if not isinstance(entries, list) or not all(_is_entry(entry) for entry in entries):
        raise ValueError("its findings are not lists of file, code and message")
    return Baseline(file, Counter(tuple(entry) for entry in entries))


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, list)
        and len(entry) == len(("file", "code", "message"))
        and all(isinstance(part, str) for part in entry)
    )
