"""The numbers and texts that a claim, the formulas it calls and its conditions mention."""

from collections.abc import Iterator

from pv.checks.model import Formulas
from pv.claims.tree import Number, String, walk

MOST = 24
"""More constants than this say little about where a claim could fail."""


def constants_of(plan: Formulas) -> tuple[int | float | str, ...]:
    """Return the constants of a plan, those of the claim first."""
    return tuple(dict.fromkeys(_constants(plan)))[:MOST]


def _constants(plan: Formulas) -> Iterator[int | float | str]:
    bodies = (each.body for each in plan.definitions)
    for tree in (plan.tree, *bodies, *plan.space.conditions):
        yield from (part.value for part in walk(tree) if isinstance(part, Number | String))
