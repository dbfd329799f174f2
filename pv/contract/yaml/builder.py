"""Build values and positions of one document from the parser's events."""

from collections.abc import Iterable
from typing import NoReturn

import yaml

from pv.contract.document_path import PathInside, json_path
from pv.contract.finding import Finding, Severity
from pv.contract.yaml.core_schema import Value, resolve
from pv.contract.yaml.positions import Event, Marks, Position, location

MAX_DEPTH = 100
MAX_VALUES = 200_000
"""Values of a document, those that aliases repeat counted each time."""


class Stop(Exception):  # noqa: N818 - reading cannot go on; the findings say why
    """Raised where reading cannot go on; the builder's findings say why."""


class _Open:
    """A collection that has begun and not ended."""

    __slots__ = ("key", "marks", "seen_before", "value")

    def __init__(
        self, value: dict[str, Value] | list[Value], marks: Marks, seen_before: int
    ) -> None:
        self.value = value
        self.marks = marks
        self.key: str | None = None
        """The key whose value comes next."""
        self.seen_before = seen_before


class Builder:
    """Values and marks of one document, in a loop over events without recursion."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Value, int]] = {}
        self.root: Value = None
        self.marks: Position | None = None
        self.values = 0

    def build(self, events: Iterable[Event]) -> None:
        """Take in all events; raises Stop where reading cannot go on."""
        documents = 0
        for event in events:
            kind: type[object] = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._begin({}, event)
            elif kind is yaml.SequenceStartEvent:
                self._begin([], event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._finish(event)
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    message, remedy = "a second document begins here", "one file holds one contract"
                    self._stop(event, "READ-008", message, remedy)

    def _path(self) -> PathInside:
        """Return the path of the value that comes next."""
        return tuple(
            len(each.value) if isinstance(each.value, list) else each.key or ""
            for each in self.stack
        )

    def _wants_key(self) -> bool:
        if not self.stack:
            return False
        parent = self.stack[-1]
        return parent.key is None and type(parent.value) is dict

    def _scalar(self, event: Event) -> None:
        if event.tag is not None:
            self._tag(event)
        if self._wants_key():
            self._begin_pair(event, event.value)
            return
        value: Value = event.value
        if event.implicit[0] and not event.style:
            try:
                value = resolve(event.value)
            except ValueError as fault:
                self._report(event, "READ-009", str(fault), "write a finite number")
        self._add(value, event, event, 1)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)

    def _begin_pair(self, event: Event, key: str) -> None:
        parent = self.stack[-1]
        if key in parent.value:
            first = parent.marks.keys[key].start_mark.line + 1
            path = (*self._path()[:-1], key)
            message = f"the key `{key}` is already given in line {first}"
            self._report(event, "SCHEMA-020", message, "keep one of the two", path)
        parent.marks.keys[key] = event
        parent.key = key

    def _begin(self, value: dict[str, Value] | list[Value], event: Event) -> None:
        if event.tag is not None:
            self._tag(event)
        if self._wants_key():
            message, remedy = "a collection is used as a key", "write a text as the key"
            self._stop(event, "READ-010", message, remedy)
        if len(self.stack) >= MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} deep"
            self._stop(event, "READ-006", message, "a contract is nowhere near as deep")
        self.stack.append(_Open(value, Marks(event), self.values))

    def _finish(self, event: Event) -> None:
        opened = self.stack.pop()
        opened.marks.end = event
        self._add(opened.value, opened.marks, event, 1)
        if anchor := opened.marks.start.anchor:
            self.anchors[anchor] = (opened.value, self.values - opened.seen_before)

    def _alias(self, event: Event) -> None:
        if self._wants_key():
            self._stop(event, "READ-010", "an alias is used as a key", "write the key itself")
        name = event.anchor or ""
        if name not in self.anchors:
            message = f"`*{name}` stands before the end of `&{name}`, or without it"
            self._stop(event, "READ-011", message, "give the anchor before its alias")
        value, weight = self.anchors[name]
        self._add(value, event, event, weight)

    def _add(self, value: Value, marks: Position, event: Event, weight: int) -> None:
        self.values += weight
        if self.values > MAX_VALUES:
            message = f"more than {MAX_VALUES:,} values, those repeated by aliases counted"
            self._stop(event, "READ-007", message, "write out less, or split")
        if not self.stack:
            self.root, self.marks = value, marks
            return
        parent = self.stack[-1]
        if isinstance(parent.value, list):
            parent.marks.items[len(parent.value)] = marks
            parent.value.append(value)
        elif parent.key is not None:
            parent.marks.items[parent.key] = marks
            parent.value[parent.key] = value
            parent.key = None

    def _tag(self, event: Event) -> None:
        message = f"the tag {event.tag!r} is not read"
        self._report(event, "READ-012", message, "remove it; values have the types they look like")

    def _report(
        self, event: Event, code: str, message: str, remedy: str, path: PathInside | None = None
    ) -> None:
        inside = self._path() if path is None else path
        place = location(self.file, event, event)
        finding = Finding(code, Severity.ERROR, message, remedy, place, json_path(inside))
        self.findings.append(finding)

    def _stop(self, event: Event, code: str, message: str, remedy: str) -> NoReturn:
        self._report(event, code, message, remedy, ())
        raise Stop
