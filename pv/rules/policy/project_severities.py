"""A project's own severities, and the paths in which codes do not count."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pv.contract.finding import Finding, Severity


class Policy(NamedTuple):
    """Severities by code (None turns a rule off), and codes that are ignored below some paths."""

    root: Path = Path()
    """The folder that path patterns are relative to."""
    severity: Mapping[str, Severity | None] = MappingProxyType({})
    spared: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """Path pattern -> codes."""

    def apply(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield the findings that count, with the project's severities."""
        if not self.severity and not self.spared:
            yield from findings
            return
        for finding in findings:
            severity = self.severity.get(finding.code, finding.severity)
            if severity is not None and not self._spares(finding):
                yield finding._replace(severity=severity)

    def _spares(self, finding: Finding) -> bool:
        patterns = [pattern for pattern, codes in self.spared.items() if finding.code in codes]
        if not patterns:
            return False
        path = Path(finding.location.file).resolve()
        inside = path.relative_to(self.root) if path.is_relative_to(self.root) else path
        return any(fnmatchcase(inside.as_posix(), pattern) for pattern in patterns)
