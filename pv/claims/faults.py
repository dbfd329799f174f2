"""Faults of a text: the place, the fact and the remedy."""

from dataclasses import dataclass

from pv.terminal_width import blank, columns


@dataclass(frozen=True, slots=True)
class Fault:
    """A place in a text that is not in the language, or does not type-check."""

    start: int
    """Offset of the first character, from 0."""
    end: int
    message: str
    remedy: str
    slip: bool = False
    """True if mathematics was meant, and a mark of it is wrong; else the text may be prose."""


def show(text: str, fault: Fault) -> str:
    """Return the line of the fault with a caret under it."""
    start = text.rfind("\n", 0, fault.start) + 1
    stop = text.find("\n", fault.start)
    line = text[start : stop if stop >= 0 else len(text)]
    width = max(1, columns(text[fault.start : min(fault.end, start + len(line))]))
    return f"{line}\n{blank(text[start : fault.start])}{'^' * width}"
