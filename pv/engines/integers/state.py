"""Python code executed with unknown integers: what its variables are, and on which path."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pv.claims.smt.terms import Term, literal

Symbolic = Term | None
"""An integer, a truth value, or Python's None."""
YIELDS = "yields"
"""The variable that counts what a generator has yielded."""


def symbolic(value: object) -> Symbolic:
    """Return a value of Python that is known; raises TypeError unless it is exactly an integer.

    A truth value or None is one here, an object of a class derived from `int` is none.
    """
    if value is None:
        return None
    if type(value) is bool or type(value) is int:
        return literal(value)
    raise TypeError(f"no integer: it is of type {type(value).__name__}")


class Unsupported(Exception):  # noqa: N818 - a fact about the code
    """Raised for code that has no term; the message says what and where."""

    def __init__(self, node: ast.AST | None, message: str) -> None:
        line = getattr(node, "lineno", None)
        super().__init__(f"line {line}: {message}" if line else message)


@dataclass(frozen=True, slots=True)
class State:
    """One path through the code, at one place."""

    variables: Mapping[str, Symbolic] = field(default_factory=dict)
    path: tuple[object, ...] = ()
    """Conditions under which the code comes here."""

    def where(self, *conditions: object) -> "State":
        """Return the state on the part of the path where conditions hold."""
        return replace(self, path=(*self.path, *conditions))

    def setting(self, **values: Symbolic) -> "State":
        """Return the state after an assignment."""
        return replace(self, variables={**self.variables, **values})

    def without(self, names: Iterable[str]) -> "State":
        """Return the state in which some variables may be unset."""
        kept = {name: value for name, value in self.variables.items() if name not in {*names}}
        return replace(self, variables=kept)


class End(NamedTuple):
    """The end of a block of statements on one path."""

    kind: str
    """next | return | break | continue."""
    state: State
    value: Symbolic = None


class Condition(NamedTuple):
    """A condition of the proof."""

    what: str
    """A sentence: what would be wrong if it does not hold."""
    under: tuple[object, ...]
    claim: object
