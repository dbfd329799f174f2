"""PROVABILITY-001: kernel contracts that lack obligations, symbolic checks or tests."""

from collections.abc import Iterator

from pv.contract.model import Contract
from pv.plural import number_of
from pv.rules.model.rule import OTHER_KIND, Fact, Rule

_SHOWN = 3
"""Number of ids that a message names."""


def _unprovable(contract: Contract) -> Iterator[Fact]:
    if contract.metadata.kind != "kernel":
        return
    lacking = [
        name
        for name, items in (
            ("proof obligation", contract.obligations),
            ("symbolic check", contract.symbolic_checks),
        )
        if not items
    ]
    for name in lacking:
        remedy = f"add one, or {OTHER_KIND}"
        yield Fact(contract.location, f"a kernel contract without a {name}", remedy)
    if len(contract.tests) < len(contract.obligations):
        obligations = number_of(len(contract.obligations), "obligation")
        message = f"{obligations}, {number_of(len(contract.tests), 'test')}"
        remedy = f"a kernel contract has a test for each obligation{_untested(contract)}"
        yield Fact(contract.location, message, f"{remedy}; or {OTHER_KIND}")


def _untested(contract: Contract) -> str:
    """Return a clause that names untested obligations; empty if tests name none at all."""
    named = {test.obligation.value.strip() for test in contract.tests if test.obligation}
    lacking = [f"`{each.id}`" for each in contract.obligations if each.id not in named]
    return f"; {', '.join(lacking[:_SHOWN])} has none" if named and lacking else ""


RULES = (Rule("PROVABILITY-001", _unprovable),)
