"""Plan proofs over real numbers, axioms in the place of transcendental functions.

Where that is asked for, functions that are called are taken at their own obligations too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pv.binding.model import Binding
from pv.checks import identity
from pv.checks.model import Check, Formulas, NotExecutable, Stubbed
from pv.checks.plans.callees import callees_of
from pv.checks.plans.formula_equality import IMPLEMENTATION, plan_equalities
from pv.checks.plans.own_formulas import plan_of
from pv.checks.reading.claims import Claim, claims_of
from pv.checks.reading.definitions import known_of
from pv.contract.model import Contract

STRATEGY, BY_CONTRACT = "stub_float", "compositional"
REFERENCE = "reference"
"""The subject of a claim about formulas alone."""


def plan_stubbed(
    contract: Contract, check: Check, obligation: str, bindings: Sequence[Binding]
) -> Check:
    """Return the check of a claim over the reals; `check` decides it as it stands.

    A claim that no binding reaches is one about the formulas, and its subject says so. One whose
    points can be counted stays as it is: each of them is tried.
    """
    match check.plan:
        case Formulas() as given:
            equalities = tuple(_equalities(contract, given, bindings))
            known = len(equalities) == len(_callables(given))
            plan = Stubbed(given, replace(given, functions={}), equalities if known else ())
            return _planned(contract, check, plan)
        case NotExecutable():
            claim = next((each for each in claims_of(contract) if each.id == obligation), None)
            if claim is None or _is_bound(contract, claim, bindings):
                return check
            alone = plan_of(claim, known_of(contract), contract)
            if isinstance(alone, Formulas):
                plan = Stubbed(alone, alone, ())
                return replace(_planned(contract, check, plan), subject=REFERENCE)
    return check


def plan_composed(
    contract: Contract, check: Check, obligation: str, bindings: Sequence[Binding]
) -> Check:
    """Return the same with the functions that a claim calls replaced by their obligations.

    The equation that the claim is about is written out; others of the contract that have
    obligations of their own are callees.
    """
    planned = plan_stubbed(contract, check, obligation, bindings)
    about = next((each for each in claims_of(contract) if each.id == obligation), None)
    if not isinstance(planned.plan, Stubbed) or about is None:
        return planned
    callees = tuple(callees_of(contract, about, planned.plan.formula))
    if not callees:
        told = f"strategy {BY_CONTRACT}: it calls nothing that has obligations, none was replaced"
        return replace(check, limits=(*check.limits, told))
    return replace(
        _planned(contract, check, replace(planned.plan, callees=callees)), subject=planned.subject
    )


def _is_bound(contract: Contract, claim: Claim, bindings: Sequence[Binding]) -> bool:
    """Return whether a binding names code that the claim may be about."""
    return any(
        entry.contract == contract.stem
        and entry.bound is not None
        and claim.equation in {entry.equation, None}
        for binding in bindings
        for entry in binding.implementations
    )


def _equalities(
    contract: Contract, given: Formulas, bindings: Sequence[Binding]
) -> Iterator[Formulas]:
    """Yield that each callable of a claim equals its formula."""
    wanted = _callables(given)
    for check in plan_equalities(contract, bindings):
        if isinstance(check.plan, Formulas):
            called = repr(check.plan.functions[IMPLEMENTATION])
            if called in wanted:
                wanted.remove(called)
                yield check.plan


def _callables(given: Formulas) -> set[str]:
    return {repr(replace(bound, arguments=())) for bound in given.functions.values()}


def _planned(contract: Contract, check: Check, plan: Stubbed) -> Check:
    digests = identity.of_plan(contract.digest, [check.id, check.claim, STRATEGY], plan)
    return replace(check, plan=plan, digests=digests)
