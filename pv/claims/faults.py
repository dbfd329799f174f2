"""Faults of a text: the place, the fact and the remedy."""

from dataclasses import dataclass


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
