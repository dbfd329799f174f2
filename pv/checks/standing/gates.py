"""Judge gates: the verdicts that one requires against those that were reached."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pv.checks.model import Check, Kind
from pv.contract.model import CHECKS_OF_GATES, Contract, Gate
from pv.evidence.record import Evidence, Key
from pv.evidence.verdict import Verdict

_BY_NAME = {"falsification": Kind.TEST, "proof": Kind.SYMBOLIC}
"""The names under a gate's `checks` that ask for verdicts; `validation` is the loader's."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A verdict that a gate requires of a claim, held against each of its subjects."""

    name: str
    """Id of the claim."""
    least: Verdict
    keys: tuple[Key, ...]
    """The checks of the claim; none where nothing has the id."""


@dataclass(frozen=True, slots=True)
class GateResult:
    """The result of a gate, with a sentence for each requirement that is not met."""

    id: str
    contract: str
    required: int
    unmet: tuple[str, ...]
    beside: Mapping[str, Verdict | None]
    """What the contract claims and the gate does not ask for, with what is known of it."""
    idle: tuple[str, ...] = ()
    """Names under `checks` that ask for nothing, because the contract has no such claims."""

    @property
    def holds(self) -> bool:
        """Return whether something was required, and all of it was met."""
        return self.required > 0 and not self.unmet


def requirements(contract: Contract, gate: Gate, checks: Iterable[Check]) -> list[Requirement]:
    """Return what a gate requires of each claim.

    A falsification test must have SURVIVED and a symbolic check must be PROVED, unless the gate
    itself says otherwise. A claim that is held against several subjects must hold of each.
    """
    of: dict[str, list[Check]] = {}
    for check in checks:
        if check.contract_file == contract.file:  # another file may have the same stem
            of.setdefault(check.id, []).append(check)
    wanted = {kind for name, kind in _BY_NAME.items() if name in gate.checks}
    least = {
        name: Verdict.PROVED if mine[0].kind is Kind.SYMBOLIC else Verdict.SURVIVED
        for name, mine in of.items()
        if mine[0].kind in wanted
    }
    least |= {name: Verdict[level.value] for name, level in gate.require.items()}
    return [
        Requirement(name, verdict, tuple(check.key for check in of.get(name, ())))
        for name, verdict in least.items()
    ]


def judge_gate(
    contract: Contract,
    gate: Gate,
    required: Sequence[Requirement],
    results: Iterable[Evidence],
    beside: Mapping[str, Verdict | None],
) -> GateResult:
    """Return whether the verdicts that were reached meet the required ones."""
    reached: dict[Key, Evidence] = {}
    for item in (each for each in results if each.digests.contract == contract.digest):
        if item.key not in reached or item.verdict < reached[item.key].verdict:
            reached[item.key] = item
    unmet = [*_unknown(gate), *_unmet(required, reached)]
    has = {"falsification": contract.tests, "proof": contract.symbolic_checks}
    idle = tuple(name for name in gate.checks if not has.get(name, True))
    return GateResult(gate.id, contract.stem, len(required), tuple(unmet), beside, idle)


def _unknown(gate: Gate) -> Iterator[str]:
    """Say of each name that is no check that nothing was looked at under it."""
    for name in gate.checks:
        if name not in CHECKS_OF_GATES:
            near = difflib.get_close_matches(name, CHECKS_OF_GATES, n=1)
            told = f"did you mean `{near[0]}`?" if near else "name the claim under `require`"
            yield f"`{name}` is none of the checks {', '.join(CHECKS_OF_GATES)}; {told}"


def _unmet(required: Iterable[Requirement], reached: Mapping[Key, Evidence]) -> Iterator[str]:
    for each in required:
        found = [reached[key] for key in each.keys if key in reached]
        if len(found) < max(1, len(each.keys)):
            yield f"{each.name} was not checked, {each.least.name} is required"
        for item in found:
            if item.verdict < each.least:
                yield f"{item.name} is {item.verdict.name}, {each.least.name} is required"
