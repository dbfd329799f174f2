"""A YAML document: its values, each with its position."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeGuard

import yaml

from pv.contract.document_path import PathInside
from pv.contract.finding import Location
from pv.contract.text import Text
from pv.contract.yaml.positions import (
    Event,
    Marks,
    Position,
    end_of,
    location,
    scalars,
    start_of,
)

_COMMENT = re.compile(r"(?:^|[ \t])(#.*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """The values of a file, each with its position."""

    file: str
    value: Any
    """A `Value` of `core_schema`; its JSON Schema says more, so readers need not ask again."""
    source: str
    marks: Position
    """The marks of the outermost collection, or the event of a lone scalar."""

    def place(self, path: PathInside) -> Location:
        """Return the place of a value, or of the nearest one above it (inside an alias)."""
        found = self._position(path)
        if isinstance(found, Marks):
            return location(self.file, found.start, found.end)
        return location(self.file, found, found)

    def key_place(self, path: PathInside) -> Location:
        """Return the place of a value's key; for an item of a list, of the item."""
        parent = self._position(path[:-1]) if path else None
        event = parent.keys.get(path[-1]) if isinstance(parent, Marks) else None
        return self.place(path) if event is None else location(self.file, event, event)

    def text(self, path: PathInside, value: object) -> Text:
        """Return a scalar together with its place; numbers and booleans as they are written."""
        found = self._position(path)
        if not _is_scalar(found):
            return Text(str(value), self.place(path), path=path)
        written = self.source[found.start_mark.index : found.end_mark.index]
        shown = value if isinstance(value, str) else written
        return Text(shown, location(self.file, found, found), written, path)

    def path_at(self, location: Location) -> PathInside:
        """Return the path of the innermost value that a location lies in, its key included."""
        at = (location.line - 1, location.column - 1)
        found, path = self.marks, []
        while isinstance(found, Marks):
            steps = [*found.items]
            before = bisect_right(steps, at, key=partial(start_of, found)) - 1
            if before < 0 or end_of(found.items[steps[before]]) < at:
                break
            path.append(steps[before])
            found = found.items[steps[before]]
        return tuple(path)

    def comments(self) -> Iterator[tuple[Location, str]]:
        """Yield place and text of each comment."""
        events = list(scalars(self.marks))
        starts = [event.start_mark.index for event in events]
        line, counted = 1, 0
        for match in _COMMENT.finditer(self.source):
            at, text = match.start(1), match[1].rstrip()
            line += self.source.count("\n", counted, at)
            counted = at
            before = bisect_right(starts, at) - 1
            if before >= 0 and at < events[before].end_mark.index:
                continue  # a `#` inside a scalar
            column = at - self.source.rfind("\n", 0, at)
            yield Location(self.file, line, column, line, column + len(text)), text

    def _position(self, path: PathInside) -> Position:
        found = self.marks
        for step in path:
            if not isinstance(found, Marks) or step not in found.items:
                break
            found = found.items[step]
        return found


def _is_scalar(position: Position) -> TypeGuard[Event]:
    return isinstance(position, yaml.ScalarEvent)
