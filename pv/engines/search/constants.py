"""The numbers that a claim, the formulas it calls and its conditions mention."""

from collections.abc import Iterator

from pv.checks.model import Formulas
from pv.claims.tree import Number, walk

MOST = 24
"""More constants than this say little about where a claim could fail."""


def constants_of(plan: Formulas) -> tuple[int | float, ...]:
    """Return the constants of a plan, those of the claim first."""
    return tuple(dict.fromkeys(_numbers(plan)))[:MOST]


def _numbers(plan: Formulas) -> Iterator[int | float]:
    bodies = (each.body for each in plan.definitions)
    for tree in (plan.tree, *bodies, *plan.space.conditions):
        yield from (part.value for part in walk(tree) if isinstance(part, Number))
