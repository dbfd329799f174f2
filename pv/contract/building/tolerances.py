"""Build tolerances: how far reals may be apart, in general and in one type of numbers."""

from dataclasses import replace

from pv.claims import Tolerance
from pv.contract.building.entry import Entry


def tolerance(entry: Entry) -> Tolerance | None:
    """Return the tolerance of an obligation or an equation; None where it states none."""
    if inner := entry.inner("tolerance"):
        return _in_units(inner) if {*inner.value} & {"abs", "rel", "ulp"} else None
    said = entry.value.get("tolerance") is not None
    return Tolerance(absolute=entry.number("tolerance")) if said else None


def tolerance_in(entry: Entry) -> dict[str, Tolerance]:
    """Return the tolerance for each type of numbers that is named."""
    inner = entry.inner("tolerance")
    types = {dtype: inner.inner(dtype) for dtype in inner.value} if inner else {}
    return {dtype: replace(_in_units(said), dtype=dtype) for dtype, said in types.items() if said}


def _in_units(entry: Entry) -> Tolerance:
    return Tolerance(entry.number("abs"), entry.number("rel"), entry.whole("ulp") or 0)
