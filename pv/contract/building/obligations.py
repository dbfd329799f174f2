"""Build proof obligations, with their tolerances and state machines."""

from collections.abc import Iterator
from dataclasses import replace

from pv.claims import Tolerance
from pv.contract.building.entry import Entry
from pv.contract.model import Machine, Obligation, Rule
from pv.contract.text import Text


def obligations(root: Entry, stem: str) -> Iterator[Obligation]:
    """Yield the proof obligations of a contract."""
    for n, entry in enumerate(root.entries("proof_obligations"), start=1):
        kind = entry.word("type") or "invariant"
        lean, machine = entry.inner("lean"), entry.inner("machine")
        yield Obligation(
            id=entry.id or f"{stem}/{kind}-{n}",
            type=kind,
            property=entry.text("property", "statement"),
            formal=entry.text("formal", "verification"),
            equation=entry.text("equation"),
            tolerance=_tolerance(entry),
            tolerance_in=_tolerance_in(entry),
            requires=entry.text("requires"),
            phase=entry.text("applies_to_phase"),
            parent=entry.text("parent_contract"),
            bare_tolerance=_bare(entry),
            lean_status=lean.word("status") if lean else None,
            na_reason=entry.text("na_reason"),
            na_owner=entry.text("na_owner"),
            machine=_machine(machine) if machine else None,
            location=entry.location,
        )


def _machine(entry: Entry) -> Machine:
    return Machine(
        given=entry.table("given"),
        start=entry.table("start"),
        rules=tuple(map(_rule, entry.entries("rules"))),
        location=entry.location,
    )


def _rule(entry: Entry) -> Rule:
    return Rule(
        name=entry.id,
        given=entry.table("given"),
        when=entry.text("when"),
        next=entry.table("next"),
        returns=entry.text("returns"),
        refuses=entry.text("refuses"),
        location=entry.location,
    )


def _bare(entry: Entry) -> Text | None:
    return None if entry.inner("tolerance") else entry.text("tolerance")


def _tolerance(entry: Entry) -> Tolerance | None:
    if inner := entry.inner("tolerance"):
        return _in_units(inner)
    said = entry.value.get("tolerance") is not None
    return Tolerance(absolute=entry.number("tolerance")) if said else None


def _in_units(entry: Entry) -> Tolerance:
    return Tolerance(entry.number("abs"), entry.number("rel"), entry.whole("ulp") or 0)


def _tolerance_in(entry: Entry) -> dict[str, Tolerance]:
    """Return the tolerance for each type of numbers that an obligation names."""
    inner = entry.inner("tolerance")
    types = {dtype: inner.inner(dtype) for dtype in inner.value} if inner else {}
    return {dtype: replace(_in_units(said), dtype=dtype) for dtype, said in types.items() if said}
