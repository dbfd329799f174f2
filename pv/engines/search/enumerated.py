"""The points of a finite domain that is stated as text, and the claim about them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import numpy as np

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
    return _meeting(plan, product(*_axes(plan)))


def some_points(plan: Enumeration, count: int, seed: int) -> Iterator[dict[str, Value]]:
    """Return points drawn at random that meet the preconditions; none for an empty domain."""
    draw = np.random.default_rng(seed)
    axes = _axes(plan)
    if not all(axes):
        return iter(())
    return _meeting(
        plan, ([axis[int(draw.integers(len(axis)))] for axis in axes] for _ in range(count))
    )


def has(plan: Enumeration, case: dict[str, Value]) -> bool:
    """Return whether a case is one of the points that meet the preconditions."""
    inside = all(case[name] in _domain(text) for name, text in plan.domains.items())
    return inside and any(True for _ in _meeting(plan, [[case[name] for name in plan.domains]]))


def _axes(plan: Enumeration) -> list[Sequence[Value]]:
    return [tuple(_domain(text).points()) for text in plan.domains.values()]


def _meeting(plan: Enumeration, every: Iterable[Sequence[Value]]) -> Iterator[dict[str, Value]]:
    conditions = [
        compile_expression(_tree(text), {}, arithmetic=ARRAYS) for text in plan.conditions
    ]
    for values in every:
        point = dict(zip(plan.domains, values, strict=True))
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
