"""Write what a function may be given as a domain of the claim language."""

from collections.abc import Iterable
from dataclasses import replace
from math import ceil, floor
from typing import NamedTuple

from pv.claims import render
from pv.claims import tree as t
from pv.proposals.model import Function, Limits, Parameter, Sort

_FAR = 100
"""Numbers without a declared end are drawn up to here."""
_MOST_ITEMS = 20


class Rung(NamedTuple):
    """Values to begin with, where nothing is declared; the next rung has fewer."""

    least: float
    open_low: bool
    fewest: int
    """Items of a list."""


RUNGS = (
    Rung(-_FAR, open_low=False, fewest=0),
    Rung(-_FAR, open_low=False, fewest=1),
    Rung(0, open_low=False, fewest=1),
    Rung(0, open_low=True, fewest=1),
)


def within(function: Function, rung: Rung) -> Function:
    """Return a function whose numbers have both ends."""
    parameters = tuple(
        replace(each, limits=_ends(each.limits, rung)) for each in function.parameters
    )
    return replace(function, parameters=parameters)


def domain_of(function: Function, rung: Rung) -> str:
    """Return the domain of a function's parameters, in their order; empty without parameters.

    Its lists have one size in common.
    """
    size = function.unused("n", "m")
    parts = [_statement(each, rung, size) for each in function.parameters]
    if any(each.kind.arrays for each in function.parameters):
        parts.append(f"{size} in {rung.fewest}..{_MOST_ITEMS}")
    return ", ".join(parts)


def _statement(parameter: Parameter, rung: Rung, size: str) -> str:
    name, kind = parameter.name, parameter.kind
    if kind.named and kind.is_number:
        ends = _ends(parameter.limits, rung)
        above, below = ">" if ends.open_low else ">=", "<" if ends.open_high else "<="
        return f"{name} in {kind.named}, {name} {above} {ends.low}, {name} {below} {ends.high}"
    return f"{name} {'∈' if kind.arrays else 'in'} {values_of(parameter, rung, size)}"


def values_of(parameter: Parameter, rung: Rung, size: str) -> str:
    """Return the set of what a parameter may be; arrays have a size."""
    values = parameter.kind.named or _values(parameter, rung)
    return f"{values}^{size}" if parameter.kind.arrays else values


def _values(parameter: Parameter, rung: Rung) -> str:
    kind, limits = parameter.kind, parameter.limits
    match kind.sort:
        case Sort.TRUTH:
            return "bool"
        case Sort.TEXT:
            return "string"
        case Sort.CHOICE:
            return _listed(kind.choices)
        case Sort.WHOLE:
            low, high = _whole(limits, rung)
            return f"{{{low}, ..., {high}}}" if kind.arrays else f"{low}..{high}"
    return _interval(limits, rung)


def _listed(values: Iterable[str | int]) -> str:
    nowhere = t.Span(0, 0)
    return render(
        t.Set(
            tuple(
                t.String(each, nowhere) if isinstance(each, str) else t.Number(each, nowhere)
                for each in values
            ),
            nowhere,
        )
    )


def _whole(limits: Limits, rung: Rung) -> tuple[int, int]:
    """Return the least and the greatest whole number."""
    ends = _ends(limits, rung)
    low, high = ceil(ends.low or 0), floor(ends.high or 0)
    low += ends.open_low and low == ends.low
    high -= ends.open_high and high == ends.high
    return low, high


def _interval(limits: Limits, rung: Rung) -> str:
    ends = _ends(limits, rung)
    left, right = "(" if ends.open_low else "[", ")" if ends.open_high else "]"
    return f"{left}{ends.low}, {ends.high}{right}"


def _ends(limits: Limits, rung: Rung) -> Limits:
    """Return limits with both ends: what is not declared is the rung's, or not far away."""
    low, high, open_low = limits.low, limits.high, limits.open_low
    if low is None:
        low, open_low = rung.least, rung.open_low
        if high is not None and high <= low:
            low, open_low = high - _FAR, False
    if high is None:
        high = max(_FAR, low + _FAR)
    return Limits(low, high, open_low, limits.open_high)
