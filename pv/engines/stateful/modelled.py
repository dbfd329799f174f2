"""Objects beside their models, and those that a call is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pv.checks.model import Action
from pv.checks.step import Step
from pv.claims.values import Assignment, Value
from pv.contract.machine_objects import SELF, of, same


@dataclass(slots=True)
class Modelled:
    """An object, and its model."""

    name: str
    """Its name in steps; empty for the only one."""
    given: Assignment
    model: dict[str, Value] = field(default_factory=dict)
    made: Value = None

    @property
    def scope(self) -> Assignment:
        """What it was given, and its model."""
        return {**self.given, **self.model}

    def told(self, variable: str) -> str:
        """Return the name of a variable as people read it."""
        return of(self.name, variable) if self.name else variable


class Called(NamedTuple):
    """The object whose method is called, and the one that the method is given, if any."""

    own: Modelled
    other: str
    """What claims call the one that is given."""
    given: Modelled | None

    @property
    def objects(self) -> Mapping[str, Value]:
        """Name in claims -> object."""
        return {SELF: self.own.made, **self.arguments}

    @property
    def arguments(self) -> Mapping[str, Value]:
        """The argument that is an object."""
        return {} if self.given is None else {self.other: self.given.made}

    def scope(self, more: Assignment) -> Assignment:
        """Return what claims may name beside the objects."""
        found = {**self.own.scope, **more, **self.of_given}
        if self.given is None:
            return found
        is_same = self.given is self.own
        return found | {same(self.other): is_same, same(self.other, "!="): not is_same}

    @property
    def of_given(self) -> Assignment:
        """The variables of the object that is given, as they are now."""
        if self.given is None:
            return {}
        return {of(self.other, name): value for name, value in self.given.scope.items()}


def called(objects: Mapping[str, Modelled], step: Step, action: Action) -> Called:
    """Return the objects of a call."""
    given = objects[step.values[action.other].name] if action.other else None
    return Called(objects[step.of], action.other, given)
