"""The records of a contract. The raw YAML ends in the loader; everything else reads these."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pv.claims import Tolerance
from pv.contract.finding import Location
from pv.contract.text import Text


class Metadata(NamedTuple):
    """Who says so, and resting on what."""

    version: Text
    description: Text
    created: Text | None
    kind: str
    references: tuple[Text, ...]
    depends_on: tuple[Text, ...]
    location: Location


class Equation(NamedTuple):
    """A named function or law."""

    id: str
    formula: Text | None
    domain: Text | Mapping[str, Text] | None
    codomain: Text | None
    invariants: tuple[Text, ...]
    preconditions: tuple[Text, ...]
    postconditions: tuple[Text, ...]
    location: Location


class Rule(NamedTuple):
    """One thing that may be done to what a state machine is about."""

    name: str
    given: Mapping[str, Text]
    """Arguments: name -> values."""
    when: Text | None
    """When it may be done."""
    next: Mapping[str, Text]
    """What it does to the variables of the state; those left out stay."""
    returns: Text | None
    """What holds of its `result`."""
    refuses: Text | None
    """What the message says with which it is refused when it may not be done."""
    location: Location


class Machine(NamedTuple):
    """The states that an object may be in, and how it comes from one to the other."""

    given: Mapping[str, Text]
    """Arguments with which the object is made."""
    start: Mapping[str, Text]
    """Variables of the state, and what they are at first."""
    rules: tuple[Rule, ...]
    location: Location


class Obligation(NamedTuple):
    """A typed property that must hold."""

    id: str
    """As given, or `<stem>/<type>-<number>`."""
    type: str
    property: Text | None
    formal: Text | None
    equation: Text | None
    tolerance: Tolerance | None
    tolerance_in: Mapping[str, Tolerance]
    """Type of numbers -> what is allowed there instead."""
    requires: Text | None
    """Precondition of a postcondition."""
    phase: Text | None
    """Phase of the kernel that a loop invariant or variant is about."""
    parent: Text | None
    """Contract of which a subcontract is a part."""
    bare_tolerance: Text | None
    """The tolerance, where it is a number without a unit."""
    lean_status: str | None
    """What the contract says about a proof in Lean; kept, never credited."""
    na_reason: Text | None
    na_owner: Text | None
    machine: Machine | None
    location: Location


class Run(NamedTuple):
    """One process of an experiment."""

    name: str | None
    """None in the short form, where the observation's fields are names themselves."""
    system: Text
    folder: str | None
    environment: Mapping[str, Text]
    configuration: Mapping[str, Any]


class Experiment(NamedTuple):
    """What is given, how systems are run, and what is expected of the observation."""

    given: Mapping[str, Text]
    runs: tuple[Run, ...]
    define: Mapping[str, Text]
    expect: tuple[Text, ...]
    cases: int | None


class FalsificationTest(NamedTuple):
    """A prediction that an experiment could prove wrong."""

    id: str
    rule: Text | None
    prediction: Text | None
    if_fails: Text | None
    obligation: Text | None
    experiment: Experiment | None
    location: Location


class SymbolicCheck(NamedTuple):
    """An obligation to decide for every input within a bound."""

    id: str
    obligation: Text
    property: Text | None
    bound: int | None
    strategy: str | None
    solver: Text | None
    promised: bool
    """Whether it promises an executable claim: `symbolic_checks` do, `kani_harnesses` need not."""
    location: Location


class Gate(NamedTuple):
    """Which claims must have reached which verdict."""

    id: str
    checks: tuple[str, ...]
    require: Mapping[str, Text]
    location: Location


class GivenId(NamedTuple):
    """An id as it is written, and what it is the id of."""

    what: str
    id: Text


class Contract(NamedTuple):
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
    given_ids: tuple[GivenId, ...]
    """The ids of obligations, tests, symbolic checks and gates, as far as they are written."""
    summary: Mapping[str, Text]
    """What `verification_summary` says; compared with the facts, never credited."""
    location: Location

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id that may name something in this contract."""
        blocks = (self.equations, self.obligations, self.tests, self.symbolic_checks, self.gates)
        return (self.stem, *(item.id for block in blocks for item in block))

    @property
    def titles(self) -> Mapping[str, str]:
        """Id of an obligation, a test or a symbolic check -> what it says in words."""
        said = [
            *((item.id, item.property) for item in self.obligations),
            *((item.id, item.rule) for item in self.tests),
            *((item.id, item.property) for item in self.symbolic_checks),
        ]
        return {name: text.value.strip() for name, text in said if text is not None}

    @property
    def obligation_of(self) -> Mapping[str, str]:
        """Id of an obligation, a test or a symbolic check -> the obligation that it is about."""
        own = {item.id: item.id for item in self.obligations}
        tests = {item.id: item.obligation.value for item in self.tests if item.obligation}
        return {**own, **tests, **{item.id: item.obligation.value for item in self.symbolic_checks}}
