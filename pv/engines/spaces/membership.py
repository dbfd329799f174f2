"""The members of a space: what each variable may be, and whether a case is one of them.

Whatever draws, shrinks, enumerates or replays a case asks here.
"""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import NamedTuple

import numpy as np

from pv.binding.drawn_kinds import FRACTIONAL
from pv.checks.reading.executability import ROUNDING
from pv.claims import EXACT, EvaluationError, Node, Tolerance, compile_expression
from pv.claims.domains.space import Space, Values, order
from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.evaluation.arrays.predicates import PREDICATES
from pv.claims.evaluation.budget import MOST_ITEMS
from pv.claims.evaluation.evaluate import Evaluate
from pv.claims.tree import Call, Comparison, Constant, Name, Number, Span, String, names, walk
from pv.claims.values import Functions, Value
from pv.engines.calling.drawn_objects import alive
from pv.engines.ends import Ends, ends_of
from pv.engines.spaces.exact_fractions import FRACTIONS
from pv.engines.spaces.rounding import Drawn, rounded, rounded_value

_ATOMS = Name | Number | Constant | String
_NOWHERE = Span(0, 0)


class Extent(NamedTuple):
    """What one variable may be, where a case stands."""

    values: Values
    shape: tuple[int, ...]
    ends: Ends
    listed: tuple[Value, ...]

    @property
    def is_empty(self) -> bool:
        """True where there is no value, not even for one item."""
        if self.values.listed or 0 in self.shape:
            return False
        return self.ends.has_none(whole=self.values.whole)

    def has(self, item: Value) -> bool:
        """Return whether one item is in the set."""
        if self.values.listed:
            return any(_same(item, each) for each in self.listed) and self._between(item)
        return item in self.ends and (type(item) is int or not self.values.whole)

    def _between(self, item: Value) -> bool:
        return not self.values.ends() or item in self.ends

    def holds(self, value: Value, tolerance: Tolerance) -> bool:
        """Return whether a value of the right shape has all its items in the set."""
        if np.shape(value) != self.shape or isinstance(value, np.ndarray) is not bool(self.shape):
            return False
        items = value.ravel().tolist() if self.shape else (value,)
        if not all(map(self.has, items)):
            return False
        return not self.values.simplex or _is_distribution(value, tolerance)


class Members:
    """The cases of a space, in the numbers of a type."""

    def __init__(
        self,
        space: Space,
        dtype: str = "float64",
        draws: Mapping[str, str] | None = None,
        helpers: Functions | None = None,
        constants: Sequence[Value] = (),
    ) -> None:
        self.space = space
        self.draws = draws or {}
        """Variable that is no number -> `module:qualname` of what draws it."""
        self.helpers = helpers or {}
        """What the space may call to look into an object."""
        self.constants = constants
        """Numbers and texts that claims about the cases mention."""
        self.dtype = dtype
        self.tolerance = ROUNDING[dtype]
        self.order = order(space)
        self.sizes = space.size_names()
        self._arithmetic = ARRAYS if FRACTIONAL.isdisjoint(self.draws.values()) else FRACTIONS
        self._compiled: dict[int, Evaluate] = {}
        self._conditions = [self._condition(each) for each in space.conditions]

    def extent(self, name: str, case: Drawn) -> Extent:
        """Return what a variable may be; raises EvaluationError where that has no meaning."""
        values = self.space.variables[name]
        shape = tuple(self._size(each, case) for each in values.sizes)
        if prod(shape) > MOST_ITEMS:
            raise EvaluationError(f"an array has at most {MOST_ITEMS:,} items", _NOWHERE)
        listed = tuple(self.value(each, case) for each in values.listed)
        if self.dtype != "float64":
            listed = tuple(rounded_value(each, self.dtype) for each in listed)
        return Extent(values, shape, self._ends(values, case), listed)

    def value(self, node: Node, case: Drawn) -> Value:
        """Evaluate an end, a size or a derived value; raises EvaluationError."""
        if id(node) not in self._compiled:
            self._compiled[id(node)] = compile_expression(
                node, self.helpers, self.tolerance, self._arithmetic
            )
        return self._compiled[id(node)](alive(case, self.space.objects))

    def fixed(self) -> Drawn:
        """Evaluate the derived values that depend on nothing, such as units of time."""
        derived = self.space.derived.items()
        return {name: self.value(body, {}) for name, body in derived if not names(body)}

    def completed(self, case: Drawn) -> Drawn:
        """Return a case in the numbers of the type, with the values that follow from it."""
        found = rounded(case, self.dtype)
        for name in self.order:
            if name in self.space.derived:
                found = {**found, name: self.value(self.space.derived[name], found)}
        return rounded(found, self.dtype)

    def contains(self, case: Drawn) -> bool:
        """Return whether a case lies in the space; raises EvaluationError."""
        declared = (name for name in self.order if name in self.space.variables and name in case)
        inside = (self.extent(each, case).holds(case[each], self.tolerance) for each in declared)
        return all(inside) and self.meets(case)

    def meets(self, case: Drawn) -> bool:
        """Return whether a case meets the conditions of the space; raises EvaluationError."""
        values = alive(case, self.space.objects)
        return all(bool(np.all(condition(values))) for condition in self._conditions)

    def without_values(self) -> str | None:
        """Return a variable that no value is in the domain of, whatever the others are."""
        for name, values in self.space.variables.items():
            try:
                if not values.sizes and self.extent(name, {}).is_empty:
                    return name
            except EvaluationError:  # it depends on others
                continue
        return None

    def _ends(self, values: Values, case: Drawn) -> Ends:
        low, high = (
            None if end is None else plain_number(self.value(end, case))
            for end in (values.low, values.high)
        )
        try:
            return ends_of(low, high, open_low=values.open_low, open_high=values.open_high)
        except TypeError as fault:
            raise EvaluationError(str(fault), _NOWHERE) from fault

    def _size(self, node: Node, case: Drawn) -> int:
        size = plain_number(self.value(node, case))
        if isinstance(size, float) and size.is_integer():
            size = int(size)
        if type(size) is not int or size < 0:
            raise EvaluationError("a size is a whole number from 0 on", node.span)
        return size

    def _condition(self, tree: Node) -> Callable[[Drawn], Value]:
        tolerance = self.tolerance if _needs_slack(tree) else EXACT
        return compile_expression(tree, self.helpers, tolerance, self._arithmetic)


def plain_number(value: Value) -> Value:
    """Return Python's own number for one of NumPy's."""
    return value.item() if isinstance(value, np.generic) else value


def _needs_slack(tree: Node) -> bool:
    """Return whether a condition says that what is computed is equal, which rounding breaks."""
    for part in walk(tree):
        if isinstance(part, Call) and part.function in PREDICATES:
            return True
        if isinstance(part, Comparison) and {"=", "≈"} & {*part.operators}:
            return not all(isinstance(each, _ATOMS) for each in part.operands)
    return False


def _same(item: Value, listed: Value) -> bool:
    alike = isinstance(item, bool) is isinstance(listed, bool)
    return alike and bool(item == listed)


def _is_distribution(value: Value, tolerance: Tolerance) -> bool:
    weights = np.asarray(value, dtype=float)
    slack = max(tolerance.absolute, tolerance.relative)
    total = weights.sum(axis=-1) if weights.ndim else weights
    return bool(np.all(weights >= 0) and np.all(np.abs(total - 1) <= slack))
