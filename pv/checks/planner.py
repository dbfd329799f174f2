"""Every check that a contract asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pv.binding.model import Binding
from pv.checks.experiments import plan_test
from pv.checks.model import Check
from pv.checks.obligations import plan_obligation, plan_symbolic
from pv.contract.model import Contract


def plan_tests(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return the checks that `pv falsify` runs."""
    equation_of = {
        item.id: item.equation.value for item in contract.obligations if item.equation is not None
    }
    for test in contract.tests:
        check = plan_test(contract, test, bindings)
        about = equation_of.get(test.obligation.value) if test.obligation else None
        yield _selectable(contract, check, about)


def plan_proofs(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return the checks that `pv prove` runs."""
    for obligation in contract.obligations:
        yield _selectable(contract, plan_obligation(contract, obligation, bindings), None)
    for symbolic in contract.symbolic_checks:
        yield _selectable(contract, plan_symbolic(contract, symbolic, bindings), None)


def _selectable(contract: Contract, check: Check, equation: str | None) -> Check:
    """Let the ids of the contract's gates and of the equation select the check too."""
    more = {gate.id for gate in contract.gates} | ({equation} if equation else set())
    return replace(check, aliases=check.aliases | more)
