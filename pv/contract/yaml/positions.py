"""Positions of values in a YAML text: the parser's events, ordered as the values are."""

from collections.abc import Iterator
from typing import Protocol

from pv.contract.finding import Location

Step = str | int
"""A key of a mapping, or an index of a list."""


class Mark(Protocol):
    """A point in the text; all numbers count from 0."""

    index: int
    line: int
    column: int


class Event(Protocol):
    """An event of PyYAML's parser; only some kinds have all of these."""

    start_mark: Mark
    end_mark: Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str | None
    implicit: tuple[bool, bool]


class Marks:
    """Positions of a collection and its items: the parser's events, by key or index."""

    __slots__ = ("end", "items", "keys", "start")

    def __init__(self, start: Event) -> None:
        self.start = start
        self.end = start
        self.keys: dict[Step, Event] = {}
        self.items: dict[Step, Marks | Event] = {}


Position = Marks | Event
"""The position of a collection, or of a scalar or alias."""


def location(file: str, first: Event, last: Event) -> Location:
    """Return the stretch from the start of one event to the end of another."""
    start, end = first.start_mark, last.end_mark
    return Location(file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def start_of(marks: Marks, step: Step) -> tuple[int, int]:
    """Return line and column at which an item begins, with its key; both from 0."""
    item = marks.items[step]
    event = marks.keys.get(step) or (item.start if isinstance(item, Marks) else item)
    return event.start_mark.line, event.start_mark.column


def end_of(position: Position) -> tuple[int, int]:
    """Return line and column at which a value ends; both from 0."""
    event = position.end if isinstance(position, Marks) else position
    return event.end_mark.line, event.end_mark.column


def scalars(position: Position) -> Iterator[Event]:
    """Yield the events of keys and scalars in the order of the text."""
    waiting = [position]
    while waiting:
        found = waiting.pop()
        if not isinstance(found, Marks):
            yield found
            continue
        for step in reversed(found.items):
            waiting.append(found.items[step])
            if step in found.keys:
                waiting.append(found.keys[step])
