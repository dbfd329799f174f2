"""One record of evidence: which claim, decided how, against which text and code."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import NamedTuple

from pv.evidence.verdict import Verdict


class Key(NamedTuple):
    """What a claim is known by: two contracts may have one id, and one id several targets."""

    contract: str
    id: str
    target: str
    variant: str


@dataclass(frozen=True, slots=True)
class Digests:
    """SHA-256 digests that date a record; when one no longer matches, the record is stale."""

    contract: str
    """The bytes of the contract file."""
    claim: str
    """The claim's normalised tree and everything else that the check was asked to do."""
    code: str
    """What the binding file says of the code, the environment, Python and pv itself."""


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
    target: str = ""
    """The binding whose code it is about; empty where none is."""
    variant: str = ""
    """The type of numbers, or the further entry of the binding, that it is about."""
    suffix: str = ""
    """As much of target and variant as tells its name from its neighbours'."""
    dependencies: str = ""
    """Digest of what its processes read, which the store has beside its records."""
    tested: Mapping[str, str] = field(default_factory=dict)
    """Callable -> the file that it was imported from, and the version of an installed package."""
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

    @property
    def name(self) -> str:
        """What the claim is called: the id, where no other claim has it."""
        return f"{self.id}{self.suffix}"

    @property
    def key(self) -> Key:
        """What the claim is known by."""
        return Key(self.contract, self.id, self.target, self.variant)


class NewerRecord(ValueError):  # noqa: N818 - what the record is
    """A record has keys that this pv does not know."""


def strongest(fresh: Sequence[Evidence]) -> Evidence | None:
    """Return what counts of the records of one claim, given newest first.

    While nothing has changed a refutation outlives what is weaker, and so does a proof.
    """
    for decided in (Verdict.REFUTED, Verdict.PROVED):
        for each in fresh:
            if each.verdict is decided:
                return each
    return fresh[0] if fresh else None


def to_json(evidence: Evidence) -> str:
    """Write a record as one line of JSON; `from_json` is its inverse."""
    record = asdict(evidence) | {"verdict": evidence.verdict.name}
    del record["cached"]
    return json.dumps(record, sort_keys=True)  # ASCII: half a surrogate has no UTF-8


def from_json(line: str) -> Evidence:
    """Read a record written by `to_json`, marked as coming from the store.

    Raises NewerRecord when it was written by a newer pv; ValueError, KeyError or TypeError when
    the line is not such a record.
    """
    record = json.loads(line)
    known = {item.name for item in fields(Evidence)}
    if unknown := set(record) - known:
        raise NewerRecord(f"unknown keys in an evidence record: {', '.join(sorted(unknown))}")
    record |= {
        "verdict": Verdict[record["verdict"]],
        "digests": Digests(**record["digests"]),
        "observation": tuple(record["observation"]),
        "notes": tuple(record.get("notes", ())),
        "cached": True,
    }
    return Evidence(**record)
