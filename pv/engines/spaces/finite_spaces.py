"""Spaces with so few points that each can be tried; an end may depend on other variables."""

from collections.abc import Iterator, Sequence
from math import inf, prod

from pv.checks.model import Formulas
from pv.checks.plans.finite_domains import MOST_POINTS
from pv.claims import EvaluationError, names
from pv.claims.evaluation.scalars.builtins import CONSTANTS
from pv.claims.values import Value
from pv.engines.spaces.membership import Extent, Members
from pv.engines.spaces.rounding import Drawn, every_value

_MOST_AXES = 100_000
"""So often are the ends of a variable worked out, only to count points."""
_SHORT = frozenset({"float16", "bfloat16"})


class _Uncountable(Exception):  # noqa: N818 - what a space is
    """Raised where a variable has endless values, or there are too many points."""


def points(plan: Formulas) -> Iterator[Drawn] | None:
    """Return every point of a plan's space; None if there are too many or they depend on sizes.

    A real number in float16 or bfloat16 has 65,536 values at most, so it is finite too.
    """
    members = Members(plan.space, plan.dtype)
    if members.sizes or plan.space.objects or not plan.space.variables:
        return None
    axes = _Axes(members)
    try:
        axes.count()
    except (EvaluationError, _Uncountable):
        return None
    return axes.points()


class _Axes:
    """The values of each variable, where those before it stand."""

    def __init__(self, members: Members) -> None:
        self.members = members
        self.fixed: dict[str, Sequence[Value]] = {}
        self.asked = 0
        used = {*self._used()}
        last = max((at for at, name in enumerate(members.order) if name in used), default=-1)
        self.free = members.order[last + 1 :]
        """Names that no end depends on."""

    def count(self) -> int:
        """Return the number of points before conditions; raises _Uncountable, EvaluationError."""
        for name, values in self.members.space.variables.items():
            if values.sizes or values.simplex:
                raise _Uncountable
            if not frozenset().union(*map(names, values.ends())) - CONSTANTS.keys():
                self.fixed[name] = _axis(self.members.extent(name, {}), self.members.dtype)
        return self._counted({}, 0, MOST_POINTS)

    def points(self) -> Iterator[Drawn]:
        """Yield the points that meet the conditions; the last variable changes fastest."""
        return (case for case in self._from({}, 0) if self.members.meets(case))

    def axis(self, name: str, case: Drawn) -> Sequence[Value]:
        """Return the values of a variable; raises _Uncountable and EvaluationError."""
        self.asked += 1
        found = self.fixed.get(name)
        return found or _axis(self.members.extent(name, case), self.members.dtype)

    def _used(self) -> Iterator[str]:
        space = self.members.space
        for values in space.variables.values():
            for end in values.ends():
                yield from names(end)
        for body in space.derived.values():
            yield from names(body)

    def _counted(self, case: Drawn, at: int, most: int) -> int:
        rest = self.members.order[at:]
        if len(rest) <= len(self.free):
            drawn = [name for name in rest if name in self.members.space.variables]
            found = prod(len(self.axis(name, case)) for name in drawn)
        else:
            found = 0
            for other in self._next(case, rest[0]):
                found += self._counted(other, at + 1, most - found)
        if found > most or self.asked > _MOST_AXES:
            raise _Uncountable
        return found

    def _next(self, case: Drawn, name: str) -> Iterator[Drawn]:
        if name in self.members.space.derived:
            yield {**case, name: self.members.value(self.members.space.derived[name], case)}
        else:
            for each in self.axis(name, case):
                yield {**case, name: each}

    def _from(self, case: Drawn, at: int) -> Iterator[Drawn]:
        if at == len(self.members.order):
            yield case
            return
        for other in self._next(case, self.members.order[at]):
            yield from self._from(other, at + 1)


def _axis(extent: Extent, dtype: str) -> Sequence[Value]:
    """Return every value of one variable; raises _Uncountable."""
    if extent.values.listed:
        return [each for each in extent.listed if extent.has(each)]
    if extent.values.whole:
        low, high = extent.ends.whole()
        if low is None or high is None or high - low >= MOST_POINTS:
            raise _Uncountable
        return range(low, high + 1)
    if dtype not in _SHORT:
        raise _Uncountable
    return [each for each in (*every_value(dtype).tolist(), inf, -inf) if each in extent.ends]
