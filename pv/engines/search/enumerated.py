"""The points of a finite domain that is stated as text, and the claim about them."""

from collections.abc import Iterator
from itertools import product

from pv.checks.model import Enumeration, Formulas
from pv.claims import Fault, Finite, IntRange, Node, compile_expression, parse, parse_domain
from pv.claims.domains.space import Space
from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.values import Value


def as_formulas(plan: Enumeration) -> Formulas:
    """Return the same claim; its space has no variables, as each point is a case as it is."""
    return Formulas(
        claim=plan.claim,
        tree=_tree(plan.claim),
        definitions=(),
        space=Space({}, {}, ()),
        tolerance=plan.tolerance,
        functions=plan.functions,
        dtype=next((each.dtype for each in plan.functions.values()), "float64"),
        root=plan.root,
    )


def points(plan: Enumeration) -> Iterator[dict[str, Value]]:
    """Return every point that meets the preconditions, the last variable changing fastest."""
    domains = {name: _domain(text) for name, text in plan.domains.items()}
    conditions = [
        compile_expression(_tree(text), {}, arithmetic=ARRAYS) for text in plan.conditions
    ]
    for values in product(*(tuple(domain.points()) for domain in domains.values())):
        point = dict(zip(domains, values, strict=True))
        if all(condition(point) for condition in conditions):
            yield point


def _tree(text: str) -> Node:
    """Read what the planner has already read."""
    read = parse(text)
    if isinstance(read, Fault):
        raise AssertionError(read.message)  # noqa: TRY004 - a bug in pv, not a wrong type
    return read


def _domain(text: str) -> IntRange | Finite:
    read = parse_domain(text)
    if not isinstance(read, IntRange | Finite):
        raise AssertionError(text)  # noqa: TRY004 - a bug in pv, not a wrong type
    return read
