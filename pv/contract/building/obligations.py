"""Build proof obligations, with their state machines."""

from collections.abc import Iterator

from pv.contract.building.entry import Entry
from pv.contract.building.tolerances import tolerance, tolerance_in
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
            tolerance=tolerance(entry),
            tolerance_in=tolerance_in(entry),
            requires=entry.text("requires"),
            phase=entry.text("applies_to_phase"),
            parent=entry.text("parent_contract"),
            bare_tolerance=None if entry.inner("tolerance") else entry.text("tolerance"),
            lean_status=lean.word("status") if lean else None,
            na_reason=entry.text("na_reason"),
            na_owner=entry.text("na_owner"),
            machine=_machine(machine, entry.text("equation")) if machine else None,
            location=entry.location,
        )


def _machine(entry: Entry, equation: Text | None) -> Machine:
    return Machine(
        given=entry.table("given"),
        start=entry.table("start"),
        hidden=entry.table("hidden"),
        rules=tuple(_rule(each, equation) for each in entry.entries("rules")),
        location=entry.location,
    )


def _rule(entry: Entry, equation: Text | None) -> Rule:
    given = entry.table("given")
    return Rule(
        name=entry.id,
        given=given,
        others=tuple(name for name, text in given.items() if text == equation),
        when=entry.text("when"),
        next=entry.table("next"),
        returns=entry.text("returns"),
        refuses=entry.text("refuses"),
        location=entry.location,
    )
