"""The records of a contract. The raw YAML ends in the loader; everything else reads these."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pv.claims import Tolerance
from pv.contract.finding import Location
from pv.contract.text import Text


@dataclass(frozen=True, slots=True)
class Metadata:
    """Who says so, and resting on what."""

    version: Text
    description: Text
    kind: str
    references: tuple[Text, ...]
    depends_on: tuple[Text, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Equation:
    """A named function or law."""

    id: str
    formula: Text | None
    domain: Text | Mapping[str, Text] | None
    codomain: Text | None
    invariants: tuple[Text, ...]
    preconditions: tuple[Text, ...]
    postconditions: tuple[Text, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Obligation:
    """A typed property that must hold."""

    id: str
    """As given, or `<stem>/<type>-<number>`."""
    type: str
    property: Text | None
    formal: Text | None
    equation: Text | None
    tolerance: Tolerance | None
    requires: Text | None
    """Precondition of a postcondition."""
    phase: Text | None
    """Phase of the kernel that a loop invariant or variant is about."""
    parent: Text | None
    """Contract of which a subcontract is a part."""
    not_applicable: bool
    """Whether its proof is declared not applicable."""
    na_reason: Text | None
    na_owner: Text | None
    location: Location


@dataclass(frozen=True, slots=True)
class Run:
    """One process of an experiment."""

    name: str | None
    """None in the short form, where the observation's fields are names themselves."""
    system: Text
    folder: str | None
    environment: Mapping[str, Text]
    configuration: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is given, how systems are run, and what is expected of the observation."""

    given: Mapping[str, Text]
    runs: tuple[Run, ...]
    define: Mapping[str, Text]
    expect: tuple[Text, ...]
    cases: int | None


@dataclass(frozen=True, slots=True)
class FalsificationTest:
    """A prediction that an experiment could prove wrong."""

    id: str
    rule: Text | None
    prediction: Text | None
    if_fails: Text | None
    obligation: Text | None
    experiment: Experiment | None
    location: Location


@dataclass(frozen=True, slots=True)
class SymbolicCheck:
    """An obligation to decide for every input within a bound."""

    id: str
    obligation: Text
    property: Text | None
    bound: int | None
    strategy: str | None
    promised: bool
    """Whether it promises an executable claim: `symbolic_checks` do, `kani_harnesses` need not."""
    location: Location


@dataclass(frozen=True, slots=True)
class Gate:
    """Which claims must have reached which verdict."""

    id: str
    checks: tuple[str, ...]
    require: Mapping[str, Text]
    location: Location


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract file."""

    stem: str
    file: Path
    digest: str
    """SHA-256 of the file's bytes."""
    metadata: Metadata
    equations: tuple[Equation, ...]
    obligations: tuple[Obligation, ...]
    tests: tuple[FalsificationTest, ...]
    symbolic_checks: tuple[SymbolicCheck, ...]
    gates: tuple[Gate, ...]
    location: Location

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id that may name something in this contract."""
        blocks = (self.equations, self.obligations, self.tests, self.symbolic_checks, self.gates)
        return (self.stem, *(item.id for block in blocks for item in block))
