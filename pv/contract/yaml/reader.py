"""Read YAML as values with positions, in one loop over the parser's events.

No recursion, so nesting cannot exhaust the stack; no construction of objects, so a tag can run
nothing; aliases share their value and are counted, so an anchor bomb stays small.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from pv.contract.discovery.read_bytes import read_bytes
from pv.contract.document_path import PathInside, json_path
from pv.contract.finding import Finding, Location, Severity, in_file
from pv.contract.text import Text
from pv.contract.yaml.core_schema import resolve

MAX_DEPTH = 100
MAX_VALUES = 200_000
"""Values of a document, those that aliases repeat counted each time."""

_COMMENT = re.compile(r"(?:^|[ \t])(#.*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """The values of a file, each with its position."""

    file: str
    value: Any
    source: str
    marks: Any
    """The marks of the outermost collection, or the event of a lone scalar."""

    def place(self, path: PathInside) -> Location:
        """Return the place of a value, or of the nearest one above it (inside an alias)."""
        found = self._marks(path)
        if isinstance(found, Marks):
            return _location(self.file, found.start, found.end)
        return _location(self.file, found, found)

    def key_place(self, path: PathInside) -> Location:
        """Return the place of a value's key; for an item of a list, of the item."""
        parent = self._marks(path[:-1]) if path else None
        event = parent.keys.get(path[-1]) if isinstance(parent, Marks) else None
        return self.place(path) if event is None else _location(self.file, event, event)

    def text(self, path: PathInside, value: Any) -> Text:
        """Return a scalar together with its place; numbers and booleans as they are written."""
        found = self._marks(path)
        if not isinstance(found, yaml.ScalarEvent):
            return Text(str(value), self.place(path), path=path)
        written = self.source[_offset(found.start_mark) : _offset(found.end_mark)]
        shown = value if isinstance(value, str) else written
        return Text(shown, _location(self.file, found, found), written, path)

    def path_at(self, location: Location) -> PathInside:
        """Return the path of the innermost value that a location lies in, its key included."""
        at = (location.line - 1, location.column - 1)
        found, path = self.marks, []
        while isinstance(found, Marks):
            steps = [step for step in found.items if _start(found, step) <= at]
            if not steps or _end(found.items[steps[-1]]) < at:
                break
            path.append(steps[-1])
            found = found.items[steps[-1]]
        return tuple(path)

    def comments(self) -> Iterator[tuple[Location, str]]:
        """Yield place and text of each comment."""
        events = list(_scalars(self.marks))
        starts = [event.start_mark.index for event in events]
        for match in _COMMENT.finditer(self.source):
            at, text = match.start(1), match[1].rstrip()
            before = bisect_right(starts, at) - 1
            if before >= 0 and at < events[before].end_mark.index:
                continue  # a `#` inside a scalar
            line = self.source.count("\n", 0, at) + 1
            column = at - self.source.rfind("\n", 0, at)
            yield Location(self.file, line, column, line, column + len(text)), text

    def _marks(self, path: PathInside) -> Any:
        found = self.marks
        for step in path:
            if not isinstance(found, Marks) or step not in found.items:
                break
            found = found.items[step]
        return found


def read_file(file: Path) -> Document | tuple[Finding, ...]:
    """Return the document in a file, or findings that say why it cannot be read."""
    data = read_bytes(file)
    return read(data, str(file)) if isinstance(data, bytes) else (data,)


def read(data: bytes, file: str) -> Document | tuple[Finding, ...]:
    """Return the document in the bytes of a file, or all faults that can be told apart."""
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
        return (_without_values(source, file),)
    return tuple(builder.findings) or Document(file, builder.root, source, builder.marks)


class _Stop(Exception):  # noqa: N818 - reading cannot go on; the findings say why
    pass


class Marks:
    """Positions of a collection and its items: the parser's events, by key or index."""

    __slots__ = ("end", "items", "keys", "start")

    def __init__(self, start: Any) -> None:
        self.start: Any = start
        self.end: Any = start
        self.keys: dict[str | int, Any] = {}
        self.items: dict[str | int, Any] = {}


class _Open:
    """A collection that has begun and not ended."""

    __slots__ = ("key", "marks", "seen_before", "value")

    def __init__(self, value: Any, marks: Marks, seen_before: int) -> None:
        self.value = value
        self.marks = marks
        self.key: str | None = None
        """The key whose value comes next."""
        self.seen_before = seen_before


class _Builder:
    """Values and marks of one document; a loop over events, without recursion."""

    def __init__(self, file: str, source: str) -> None:
        self.file = file
        self.source = source
        self.findings: list[Finding] = []
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.root: Any = None
        self.marks: Any = None
        self.documents = 0
        self.values = 0

    def build(self, events: Iterator[Any]) -> None:
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self.scalar(event)
            elif kind is yaml.MappingStartEvent:
                self.begin({}, event)
            elif kind is yaml.SequenceStartEvent:
                self.begin([], event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self.finish(event)
            elif kind is yaml.AliasEvent:
                self.alias(event)
            elif kind is yaml.DocumentStartEvent:
                self.documents += 1
                if self.documents > 1:
                    self.stop(event, "READ-008", "a second document begins here",
                              "one file holds one contract")  # fmt: skip

    def path(self) -> PathInside:
        """Return the path of the value that comes next."""
        return tuple(
            opened.key if type(opened.value) is dict else len(opened.value)  # type: ignore[misc]
            for opened in self.stack
        )

    def wants_key(self) -> bool:
        if not self.stack:
            return False
        parent = self.stack[-1]
        return parent.key is None and type(parent.value) is dict

    def scalar(self, event: Any) -> None:
        if event.tag is not None:
            self.tag(event)
        value: Any = event.value
        if self.wants_key():
            self.begin_pair(event, value)
            return
        if event.implicit[0] and not event.style:
            try:
                value = resolve(value)
            except ValueError as fault:
                self.report(event, "READ-009", str(fault), "write a finite number")
        self.add(value, event, event, 1)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)

    def begin_pair(self, event: Any, key: str) -> None:
        parent = self.stack[-1]
        if key in parent.value:
            first = parent.marks.keys[key].start_mark.line + 1
            path = (*self.path()[:-1], key)
            message = f"the key `{key}` is already given in line {first}"
            self.report(event, "SCHEMA-020", message, "keep one of the two", path)
        parent.marks.keys[key] = event
        parent.key = key

    def begin(self, value: Any, event: Any) -> None:
        if event.tag is not None:
            self.tag(event)
        if self.wants_key():
            self.stop(event, "READ-010", "a collection is used as a key", "write a text as the key")
        if len(self.stack) >= MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} deep"
            self.stop(event, "READ-006", message, "a contract is nowhere near as deep")
        self.stack.append(_Open(value, Marks(event), self.values))

    def finish(self, event: Any) -> None:
        opened = self.stack.pop()
        opened.marks.end = event
        self.add(opened.value, opened.marks, event, 1)
        if anchor := opened.marks.start.anchor:
            self.anchors[anchor] = (opened.value, self.values - opened.seen_before)

    def alias(self, event: Any) -> None:
        if self.wants_key():
            self.stop(event, "READ-010", "an alias is used as a key", "write the key itself")
        if event.anchor not in self.anchors:
            message = f"`*{event.anchor}` stands before the end of `&{event.anchor}`, or without it"
            self.stop(event, "READ-011", message, "give the anchor before its alias")
        value, weight = self.anchors[event.anchor]
        self.add(value, event, event, weight)

    def add(self, value: Any, marks: Any, event: Any, weight: int) -> None:
        self.values += weight
        if self.values > MAX_VALUES:
            message = f"more than {MAX_VALUES:,} values, those repeated by aliases counted"
            self.stop(event, "READ-007", message, "write out less, or split")
        if not self.stack:
            self.root, self.marks = value, marks
            return
        parent = self.stack[-1]
        if type(parent.value) is list:
            parent.marks.items[len(parent.value)] = marks
            parent.value.append(value)
        else:
            parent.marks.items[parent.key] = marks  # type: ignore[index]
            parent.value[parent.key] = value
            parent.key = None

    def tag(self, event: Any) -> None:
        message = f"the tag {event.tag!r} is not read"
        self.report(event, "READ-012", message, "remove it; values have the types they look like")

    def report(
        self, event: Any, code: str, message: str, remedy: str, path: PathInside | None = None
    ) -> None:
        inside = self.path() if path is None else path
        place = _location(self.file, event, event)
        finding = Finding(code, Severity.ERROR, message, remedy, place, json_path(inside))
        self.findings.append(finding)

    def stop(self, event: Any, code: str, message: str, remedy: str) -> NoReturn:
        self.report(event, code, message, remedy, ())
        raise _Stop


def _location(file: str, first: Any, last: Any) -> Location:
    start, end = first.start_mark, last.end_mark
    return Location(file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _offset(mark: Any) -> int:
    offset: int = mark.index
    return offset


def _start(marks: Marks, step: Any) -> tuple[int, int]:
    """Return line and column at which an item begins, with its key; both from 0."""
    item = marks.items[step]
    event = marks.keys.get(step) or (item.start if isinstance(item, Marks) else item)
    return event.start_mark.line, event.start_mark.column


def _end(item: Any) -> tuple[int, int]:
    event = item.end if isinstance(item, Marks) else item
    return event.end_mark.line, event.end_mark.column


def _scalars(marks: Any) -> Iterator[Any]:
    """Yield the events of keys and scalars in the order of the text."""
    waiting = [marks]
    while waiting:
        found = waiting.pop()
        if not isinstance(found, Marks):
            yield found
            continue
        for step in reversed(found.items):
            waiting.append(found.items[step])
            if step in found.keys:
                waiting.append(found.keys[step])


def _without_values(source: str, file: str) -> Finding:
    if source.strip():
        message, remedy = "the file holds only comments", "nothing is checked in it"
        return Finding("FILE-002", Severity.NOTE, message, remedy, Location(file, 1, 1, 1, 1))
    remedy = "write a contract; `metadata:` and `equations:` come first"
    return in_file("READ-005", "the file is empty", remedy, file)


def _syntax(fault: yaml.MarkedYAMLError, file: str) -> Finding:
    mark = fault.problem_mark or fault.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    context = f" {fault.context}" if fault.context else ""
    message = f"not YAML: {fault.problem}{context}"
    remedy = "check the indentation, quotes and brackets here and in the line above"
    if "block scalar" in context:  # what YAML makes of `formal: |x| <= 1`
        remedy = "put a text that begins with `|` or `>` in quotes: '|x| <= 1'"
    place = Location(file, line, column, line, column + 1)
    return Finding("READ-003", Severity.ERROR, message, remedy, place)


def _character(fault: Any, source: str, file: str) -> Finding:
    at = min(fault.position, len(source))
    line = source.count("\n", 0, at) + 1
    column = at - source.rfind("\n", 0, at)
    place = Location(file, line, column, line, column + 1)
    message = f"not YAML: {fault.reason}"
    return Finding("READ-003", Severity.ERROR, message, "remove the control character", place)
