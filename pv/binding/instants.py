"""What an experiment is given: numbers and texts, and dates, which reach a process as texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from pv.binding.drawn_kinds import KINDS, TEXTS
from pv.claims import STRING, Domain, Fault, Strings, Type, parse, parse_domain
from pv.claims.tree import Name

_TYPES: Mapping[str, type[date]] = {"date": date, "datetime": datetime}


@dataclass(frozen=True, slots=True)
class Instants:
    """All dates, or all times of dates, each as its text in ISO 8601."""

    kind: str
    size: ClassVar[None] = None
    type: ClassVar[Type] = STRING

    def corners(self) -> tuple[str, str]:
        """Return the first and the last."""
        made = _TYPES[self.kind]
        return made.min.isoformat(), made.max.isoformat()

    def __contains__(self, value: object) -> bool:
        try:
            return _TYPES[self.kind].fromisoformat(str(value)).isoformat() == value
        except ValueError:
            return False

    def __str__(self) -> str:
        return self.kind


Values = Domain | Instants
"""What an experiment may be given."""


def parse_values(text: str) -> Values | Fault:
    """Read what a variable of an experiment is drawn from; a process takes no other objects."""
    tree, read = parse(text), parse_domain(text)
    if not isinstance(tree, Name) or not isinstance(read, Fault):
        return read
    if tree.name in _TYPES:
        return Instants(tree.name)
    if tree.name in TEXTS:
        return Strings()
    known = "is no text" if tree.name in KINDS else "is nothing that is known here"
    remedy = f"write numbers, {', '.join(['string', *_TYPES])}, or a set of values"
    return Fault(read.start, read.end, f"a process is given texts, and a `{tree.name}` {known}",
                 remedy)  # fmt: skip
