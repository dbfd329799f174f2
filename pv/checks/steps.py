"""Read the steps of a machine from their texts."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from pv.binding.drawn_kinds import KINDS
from pv.checks.model import Another, DrawnKind, Given, StateMachine
from pv.checks.step import MADE, REFUSED, Reference, Step, value_text
from pv.claims import Finite
from pv.claims.values import Value
from pv.nearest import listed

STEPS = "steps"
"""What a case of a machine has."""
_OF = re.compile(r"\s*([^\W\d]\w*)\s*([=.])\s*")
_HEAD = re.compile(r"\s*([^\s(]+)\s*\(\s*")
_NAME = re.compile(r"(?:,\s*)?([^\s=,()]+)\s*=\s*")
_OBJECT = re.compile(r"[^\W\d]\w*")
_READ: Mapping[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}
"""Kind of drawn object -> what reads one from its text."""


def read_steps(plan: StateMachine, texts: object) -> tuple[Step, ...]:
    """Read the steps of a case; raises ValueError that says what is wrong with which of them."""
    if not (isinstance(texts, list) and texts and all(isinstance(each, str) for each in texts)):
        raise ValueError('`steps` are a list of texts, such as ["made()", "push(item = 0)"]')
    steps: list[Step] = []
    for text in texts:
        steps.append(_step(plan, text, [each.of for each in steps if each.action is None]))
    return (*steps,)


def can_be_read(plan: StateMachine) -> bool:
    """Return whether JSON has all that the steps of a machine are given."""
    given = (plan.given, *(action.given for action in plan.actions))
    kinds = (each for values in given for each in values.values() if isinstance(each, DrawnKind))
    return all(_read_by(each) is not None for each in kinds)


def _step(plan: StateMachine, text: str, made: Sequence[str]) -> Step:
    """Read a step, before which these objects were made."""
    of, name, at = _alone(text, made) if plan.objects == ("",) else _of_many(text, made)
    actions = {action.name: action for action in plan.actions}
    if name != MADE and name not in actions:
        raise ValueError(f"`{text}`: the machine has no rule `{name}`; it has {listed(actions)}")
    action = actions.get(name)
    given = plan.given if action is None else action.given
    values = dict(_arguments(text, at, given))
    if {*values} != {*given}:
        raise ValueError(f"`{text}`: it is given {listed(given) or 'nothing'}, and nothing else")
    refused = text.rstrip().endswith(REFUSED)
    read = {name: _value(name, each, values[name], text) for name, each in given.items()}
    step = Step(read, action, refused, of)
    if action is not None and (unknown := step.objects - {*made}):
        raise ValueError(f"`{text}`: no `{min(unknown)}` was made before it")
    return step


class _Head(NamedTuple):
    """The head of a step: an object, what is done, and where its values begin."""

    of: str
    name: str
    end: int


def _alone(text: str, made: Sequence[str]) -> _Head:
    head = _HEAD.match(text)
    if head is None:
        raise ValueError(f"`{text}` is no step; write it as `push(item = 0)`")
    if bool(made) is (head[1] == MADE):
        raise ValueError(f"`{text}`: the first step, and no other, is `{MADE}(…)`")
    return _Head("", head[1], head.end())


def _of_many(text: str, made: Sequence[str]) -> _Head:
    of = _OF.match(text)
    head = of and _HEAD.match(text, of.end())
    if of is None or head is None or (of[2] == "=") is not (head[1] == MADE):
        raise ValueError(f"`{text}` is no step; write it as `a = {MADE}()` or `a.push(item = 0)`")
    if head[1] == MADE and of[1] in made:
        raise ValueError(f"`{text}`: `{of[1]}` was made before; give it another name")
    return _Head(of[1], head[1], head.end())


def _arguments(text: str, at: int, given: Mapping[str, Given]) -> Iterator[tuple[str, Value]]:
    """Yield names and values up to the bracket that closes."""
    while text[at : at + 1] != ")":
        name = _NAME.match(text, at)
        if name is None:
            raise ValueError(f"`{text}`: write values as `name = value`, up to `)`")
        read = _object_at if isinstance(given.get(name[1]), Another) else _json_at
        value, at = read(text, name)
        yield name[1], value
        at += len(text[at:]) - len(text[at:].lstrip())
    if text[at + 1 :].strip() not in {"", REFUSED.strip()}:
        raise ValueError(f"`{text}`: nothing stands behind `)`, except `{REFUSED.strip()}`")


def _json_at(text: str, name: re.Match[str]) -> tuple[Value, int]:
    try:
        return json.JSONDecoder().raw_decode(text, name.end())
    except (ValueError, RecursionError) as fault:
        raise ValueError(f"`{text}`: the value of `{name[1]}` is no JSON") from fault


def _object_at(text: str, name: re.Match[str]) -> tuple[Value, int]:
    found = _OBJECT.match(text, name.end())
    if found is None:
        raise ValueError(f"`{text}`: `{name[1]}` is an object: write `{name[1]} = a`")
    return Reference(found[0]), found.end()


def _value(name: str, given: Given, value: Value, text: str) -> Value:
    """Return what JSON gives in the place of a drawn value."""
    if isinstance(given, Another):
        return value
    if isinstance(given, DrawnKind):
        return _object(name, given, value, text)
    points: Sequence[Value] = given.values if isinstance(given, Finite) else ()
    found = next((each for each in points if value_text(each) == value_text(value)), value)
    if found not in given:
        raise ValueError(f"`{text}`: {name} = {value_text(value)} is not in {given}")
    return found


def _object(name: str, given: DrawnKind, value: Value, text: str) -> Value:
    read = _read_by(given)
    if read is None:
        remedy = "run it with --fresh and the --seed that found it"
        raise ValueError(f"`{text}`: JSON has no `{given.name}` for `{name}`; {remedy}")
    try:
        return read(value)
    except (TypeError, ValueError) as fault:
        raise ValueError(f"`{text}`: {name} = {value_text(value)} is no {given.name}") from fault


def _read_by(given: DrawnKind) -> Callable[[str], object] | None:
    known = given.drawn_by == KINDS.get(given.name)
    return _READ.get(given.name) if known else None
