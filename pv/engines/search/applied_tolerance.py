"""Say up to what distance reals counted as equal."""

from pv.checks.model import Formulas
from pv.claims.tree import Comparison, walk

_LENIENT = frozenset({"=", "≈", "!=", "<=", ">=", "in", "not in"})


def tolerance_of(plan: Formulas) -> str | None:
    """Return the tolerance of a claim, in words; None where it has no say."""
    allowed = plan.tolerance
    trees = [plan.tree, *(each.body for each in plan.definitions)]
    compares = any(
        isinstance(part, Comparison) and {*part.operators} & _LENIENT
        for tree in trees
        for part in walk(tree)
    )
    if allowed.exact or not compares:
        return None
    parts = [
        f"abs {allowed.absolute:g}" if allowed.absolute else "",
        f"rel {allowed.relative:g}" if allowed.relative else "",
        f"{allowed.ulp} ulp of {allowed.dtype}" if allowed.ulp else "",
    ]
    return f"reals are equal within {' or '.join(filter(None, parts))}"
