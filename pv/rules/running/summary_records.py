"""Summaries as JSON records for the cache, without the file's own name."""

import json
import zlib
from typing import Any

from pv.contract.discovery.find import Content
from pv.contract.finding import Finding, Location, Severity
from pv.rules.model.summary import Ignore, Mention, Summary

_SEVERITIES = {severity.value: severity for severity in Severity}


def packed(summary: Summary) -> tuple[int, bytes]:
    """Return the checksum and the bytes of a summary's record."""
    record = {
        "content": summary.content.value,
        "readable": summary.readable,
        "findings": [
            (item.code, item.severity.value, item.message, item.remedy, *_place(item.location),
             item.path)
            for item in summary.findings
        ],
        "ids": [_spot(mention) for mention in summary.ids],
        "depends_on": [_spot(mention) for mention in summary.depends_on],
        "systems": [_spot(mention) for mention in summary.systems],
        "declares": summary.declares,
        "ignores": [
            (item.codes, item.reason, item.line, *_place(item.location))
            for item in summary.ignores
        ],
    }  # fmt: skip
    data = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    return zlib.crc32(data), data


def _place(location: Location) -> tuple[int, int, int, int]:
    return location.line, location.column, location.end_line, location.end_column


def _spot(mention: Mention) -> tuple[str, int, int, int, int, str]:
    return (mention.name, *_place(mention.location), mention.path)


def unpacked(record: Any, file: str) -> Summary:
    """Return the summary of a file from its record."""

    def mention(spot: Any) -> Mention:
        name, *place, path = spot
        return Mention(name, Location(file, *place), path)

    return Summary(
        file=file,
        content=Content(record["content"]),
        readable=record["readable"],
        findings=tuple(
            Finding(code, _SEVERITIES[severity], message, remedy, Location(file, *place), path)
            for code, severity, message, remedy, *place, path in record["findings"]
        ),
        ids=tuple(map(mention, record["ids"])),
        depends_on=tuple(map(mention, record["depends_on"])),
        systems=tuple(map(mention, record["systems"])),
        declares=tuple(record["declares"]),
        ignores=tuple(
            Ignore(tuple(codes), reason, line, Location(file, *place))
            for codes, reason, line, *place in record["ignores"]
        ),
    )
