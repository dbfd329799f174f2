"""Find the part of a claim that is false at a case, or that has no value, and what is to blame."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from pv.claims import Node, operands, render
from pv.claims import tree as t
from pv.claims.evaluation.errors import BadPattern, Unclear
from pv.claims.values import Assignment, Value
from pv.engines.calling.plain_values import shown
from pv.engines.search.claim_parts import FAULTS, Parts, Place, is_plain, sides_of

_SETS_OF_NUMBERS = (t.Interval, t.Range, t.Name)
_LISTS = (tuple, np.ndarray)


@dataclass(frozen=True, slots=True)
class Gap:
    """The part of a claim for which it has no value at a case."""

    why: str
    is_of_code: bool
    """True: with another result of the code it would have one."""


class Diagnosis:
    """Looks into a claim that does not hold at a case."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def place(self, node: Node, case: Assignment) -> Place:
        """Return the place of a whole claim."""
        return self._parts.whole(node, case)

    def false_part(self, place: Place) -> Place:
        """Return the narrowest part that makes a claim false."""
        match place.node:
            case t.Binary("and", left, right):
                first = replace(place, node=left)
                is_first = self._parts.value_or_none(first) is False
                return self.false_part(first if is_first else replace(place, node=right))
            case t.Binary("implies", _, right):
                return self.false_part(replace(place, node=right))
            case t.Binder(kind="forall"):
                for inner in self._parts.bodies(place):
                    if self._parts.value_or_none(inner) is False or not self._parts.has_value(
                        inner
                    ):
                        return self.false_part(inner)  # evaluation ended there
            case t.Unary("not", t.Binder(kind="exists") as some):
                bodies = self._parts.bodies(replace(place, node=some))
                return next(
                    (each for each in bodies if self._parts.value_or_none(each) is True), place
                )
        return place

    def required(self, place: Place) -> Iterator[Place]:
        """Yield the comparisons that must hold for the whole to hold."""
        match place.node:
            case t.Binary("and", left, right):
                yield from self.required(replace(place, node=left))
                yield from self.required(replace(place, node=right))
            case t.Unary("not", inner):
                yield from self.required(replace(place, node=inner))
            case t.Comparison():
                yield place

    def gap(self, place: Place, told: Exception | None = None) -> Gap | None:
        """Return why a part has no value, or not a number; None if it has one.

        `told` is the fault of a whole claim: it may have a value that is no truth value.
        """
        if told is None and not self._parts.lacks(place):
            return None
        inner = self._innermost(place)
        try:
            self._parts.value(inner)
            fault = told
            why = str(told) if told and inner is place else f"{render(inner.node)} is not a number"
        except FAULTS as found:
            why, fault = str(found), found
        is_of_code = not isinstance(fault, Unclear) and self._depends(inner, fault)
        return Gap(why + (self._told(inner) if is_of_code else ""), is_of_code)

    def undefined_side(self, place: Place) -> str | None:
        """Return why a side of a comparison is no number for what the claim itself says."""
        for side in sides_of(place.node):
            found = self.gap(replace(place, node=side))
            if found is not None and not found.is_of_code:
                return found.why
        return None

    def of_items(self, place: Place) -> Iterator[tuple[Node, Value]]:
        """Yield what code returned, and a comparison says of each item of, with its value."""
        if not isinstance(place.node, t.Comparison):
            return
        sides = place.node.operands
        values = [self._parts.value_or_none(replace(place, node=side)) for side in sides]
        itemwise = any(isinstance(each, int | float | Fraction) for each in values)
        itemwise |= "in" in place.node.operators and isinstance(sides[-1], _SETS_OF_NUMBERS)
        for side, value in zip(sides, values, strict=True):
            if itemwise and self._parts.mentions(replace(place, node=side)):
                yield side, value

    def sides(self, place: Place) -> list[tuple[str, str]]:
        """Return variables, the sides of a comparison and what code returned, with their values."""
        lines = [(name, shown(value)) for name, value in place.inside.items()]
        sides = [side for side in operands(place.node) if not isinstance(side, t.Range)]
        for part in dict.fromkeys((*sides, *self._parts.calls(place))):
            found = self._parts.value_or_none(replace(place, node=part))
            if found is not None or self._parts.has_value(replace(place, node=part)):
                lines.append((render(part), shown(found)))
        return list(dict.fromkeys(lines))

    def _told(self, place: Place) -> str:
        """Say what code returned in a part."""
        inner = (replace(place, node=part) for part in self._parts.calls(place))
        told = dict.fromkeys(
            f"{render(each.node)} returned {shown(self._parts.value(each))}"
            for each in inner
            if self._parts.has_value(each)
        )
        return f", as {' and '.join(told)}" if told else ""

    def _innermost(self, place: Place) -> Place:
        for part in self._parts.parts(place):
            if self._parts.lacks(part):
                return self._innermost(part)
        return place

    def _depends(self, place: Place, fault: Exception | None) -> bool:
        """Return whether a part without a value would have one if code returned something else."""
        match place.node:
            case t.Binary("/" | "//" | "%", _, divisor):
                right = replace(place, node=divisor)
                if not self._parts.mentions(right) and np.any(
                    np.equal(self._parts.value(right), 0)
                ):
                    return False
            case t.Index(collection, indices) if isinstance(
                self._parts.value_or_none(replace(place, node=collection)), _LISTS
            ):
                if not all(self._may_be_there(place, collection, each) for each in indices):
                    return False
            case t.Call(_, (_, pattern)) if isinstance(fault and fault.__cause__, BadPattern):
                return self._parts.mentions(replace(place, node=pattern))
        return self._parts.mentions(place)

    def _may_be_there(self, place: Place, collection: Node, index: Node) -> bool:
        """Return whether a list could have such an item, if code returned another list.

        `x_{i+1}` leaves the list at its end, however long it is.
        """
        if is_plain(index):
            return True
        follows = t.names(index) & (place.indices | place.returned)
        if follows or render(collection) in map(render, t.walk(index)):
            return False
        at = replace(place, node=index)
        value = self._parts.value_or_none(at)
        return self._parts.mentions(at) or not (isinstance(value, int) and value < 0)
