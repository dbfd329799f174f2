"""Plan every check that a contract asks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from pv.binding.model import Binding
from pv.checks.guarded import planned
from pv.checks.model import Check, Kind, NotExecutable
from pv.checks.per_target import plan_per_target
from pv.checks.plans.bound_code import UNNAMED, plan_claims, plan_properties
from pv.checks.plans.determinism import is_repetition, plan_repetition
from pv.checks.plans.experiments import plan_experiment, plan_prediction
from pv.checks.plans.integer_proofs import is_about_a_loop, plan_loop
from pv.checks.plans.machines.planning import plan_machine
from pv.checks.plans.obligations import plan_obligation
from pv.checks.plans.symbolic import plan_symbolic
from pv.checks.reading import equations
from pv.checks.reading.claims import Claim, claims_of
from pv.checks.subjects import told_apart
from pv.contract.model import Contract, FalsificationTest, Obligation
from pv.remembered import remembered


def plan_checks(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return every check of a contract."""
    yield from plan_tests(contract, bindings)
    yield from plan_proofs(contract, bindings)


def plan_tests(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return the checks that `pv falsify` runs: tests, and what equations say of themselves."""
    found = [
        _selectable(contract, check, _equation_of(contract, test))
        for test in contract.tests
        if test.experiment is not None
        for check in planned(
            contract, test.id, test.location, Kind.TEST,
            partial(plan_experiment, contract, test, bindings),
        )
    ]  # fmt: skip
    found += plan_per_target(contract, bindings, partial(_predictions, contract))
    order = {test.id: n for n, test in enumerate(contract.tests)}
    found.sort(key=lambda check: order.get(check.id, len(order)))
    yield from told_apart(found)


def _predictions(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return the checks of one target: predictions, and what equations say of themselves."""
    claims = {claim.id: claim for claim in claims_of(contract)}
    for test in contract.tests:
        if test.experiment is None:
            plan = partial(_of_prediction, contract, test, claims, bindings)
            for each in planned(contract, test.id, test.location, Kind.TEST, plan):
                yield _selectable(contract, each, _equation_of(contract, test))
    for check in plan_properties(contract, bindings):
        yield _selectable(contract, check, None)


def _of_prediction(
    contract: Contract,
    test: FalsificationTest,
    claims: Mapping[str, Claim],
    bindings: Sequence[Binding],
) -> Iterator[Check]:
    return _widened(contract, plan_prediction(contract, test, bindings), claims, bindings)


def _equation_of(contract: Contract, test: FalsificationTest) -> str | None:
    """Return the equation that a test's obligation is about."""
    return _equations_of(contract).get(test.obligation.value) if test.obligation else None


@remembered
def _equations_of(contract: Contract) -> Mapping[str, str]:
    """Map obligations to the equations that they are about; the first of an id has it."""
    return {item.id: item.equation.value for item in contract.obligations[::-1] if item.equation}


def plan_proofs(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return the checks that `pv prove` runs."""
    return told_apart(plan_per_target(contract, bindings, partial(_proofs, contract)))


def _proofs(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return the checks of one target: obligations, and the symbolic checks that decide them."""
    claims = {claim.id: claim for claim in claims_of(contract)}
    checks = [
        check
        for item in contract.obligations
        for check in planned(
            contract, item.id, item.location, Kind.OBLIGATION,
            partial(_of_obligation, contract, item, claims, bindings),
        )
    ]  # fmt: skip
    for symbolic in contract.symbolic_checks:
        plan = partial(plan_symbolic, contract, symbolic, [*checks], bindings)
        checks += planned(contract, symbolic.id, symbolic.location, Kind.SYMBOLIC, plan)
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
                variant=other.variant,
                subject=other.subject,
                plan=other.plan,
                aliases=check.aliases | other.aliases,
                digests=other.digests,
                limits=(*check.limits, *other.limits),
            )


def _selectable(contract: Contract, check: Check, equation: str | None) -> Check:
    """Let the ids of the contract's gates and of the equation select the check too."""
    more = {gate.id for gate in contract.gates} | ({equation} if equation else set())
    aliases = check.aliases | more
    places = sorted(contract.places[name] for name in aliases & contract.places.keys())
    unread = tuple(text for n in places for text in equations.unread(contract.equations[n]))
    return replace(check, aliases=aliases, unread=unread)
