"""The steps of a machine, and their texts: `push(item = 0)`, with values as JSON writes them."""

import json
from dataclasses import dataclass

from pv.checks.model import Action
from pv.claims.values import Assignment, Value
from pv.engines.calling.drawn_objects import Object
from pv.engines.calling.plain_values import plain

MADE = "made"


@dataclass(frozen=True, slots=True)
class Step:
    """An object is made, or one of its methods is called."""

    values: Assignment
    action: Action | None = None
    """None: it is made."""

    @property
    def text(self) -> str:
        """The step as people read it, and `--case` does."""
        name = MADE if self.action is None else self.action.name
        told = ", ".join(f"{key} = {_text(value)}" for key, value in self.values.items())
        return f"{name}({told})"


def _text(value: Value) -> str:
    return json.dumps(plain(value.value() if isinstance(value, Object) else value),
                      ensure_ascii=False, default=str)  # fmt: skip
