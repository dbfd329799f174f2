"""What is known of the claims of one contract, by fresh evidence alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pv.checks.model import Check
from pv.checks.standing.evidence_levels import Level, level
from pv.checks.standing.gates import requirements
from pv.checks.standing.verdict_counts import RunCounts, count_runs
from pv.contract.model import Contract
from pv.evidence.record import Evidence


class Held(NamedTuple):
    """A check with its evidence."""

    check: Check
    fresh: Evidence | None
    """The strongest, of the contract and the code as they are now."""
    stale: bool
    """Whether all the evidence that it has is of something else."""


@dataclass(frozen=True, slots=True)
class ContractStanding:
    """The claims of one contract: what ran, and what its gates can count on."""

    contract: str
    runs: RunCounts
    stale: int
    """Executable checks that ran, but not on the contract and the code as they are now."""
    weakest: Level | None
    """The lowest level of what gates require; None where nothing is required."""


def standing(contract: Contract, held: Sequence[Held]) -> ContractStanding:
    """Return what is known of a contract by its checks."""
    return ContractStanding(
        contract.stem,
        count_runs((each.check, each.fresh) for each in held),
        sum(each.stale for each in held),
        _weakest(contract, held),
    )


def _weakest(contract: Contract, held: Sequence[Held]) -> Level | None:
    """Return the lowest level of a required claim; one that nothing checks counts as prose."""
    reached = {each.check.key: level(each.check, each.fresh) for each in held}
    checks = [each.check for each in held]
    required = [
        [reached[key] for key in each.keys] or [Level.L0]
        for gate in contract.gates
        for each in requirements(contract, gate, checks)
    ]
    order = list(Level)
    return min((found for each in required for found in each), key=order.index, default=None)
