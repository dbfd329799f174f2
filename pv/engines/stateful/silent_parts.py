"""Tell which parts of a machine's claims said nothing in any state that was reached."""

from contextlib import suppress

from pv.checks.model import StateMachine
from pv.claims import EvaluationError, ImplementationError
from pv.claims.tree import Node
from pv.claims.values import Assignment
from pv.engines.parts import parts
from pv.engines.stateful.claims import Claims

INVARIANT = ""
"""The name of no action."""


class SilentParts:
    """The parts of the invariant, and of what actions return, whose premise has not held so far."""

    def __init__(self, plan: StateMachine, claims: Claims) -> None:
        said = {INVARIANT: plan.invariant, **{each.name: each.returns for each in plan.actions}}
        self._claims = claims
        self._silent = {
            name: [(part, premise) for part, premise in parts(claim) if premise is not None]
            for name, claim in said.items()
            if claim is not None
        }

    def note(self, name: str, scope: Assignment) -> None:
        """Note the parts of an action's claim that say something where it holds."""
        if silent := self._silent[name]:
            self._silent[name] = [each for each in silent if not self._speaks(each[1], scope)]

    def first(self) -> Node | None:
        """Return a part that has said nothing so far, if there is one."""
        return next((part for silent in self._silent.values() for part, _ in silent), None)

    def _speaks(self, premise: Node, scope: Assignment) -> bool:
        with suppress(EvaluationError, ImplementationError):
            return self._claims.value(premise, scope) is True
        return True  # without a value nothing is known of it
