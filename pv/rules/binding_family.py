"""BIND-*: what binding files say, or fail to say, about the equations of a contract."""

from collections.abc import Iterator, Sequence

from pv.binding.locate import NotFound, locate
from pv.binding.model import Binding
from pv.contract.finding import Finding, Severity
from pv.contract.model import Contract


def judge_bindings(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Finding]:
    """Yield a finding for each equation that is not fully implemented.

    BIND-001: a binding names code that is not there. BIND-002: it is partial. BIND-003: nothing
    implements it.
    """
    tested = _tested(contract)
    for equation in contract.equations:
        entries = [
            (binding, entry)
            for binding in bindings
            for entry in binding.implementations
            if (entry.contract, entry.equation) == (contract.stem, equation.id)
        ]
        if equation.id not in tested and not any(entry.callable for _, entry in entries):
            message = f"equation `{equation.id}` is bound to nothing"
            remedy = "name a callable for it in a binding file, or test it by an experiment"
            yield Finding("BIND-003", Severity.WARNING, message, remedy, equation.location)
        for binding, entry in entries:
            place = locate(entry.callable, binding.root) if entry.callable else None
            if isinstance(place, NotFound):
                remedy = "correct the name, or write the function"
                yield Finding("BIND-001", Severity.ERROR, place.reason, remedy, entry.location)
            if entry.status == "partial":
                message = f"equation `{equation.id}` is implemented in part"
                yield Finding("BIND-002", Severity.WARNING, message, "finish it", entry.location)


def _tested(contract: Contract) -> frozenset[str]:
    """Return the equations whose obligations an experiment tests; those need no callable."""
    by_experiment = {
        test.obligation.value.strip()
        for test in contract.tests
        if test.obligation is not None and test.experiment is not None
    }
    return frozenset(
        obligation.equation.value
        for obligation in contract.obligations
        if obligation.equation is not None and obligation.id in by_experiment
    )
