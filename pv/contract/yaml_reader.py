"""YAML to values and positions, in one loop over the parser's events.

No recursion, so nesting cannot exhaust the stack; no construction of objects, so a tag can run
nothing; aliases share their value and are counted, so an anchor bomb stays small.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pv.contract.finding import Finding, Location, Severity, in_file
from pv.contract.scalars import resolve
from pv.contract.text import Text

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 100
MAX_VALUES = 200_000
"""Values of a document, those that aliases repeat counted each time."""

PathInside = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The values of a file, and where each of them stands."""

    file: str
    value: Any
    source: str
    places: dict[PathInside, Location]
    spans: dict[PathInside, tuple[int, int]]
    """Offsets of each scalar in the source."""
    keys: dict[PathInside, Location]
    """Places of mapping keys."""

    def place(self, path: PathInside) -> Location:
        """Return where a value stands, or the nearest one above it (inside an alias)."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Location(self.file, 1, 1, 1, 1))

    def key_place(self, path: PathInside) -> Location:
        """Return where the key of a value stands; for an item of a list, the item."""
        return self.keys.get(path) or self.place(path)

    def text(self, path: PathInside, value: str) -> Text:
        """Return a scalar together with its place."""
        start, end = self.spans.get(path, (0, 0))
        return Text(value, self.place(path), self.source[start:end])


def read_file(file: Path) -> Document | tuple[Finding, ...]:
    """Read a file; what makes that impossible comes back as findings."""
    try:
        size = file.stat().st_size
        data = file.read_bytes() if size <= MAX_BYTES else b""
    except OSError as fault:
        message = f"cannot be read: {fault.strerror}"
        return (in_file("READ-001", message, "check the path and its permissions", str(file)),)
    if size > MAX_BYTES:
        message = f"{size:,} bytes; a contract has at most {MAX_BYTES:,}"
        return (in_file("READ-004", message, "split it into contracts of one subject", str(file)),)
    return read(data, str(file))


def read(data: bytes, file: str) -> Document | tuple[Finding, ...]:
    """Read the bytes of a file; all faults that can be told apart are returned together."""
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        column = fault.start - data.rfind(b"\n", 0, fault.start)
        place = Location(file, line, column, line, column + 1)
        message = f"byte 0x{data[fault.start]:02x} is not UTF-8"
        return (Finding("READ-002", Severity.ERROR, message, "save the file as UTF-8", place),)
    builder = _Builder(file, source)
    try:
        builder.build(yaml.parse(source, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as fault:
        return (*builder.findings, _syntax(fault, file))
    except yaml.reader.ReaderError as fault:
        return (_character(fault, source, file),)
    except _Stop:
        return tuple(builder.findings)
    if not builder.documents and not builder.findings:
        remedy = "write a contract; `metadata:` and `equations:` come first"
        return (in_file("READ-005", "the file is empty", remedy, file),)
    return tuple(builder.findings) or builder.document()


class _Stop(Exception):  # noqa: N818 - reading cannot go on; the findings say why
    pass


@dataclass(slots=True)
class _Open:
    """A collection that has begun and not ended."""

    value: Any
    path: PathInside
    start: Location
    anchor: str | None
    key: str | None = None
    """The key whose value comes next."""
    seen_before: int = 0


@dataclass(slots=True)
class _Builder:
    file: str
    source: str
    findings: list[Finding] = field(default_factory=list)
    places: dict[PathInside, Location] = field(default_factory=dict)
    spans: dict[PathInside, tuple[int, int]] = field(default_factory=dict)
    keys: dict[PathInside, Location] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)
    root: Any = None
    documents: int = 0
    values: int = 0

    def document(self) -> Document:
        return Document(self.file, self.root, self.source, self.places, self.spans, self.keys)

    def build(self, events: Iterator[Any]) -> None:
        for event in events:
            match event:
                case yaml.ScalarEvent():
                    self.scalar(event)
                case yaml.MappingStartEvent():
                    self.begin({}, event)
                case yaml.SequenceStartEvent():
                    self.begin([], event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self.finish(event)
                case yaml.AliasEvent():
                    self.alias(event)
                case yaml.DocumentStartEvent():
                    self.documents += 1
                    if self.documents > 1:
                        self.stop(event, "READ-008", "a second document begins here",
                                  "one file holds one contract")  # fmt: skip

    def path(self) -> PathInside:
        if not self.stack:
            return ()
        parent = self.stack[-1]
        step = parent.key if isinstance(parent.value, dict) else len(parent.value)
        return (*parent.path, step)  # type: ignore[arg-type]

    def wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and (
            self.stack[-1].key is None
        )  # fmt: skip

    def scalar(self, event: Any) -> None:
        if event.tag is not None:
            self.tag(event)
        if self.wants_key():
            self.begin_pair(event)
            return
        value: Any = event.value
        if event.implicit[0] and not event.style:
            try:
                value = resolve(event.value)
            except ValueError as fault:
                self.report(event, "READ-009", str(fault), "write a finite number")
        path = self.path()
        self.spans[path] = (event.start_mark.index, event.end_mark.index)
        self.add(value, path, self.where(event), 1)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)

    def begin_pair(self, event: Any) -> None:
        parent = self.stack[-1]
        path = (*parent.path, event.value)
        if event.value in parent.value:
            first = self.keys[path]
            message = f"the key `{event.value}` is already given in line {first.line}"
            self.report(event, "SCHEMA-020", message, "keep one of the two", path)
        self.keys[path] = self.where(event)
        parent.key = event.value

    def begin(self, value: Any, event: Any) -> None:
        if event.tag is not None:
            self.tag(event)
        if self.wants_key():
            self.stop(event, "READ-010", "a collection is used as a key", "write a text as the key")
        if len(self.stack) >= MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} deep"
            self.stop(event, "READ-006", message, "a contract is nowhere near as deep")
        opened = _Open(value, self.path(), self.where(event), event.anchor, None, self.values)
        self.stack.append(opened)

    def finish(self, event: Any) -> None:
        opened = self.stack.pop()
        end = self.where(event)
        start = opened.start
        place = Location(self.file, start.line, start.column, end.line, end.column)
        self.add(opened.value, opened.path, place, 1)
        if opened.anchor:
            self.anchors[opened.anchor] = (opened.value, self.values - opened.seen_before)

    def alias(self, event: Any) -> None:
        if self.wants_key():
            self.stop(event, "READ-010", "an alias is used as a key", "write the key itself")
        if event.anchor not in self.anchors:
            message = f"`*{event.anchor}` stands before the end of `&{event.anchor}`, or without it"
            self.stop(event, "READ-011", message, "give the anchor before its alias")
        value, weight = self.anchors[event.anchor]
        self.add(value, self.path(), self.where(event), weight)

    def add(self, value: Any, path: PathInside, place: Location, weight: int) -> None:
        self.values += weight
        if self.values > MAX_VALUES:
            message = f"more than {MAX_VALUES:,} values, those repeated by aliases counted"
            self.findings.append(
                Finding("READ-007", Severity.ERROR, message, "write out less, or split", place)
            )
            raise _Stop
        self.places[path] = place
        if not self.stack:
            self.root = value
            return
        parent = self.stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)
        else:
            parent.value[parent.key] = value
            parent.key = None

    def tag(self, event: Any) -> None:
        message = f"the tag {event.tag!r} is not read"
        self.report(event, "READ-012", message, "remove it; values have the types they look like")

    def report(
        self, event: Any, code: str, message: str, remedy: str, path: PathInside | None = None
    ) -> None:
        inside = self.path() if path is None else path
        place = self.where(event)
        finding = Finding(code, Severity.ERROR, message, remedy, place, json_path(inside))
        self.findings.append(finding)

    def stop(self, event: Any, code: str, message: str, remedy: str) -> None:
        self.report(event, code, message, remedy, ())
        raise _Stop

    def where(self, event: Any) -> Location:
        start, end = event.start_mark, event.end_mark
        return Location(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def json_path(path: PathInside) -> str:
    """Write a path as JSON path: `$.equations.softmax.formula`, `$.tests[0]`."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def _syntax(fault: yaml.MarkedYAMLError, file: str) -> Finding:
    mark = fault.problem_mark or fault.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    context = f" {fault.context}" if fault.context else ""
    message = f"not YAML: {fault.problem}{context}"
    remedy = "check the indentation, quotes and brackets here and in the line above"
    place = Location(file, line, column, line, column + 1)
    return Finding("READ-003", Severity.ERROR, message, remedy, place)


def _character(fault: Any, source: str, file: str) -> Finding:
    at = min(fault.position, len(source))
    line = source.count("\n", 0, at) + 1
    column = at - source.rfind("\n", 0, at)
    place = Location(file, line, column, line, column + 1)
    message = f"not YAML: {fault.reason}"
    return Finding("READ-003", Severity.ERROR, message, "remove the control character", place)
