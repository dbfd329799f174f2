"""Say up to what distance reals counted as equal."""

from pv.checks.model import Formulas
from pv.checks.reading.executability import allowed
from pv.claims.tree import Comparison, walk

_LENIENT = frozenset({"=", "≈", "!=", "<=", ">=", "in", "not in"})


def tolerance_of(plan: Formulas) -> str | None:
    """Return the tolerance of a claim, in words; None where it has no say."""
    trees = [plan.tree, *(each.body for each in plan.definitions)]
    compares = any(
        isinstance(part, Comparison) and {*part.operators} & _LENIENT
        for tree in trees
        for part in walk(tree)
    )
    if plan.tolerance.exact or not compares:
        return None
    return f"reals are equal within {allowed(plan.tolerance)}"
