"""Steps with values as they were drawn, and as JSON has them."""

from dataclasses import replace

from pv.checks.model import DrawnKind, StateMachine
from pv.checks.step import Step
from pv.claims.values import Value
from pv.engines.calling.drawn_objects import Object
from pv.engines.calling.plain_values import plain


def told(step: Step) -> str:
    """Return the text of a step."""
    return replace(step, values={name: _plain(each) for name, each in step.values.items()}).text


def drawn(plan: StateMachine, step: Step) -> Step:
    """Return a step that was read, with objects where they would have been drawn."""
    given = plan.given if step.action is None else step.action.given
    kinds = {name: each for name, each in given.items() if isinstance(each, DrawnKind)}
    objects = {name: Object(step.values[name], kind.drawn_by) for name, kind in kinds.items()}
    return replace(step, values={**step.values, **objects})


def _plain(value: Value) -> Value:
    return value.original if isinstance(value, Object) else plain(value)
