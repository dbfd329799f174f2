"""A step of a machine, and its text: `push(item = 0)`, with values as JSON writes them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from pv.checks.model import Action
from pv.claims.evaluation.errors import text_of
from pv.claims.values import Assignment, Value

MADE = "made"
REFUSED = " must be refused"


@dataclass(frozen=True, slots=True)
class Reference:
    """An object that a method is given, by its name in steps."""

    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """An object is made, or one of its methods is called."""

    values: Assignment
    action: Action | None = None
    """None: it is made."""
    refused: bool = False
    """True: the model does not allow it."""
    of: str = ""
    """The name of the object; empty for the only one."""

    @property
    def text(self) -> str:
        """The step as people read it, and `--case` does."""
        name = MADE if self.action is None else self.action.name
        told = ", ".join(f"{key} = {value_text(value)}" for key, value in self.values.items())
        mark = " = " if self.action is None else "."
        head = f"{self.of}{mark}{name}" if self.of else name
        return f"{head}({told}){REFUSED if self.refused else ''}"

    @property
    def objects(self) -> frozenset[str]:
        """The names of the object and of those that it is given."""
        given = (each.name for each in self.values.values() if isinstance(each, Reference))
        return frozenset({self.of, *given})

    def renamed(self, names: Mapping[str, str]) -> "Step":
        """Return the step with other names of objects."""
        values = {
            name: Reference(names[each.name]) if isinstance(each, Reference) else each
            for name, each in self.values.items()
        }
        return replace(self, of=names[self.of], values=values)


def value_text(value: Value) -> str:
    """Return a value as a step has it."""
    if isinstance(value, Reference):
        return value.name
    return json.dumps(value, ensure_ascii=False, default=_told)


def _told(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else text_of(value)
