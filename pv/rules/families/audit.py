"""AUDIT-*: obligations and equations that nothing covers, as the Rust tool's audit counts them."""

from collections.abc import Iterator

from pv.contract.model import Contract
from pv.plural import number_of
from pv.rules.families.schema import empty_obligation
from pv.rules.model.rule import Fact, Rule


def _no_tests(contract: Contract) -> Iterator[Fact]:
    if contract.obligations and not contract.tests and contract.metadata.kind != "library":
        message = f"{number_of(len(contract.obligations), 'obligation')} and no falsification test"
        yield Fact(contract.location, message, "say in `falsification_tests:` what could fail")


def _no_obligations(contract: Contract) -> Iterator[Fact]:
    if contract.equations and not contract.obligations:
        message = f"{number_of(len(contract.equations), 'equation')} and no proof obligation"
        yield Fact(contract.location, message, "say in `proof_obligations:` what must hold")


def _uncovered(contract: Contract) -> Iterator[Fact]:
    """Yield obligations with an id that no test and no symbolic check names."""
    if contract.metadata.kind == "library":
        return
    named = {test.obligation.value.strip() for test in contract.tests if test.obligation}
    named |= {check.obligation.value.strip() for check in contract.symbolic_checks}
    given = {given.id.value for given in contract.given_ids}
    for item in contract.obligations:
        if item.id in given and item.id not in named:
            message = f"nothing tests or decides `{item.id}` by its id"
            yield Fact(item.location, message, "name it in the `obligation:` of a test or check")


RULES = (
    Rule("AUDIT-001", _no_tests),
    Rule("AUDIT-002", empty_obligation),
    Rule("AUDIT-003", _no_obligations),
    Rule("AUDIT-004", _uncovered),
)
