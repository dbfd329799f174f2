"""Plan every check that a contract asks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pv.binding.model import Binding
from pv.checks.model import Check, NotExecutable
from pv.checks.plans.bound_code import UNNAMED, plan_claims, plan_properties
from pv.checks.plans.determinism import is_repetition, plan_repetition
from pv.checks.plans.experiments import plan_test
from pv.checks.plans.integer_proofs import is_about_a_loop, plan_loop
from pv.checks.plans.machines import plan_machine
from pv.checks.plans.obligations import plan_obligation
from pv.checks.plans.symbolic import plan_symbolic
from pv.checks.reading import equations
from pv.checks.reading.claims import Claim, claims_of
from pv.contract.model import Contract, Obligation


def plan_checks(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return every check of a contract."""
    yield from plan_tests(contract, bindings)
    yield from plan_proofs(contract, bindings)


def plan_tests(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return the checks that `pv falsify` runs: tests, and what equations say of themselves."""
    claims = {claim.id: claim for claim in claims_of(contract)}
    equation_of = {
        item.id: item.equation.value for item in contract.obligations if item.equation is not None
    }
    for test in contract.tests:
        check = plan_test(contract, test, bindings)
        about = equation_of.get(test.obligation.value) if test.obligation else None
        for each in _widened(contract, check, claims, bindings):
            yield _selectable(contract, each, about)
    for check in plan_properties(contract, bindings):
        yield _selectable(contract, check, None)


def plan_proofs(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return the checks that `pv prove` runs."""
    claims = {claim.id: claim for claim in claims_of(contract)}
    checks = [
        check
        for obligation in contract.obligations
        for check in _of_obligation(contract, obligation, claims, bindings)
    ]
    for symbolic in contract.symbolic_checks:
        checks += plan_symbolic(contract, symbolic, checks, bindings)
    for check in checks:
        yield _selectable(contract, check, None)


def _of_obligation(
    contract: Contract,
    obligation: Obligation,
    claims: Mapping[str, Claim],
    bindings: Sequence[Binding],
) -> Iterator[Check]:
    """Return the checks of one obligation, by what its type asks for."""
    check = plan_obligation(contract, obligation, bindings)
    if obligation.machine is not None:
        yield plan_machine(contract, obligation, check, bindings)
    elif is_repetition(obligation):
        yield from plan_repetition(contract, obligation, check, bindings)
    elif is_about_a_loop(obligation):
        yield plan_loop(contract, obligation, check, bindings)
    else:
        yield from _widened(contract, check, claims, bindings)


def _widened(
    contract: Contract, check: Check, claims: Mapping[str, Claim], bindings: Sequence[Binding]
) -> Iterator[Check]:
    """Draw values for a claim whose points cannot be counted."""
    claim = claims.get(check.id)
    if claim is None or not isinstance(check.plan, NotExecutable):
        yield check
        return
    for other in plan_claims(contract, claim, bindings):
        if isinstance(other.plan, NotExecutable):
            said = check.plan if other.plan == UNNAMED else other.plan
            yield replace(check, plan=said)
        else:
            yield replace(
                check,
                id=other.id,
                subject=other.subject,
                plan=other.plan,
                aliases=check.aliases | other.aliases,
                digests=other.digests,
            )


def _selectable(contract: Contract, check: Check, equation: str | None) -> Check:
    """Let the ids of the contract's gates and of the equation select the check too."""
    more = {gate.id for gate in contract.gates} | ({equation} if equation else set())
    aliases = check.aliases | more
    about = (each for each in contract.equations if each.id in aliases)
    unread = tuple(text for each in about for text in equations.unread(each))
    return replace(check, aliases=aliases, unread=unread)
