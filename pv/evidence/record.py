"""One record of evidence: which claim, decided how, against which text and code."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from pv.evidence.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Digests:
    """SHA-256 digests that date a record; when one no longer matches, the record is stale."""

    contract: str
    """The bytes of the contract file."""
    claim: str
    """The claim's normalised tree and everything else that the check was asked to do."""
    code: str
    """The code that the binding reaches, the binding's own entries, and pv itself."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The outcome of one check."""

    id: str
    contract: str
    claim: str
    subject: str
    engine: str
    verdict: Verdict
    cases: int
    seconds: float
    digests: Digests
    place: str = ""
    """`file:line` of the claim in its contract."""
    counterexample: Mapping[str, object] | None = None
    """The values given, as JSON."""
    observation: tuple[str, ...] = ()
    """Lines about the counterexample, ready to print."""
    diagnosis: str | None = None
    """The contract's own `if_fails`; present when the claim was refuted."""
    reason: str | None = None
    replay: str | None = None
    """A command line that runs just the counterexample again."""
    seed: int = 0
    budget: float = 0.0
    """Seconds that it might have taken."""
    processes: int = 0
    """Processes of the system under test that were started."""
    mutants: str | None = None
    """Mutants of the implementation that the claim killed, where that was tried."""
    unbounded: bool = False
    """True: it was proved for all integers, not only for those up to some bound."""
    notes: tuple[str, ...] = ()
    """Further remarks on the implementation, ready to print."""
    versions: Mapping[str, str] = field(default_factory=dict)
    recorded: str = ""
    """UTC time, ISO 8601."""
    cached: bool = False
    """True: this was answered from the store."""


def to_json(evidence: Evidence) -> str:
    """Write a record as one line of JSON; `from_json` is its inverse."""
    record = asdict(evidence) | {"verdict": evidence.verdict.name}
    del record["cached"]
    return json.dumps(record, ensure_ascii=False, sort_keys=True)


def from_json(line: str) -> Evidence:
    """Read a record written by `to_json`, marked as coming from the store.

    Raises ValueError, KeyError or TypeError when the line is not such a record.
    """
    record = json.loads(line)
    known = {item.name for item in fields(Evidence)}
    if unknown := set(record) - known:
        raise ValueError(f"unknown keys in an evidence record: {', '.join(sorted(unknown))}")
    record |= {
        "verdict": Verdict[record["verdict"]],
        "digests": Digests(**record["digests"]),
        "observation": tuple(record["observation"]),
        "notes": tuple(record.get("notes", ())),
        "cached": True,
    }
    return Evidence(**record)
