"""The steps of a machine, and their texts: `push(item = 0)`, with values as JSON writes them."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pv.binding.drawn_kinds import KINDS
from pv.checks.model import Action, DrawnKind, Given, StateMachine
from pv.claims import Finite
from pv.claims.evaluation.errors import text_of
from pv.claims.values import Assignment, Value
from pv.nearest import listed

STEPS = "steps"
"""What a case of a machine has."""
MADE = "made"
REFUSED = " must be refused"
_HEAD = re.compile(r"\s*([^\s(]+)\s*\(\s*")
_NAME = re.compile(r"(?:,\s*)?([^\s=,()]+)\s*=\s*")
_READ: Mapping[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}
"""Kind of drawn object -> what reads one from its text."""


@dataclass(frozen=True, slots=True)
class Step:
    """An object is made, or one of its methods is called."""

    values: Assignment
    action: Action | None = None
    """None: it is made."""
    refused: bool = False
    """True: the model does not allow it."""

    @property
    def text(self) -> str:
        """The step as people read it, and `--case` does."""
        name = MADE if self.action is None else self.action.name
        told = ", ".join(f"{key} = {_text(value)}" for key, value in self.values.items())
        return f"{name}({told}){REFUSED if self.refused else ''}"


def read_steps(plan: StateMachine, texts: object) -> tuple[Step, ...]:
    """Read the steps of a case; raises ValueError that says what is wrong with which of them."""
    if not (isinstance(texts, list) and texts and all(isinstance(each, str) for each in texts)):
        raise ValueError('`steps` are a list of texts, such as ["made()", "push(item = 0)"]')
    return tuple(_step(plan, text, first=number == 0) for number, text in enumerate(texts))


def can_be_read(plan: StateMachine) -> bool:
    """Return whether JSON has all that the steps of a machine are given."""
    given = (plan.given, *(action.given for action in plan.actions))
    kinds = (each for values in given for each in values.values() if isinstance(each, DrawnKind))
    return all(_read_by(each) is not None for each in kinds)


def _step(plan: StateMachine, text: str, *, first: bool) -> Step:
    head = _HEAD.match(text)
    if head is None:
        raise ValueError(f"`{text}` is no step; write it as `push(item = 0)`")
    name, actions = head[1], {action.name: action for action in plan.actions}
    if first is not (name == MADE):
        raise ValueError(f"`{text}`: the first step, and no other, is `{MADE}(…)`")
    if name != MADE and name not in actions:
        raise ValueError(f"`{text}`: the machine has no rule `{name}`; it has {listed(actions)}")
    action = actions.get(name)
    given = plan.given if action is None else action.given
    values = dict(_arguments(text, head.end()))
    if {*values} != {*given}:
        raise ValueError(f"`{text}`: it is given {listed(given) or 'nothing'}, and nothing else")
    return Step(
        {name: _value(name, each, values[name], text) for name, each in given.items()},
        action,
        text.rstrip().endswith(REFUSED),
    )


def _arguments(text: str, at: int) -> Iterator[tuple[str, Value]]:
    """Yield names and values up to the bracket that closes."""
    while text[at : at + 1] != ")":
        name = _NAME.match(text, at)
        if name is None:
            raise ValueError(f"`{text}`: write values as `name = value`, up to `)`")
        try:
            value, at = json.JSONDecoder().raw_decode(text, name.end())
        except (ValueError, RecursionError) as fault:
            raise ValueError(f"`{text}`: the value of `{name[1]}` is no JSON") from fault
        yield name[1], value
        at += len(text[at:]) - len(text[at:].lstrip())
    if text[at + 1 :].strip() not in {"", REFUSED.strip()}:
        raise ValueError(f"`{text}`: nothing stands behind `)`, except `{REFUSED.strip()}`")


def _value(name: str, given: Given, value: Value, text: str) -> Value:
    """Return what JSON gives in the place of a drawn value."""
    if isinstance(given, DrawnKind):
        return _object(name, given, value, text)
    points: Sequence[Value] = given.values if isinstance(given, Finite) else ()
    found = next((each for each in points if _text(each) == _text(value)), value)
    if found not in given:
        raise ValueError(f"`{text}`: {name} = {_text(value)} is not in {given}")
    return found


def _object(name: str, given: DrawnKind, value: Value, text: str) -> Value:
    read = _read_by(given)
    if read is None:
        remedy = "run it with --fresh and the --seed that found it"
        raise ValueError(f"`{text}`: JSON has no `{given.name}` for `{name}`; {remedy}")
    try:
        return read(value)
    except (TypeError, ValueError) as fault:
        raise ValueError(f"`{text}`: {name} = {_text(value)} is no {given.name}") from fault


def _read_by(given: DrawnKind) -> Callable[[str], object] | None:
    known = given.drawn_by == KINDS.get(given.name)
    return _READ.get(given.name) if known else None


def _text(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False, default=_told)


def _told(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else text_of(value)
