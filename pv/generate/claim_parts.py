"""A claim as it is written down: its tree, the values of its variables, what it calls."""

from collections.abc import Mapping
from dataclasses import dataclass

from pv.binding.model import Bound
from pv.checks.model import Enumeration, Formulas
from pv.claims import Definition, Fault, Node, Tolerance, called, parse, parse_set
from pv.claims import names as free_names
from pv.claims.domains.number_sets import values_of
from pv.claims.domains.space import Space
from pv.claims.rendering.python_source import NoPython

_MOST_LISTED = 100_000
"""Larger spaces are drawn from."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The parts that both kinds of plans have."""

    tree: Node
    space: Space
    definitions: tuple[Definition, ...]
    functions: Mapping[str, Bound]
    tolerance: Tolerance
    dtype: str
    listed: bool
    """True: every point of the space is tried."""

    @property
    def arrays(self) -> Mapping[str, int] | None:
        """The number of axes of each variable that is an array; None where all are numbers."""
        found = {n: len(values.sizes) for n, values in self.space.variables.items() if values.sizes}
        return found or None

    @property
    def whole(self) -> frozenset[str]:
        """The variables that are integers."""
        found = self.space.variables.items()
        return frozenset(n for n, values in found if values.whole and not values.sizes)

    @property
    def allowed(self) -> str | None:
        """The arguments of `close` that allow what the tolerance does; None where nothing is."""
        parts = {
            "absolute": self.tolerance.absolute,
            "relative": self.tolerance.relative,
            "ulp": self.tolerance.ulp,
        }
        found = [f"{name}={value!r}" for name, value in parts.items() if value]
        if self.tolerance.ulp and self.tolerance.dtype != "float64":
            found.append(f"dtype={self.tolerance.dtype!r}")
        return ", ".join(found) or None


def claim_of(plan: Enumeration | Formulas) -> Claim:
    """Return the claim of a plan; raises NoPython for one over values without a strategy."""
    if isinstance(plan, Formulas):
        return Claim(
            plan.tree, plan.space, plan.definitions, plan.functions, plan.tolerance, plan.dtype,
            listed=False,
        )  # fmt: skip
    variables = {}
    for name, text in plan.domains.items():
        read = parse_set(text)
        values = None if isinstance(read, Fault) else values_of(read)
        if values is None:
            raise NoPython(f"`{text}` has no strategy")
        variables[name] = values
    space = Space(variables, {}, tuple(map(_planned, plan.conditions)))
    listed, tree = plan.points <= _MOST_LISTED, _planned(plan.claim)
    return Claim(tree, space, (), plan.functions, plan.tolerance, "float64", listed)


def _planned(text: str) -> Node:
    tree = parse(text)
    if isinstance(tree, Fault):
        raise AssertionError(tree.message)  # noqa: TRY004 - a bug: it was planned as a claim
    return tree


def used_by(claim: Claim) -> set[str]:
    """Return the functions and values that a claim needs; what is bound needs no formula."""
    bodies = {each.name: each.body for each in claim.definitions}
    found: set[str] = set()
    waiting = [claim.tree]
    while waiting:
        node = waiting.pop()
        for name in (called(node) | free_names(node)) & bodies.keys() - found:
            found.add(name)
            if name not in claim.functions:
                waiting.append(bodies[name])
    return found | ((called(claim.tree) | free_names(claim.tree)) & claim.functions.keys())
