"""Symbolic checks: an obligation, and how it is to be decided."""

from collections.abc import Sequence
from dataclasses import replace

from pv.binding.model import Binding
from pv.checks import identity, induction
from pv.checks.enumeration import subject_of
from pv.checks.model import Check, Kind, NotExecutable
from pv.checks.obligations import plan_obligation
from pv.contract.model import Contract, SymbolicCheck
from pv.evidence.verdict import Verdict


def plan_symbolic(contract: Contract, check: SymbolicCheck, bindings: Sequence[Binding]) -> Check:
    """Turn one symbolic check into a check of the obligation that it decides."""
    wanted = check.obligation.value.strip()
    found = next((item for item in contract.obligations if item.id == wanted), None)
    if found is None:
        reason = f"{check.obligation.location}: `{wanted}` is no obligation id of this contract"
        return _undecided(contract, check, reason)
    planned = plan_obligation(contract, found, bindings)
    named = replace(
        planned,
        id=check.id,
        aliases=planned.aliases | {planned.id},
        kind=Kind.SYMBOLIC,
        location=check.location,
    )
    if check.strategy == induction.STRATEGY:
        about = found.equation.value if found.equation else None
        return induction.plan_unbounded(contract, named, about)
    return named


def _undecided(contract: Contract, check: SymbolicCheck, reason: str) -> Check:
    plan = NotExecutable(Verdict.PROSE, reason)
    return Check(
        id=check.id,
        aliases=frozenset({contract.stem}),
        kind=Kind.SYMBOLIC,
        contract=contract.stem,
        contract_file=contract.file,
        location=check.location,
        claim=(check.property or check.obligation).value.strip(),
        subject=subject_of(plan),
        plan=plan,
        diagnosis=None,
        digests=identity.of_plan(contract.digest, [check.id], plan),
    )
