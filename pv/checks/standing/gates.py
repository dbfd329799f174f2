"""Judge gates: the verdicts that one requires against those that were reached."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pv.checks.model import Check, Kind
from pv.contract.model import Contract, Gate
from pv.evidence.record import Evidence
from pv.evidence.verdict import Verdict

_BY_NAME = {"falsification": Kind.TEST, "proof": Kind.SYMBOLIC}
"""The names under a gate's `checks` that ask for verdicts; `validation` is the loader's."""


@dataclass(frozen=True, slots=True)
class GateResult:
    """The result of a gate, with a sentence for each requirement that is not met."""

    id: str
    contract: str
    required: int
    unmet: tuple[str, ...]


def required_verdicts(
    contract: Contract, gate: Gate, checks: Iterable[Check]
) -> dict[str, Verdict]:
    """Return the least verdict that each check must reach.

    A falsification test must have SURVIVED and a symbolic check must be PROVED, unless the gate
    itself says otherwise. A claim that is held against several subjects must hold of each.
    """
    own = [check for check in checks if check.contract == contract.stem]
    wanted = {kind for name, kind in _BY_NAME.items() if name in gate.checks}
    default = {
        check.id: Verdict.PROVED if check.kind is Kind.SYMBOLIC else Verdict.SURVIVED
        for check in own
        if check.kind in wanted
    }
    return default | {
        each: Verdict[level.value]
        for name, level in gate.require.items()
        for each in [check.id for check in own if check.base_id == name] or [name]
    }


def judge_gate(
    contract: Contract, gate: Gate, required: Mapping[str, Verdict], results: Sequence[Evidence]
) -> GateResult:
    """Return whether the verdicts that were reached meet the required ones."""
    reached = {item.id: item.verdict for item in results if item.contract == contract.stem}
    return GateResult(gate.id, contract.stem, len(required), tuple(_unmet(required, reached)))


def _unmet(required: Mapping[str, Verdict], reached: Mapping[str, Verdict]) -> Iterator[str]:
    for name, least in required.items():
        verdict = reached.get(name)
        if verdict is None:
            yield f"{name} was not checked, {least.name} is required"
        elif verdict < least:
            yield f"{name} is {verdict.name}, {least.name} is required"
