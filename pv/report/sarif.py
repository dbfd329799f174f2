"""Findings as SARIF 2.1.0, for code scanning services."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pv
from pv.contract.finding import Finding, Severity
from pv.report import screen
from pv.report.limits import limited, not_listed

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(findings: Sequence[Finding], titles: Mapping[str, str], root: Path) -> str:
    """Return one SARIF log; `titles` describe rule codes, paths are made relative to `root`."""
    findings, left_out = limited(findings)
    codes = sorted({finding.code for finding in findings})
    driver = {
        "name": "pv",
        "version": pv.__version__,
        "rules": [
            {"id": code, "shortDescription": {"text": titles.get(code, code)}} for code in codes
        ],
    }
    results = []
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in findings:
        uri = _relative(finding.location.file, root)
        kind = (uri, finding.code, finding.gist)
        results.append(_result(finding, codes.index(finding.code), uri, seen[kind]))
        seen[kind] += 1
    run: dict[str, object] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    if left_out:
        told = [_notification(_relative(file, root), count) for file, count in left_out.items()]
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": told}]
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return screen.as_json(log)


def _notification(uri: str, count: int) -> dict[str, object]:
    """Tell that findings of a file are left out."""
    return {
        "level": "note",
        "message": {"text": not_listed(count)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}}}],
    }


def _result(finding: Finding, rule: int, uri: str, nth: int) -> dict[str, object]:
    place = finding.location
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    physical = {"artifactLocation": {"uri": uri}, "region": region}
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": screen.line(f"{finding.message}; {finding.remedy}")},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {"pv/v1": _fingerprint(finding, uri, nth)},
    }


def _relative(file: str, root: Path) -> str:
    path = Path(file).resolve()
    inside = path.relative_to(root) if path.is_relative_to(root) else path
    return inside.as_posix()


def _fingerprint(finding: Finding, uri: str, nth: int) -> str:
    """Digest the file, the rule, the fact and its ordinal, which stay when lines move."""
    text = f"{uri}\0{finding.code}\0{finding.gist}\0{nth}"
    return hashlib.sha256(text.encode()).hexdigest()
