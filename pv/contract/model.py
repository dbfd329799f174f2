"""The records of a contract. The raw YAML ends in the loader; everything else reads these."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pv.claims import Tolerance
from pv.contract.finding import Location
from pv.contract.text import Text
from pv.contract.yaml.core_schema import Value
from pv.remembered import remembered


class Metadata(NamedTuple):
    """The version, kind, references and dependencies of a contract."""

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
    tolerance: Tolerance | None
    """How far code may be from the formula."""
    tolerance_in: Mapping[str, Tolerance]
    """Type of numbers -> tolerance that holds for it instead."""
    location: Location


class Rule(NamedTuple):
    """An operation of a state machine."""

    name: str
    given: Mapping[str, Text]
    """Arguments: name -> values."""
    others: tuple[str, ...]
    """The arguments that are objects of the machine itself: their values are its equation's id."""
    when: Text | None
    """Condition under which the operation is allowed."""
    next: Mapping[str, Text]
    """Variable of the state -> its next value; those left out stay."""
    returns: Text | None
    """Claim about its `result`."""
    refuses: Text | None
    """Text in the message of the exception where the operation is not allowed."""
    location: Location

    @property
    def other(self) -> str:
        """The argument that is another object, if there is one."""
        return self.others[0] if self.others else ""


class Machine(NamedTuple):
    """A state machine: the initial state and the operations on it."""

    given: Mapping[str, Text]
    """Arguments of the object's constructor."""
    start: Mapping[str, Text]
    """Variable of the state -> initial value."""
    hidden: Mapping[str, Text]
    """The same of those that the model alone has."""
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
    """Type of numbers -> tolerance that holds for it instead."""
    requires: Text | None
    """Precondition of a postcondition."""
    phase: Text | None
    """Phase of the kernel that a loop invariant or variant is about."""
    parent: Text | None
    """Contract of which a subcontract is a part."""
    bare_tolerance: Text | None
    """The tolerance, where it is a number without a unit."""
    lean_status: str | None
    """Status that the contract claims for a proof in Lean; kept, never credited."""
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
    configuration: Mapping[str, Value]


class Experiment(NamedTuple):
    """An experiment: given values, runs of systems, and claims about the observation."""

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
    """True for `symbolic_checks`, whose claim must be executable; false for `kani_harnesses`."""
    location: Location


CHECKS_OF_GATES = ("validation", "falsification", "proof")
"""What a gate may name under `checks`."""


class Gate(NamedTuple):
    """A quality gate: the verdict that each claim must reach."""

    id: str
    checks: tuple[str, ...]
    require: Mapping[str, Text]
    location: Location


class GivenId(NamedTuple):
    """An id as it is written, and the kind of thing that has it."""

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
    """Ids that the file gives to obligations, tests, symbolic checks and gates."""
    summary: Mapping[str, Text]
    """Counts in `verification_summary`; compared with the facts, never credited."""
    location: Location

    @property
    def is_beside_code(self) -> bool:
        """Return whether its claims stand in a file of Python."""
        return self.file.suffix == ".py"

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id that may name something in this contract."""
        return _ids(self)

    @property
    def claim_ids(self) -> tuple[str, ...]:
        """Every id that a gate may require: of claims, and of what equations say of themselves."""
        return _claim_ids(self)

    @property
    def places(self) -> Mapping[str, int]:
        """Id of an equation -> its place among them."""
        return _places(self)

    @property
    def titles(self) -> Mapping[str, str]:
        """Id of an obligation, a test or a symbolic check -> its description."""
        return _titles(self)

    @property
    def obligation_of(self) -> Mapping[str, str]:
        """Id of an obligation, a test or a symbolic check -> the id of its obligation."""
        own = {item.id: item.id for item in self.obligations}
        tests = {item.id: item.obligation.value for item in self.tests if item.obligation}
        return {**own, **tests, **{item.id: item.obligation.value for item in self.symbolic_checks}}


@remembered
def _ids(contract: Contract) -> tuple[str, ...]:
    blocks = (
        contract.equations,
        contract.obligations,
        contract.tests,
        contract.symbolic_checks,
        contract.gates,
    )
    return (contract.stem, *(item.id for block in blocks for item in block))


@remembered
def _claim_ids(contract: Contract) -> tuple[str, ...]:
    blocks = (contract.obligations, contract.tests, contract.symbolic_checks)
    given = (item.id for block in blocks for item in block)
    own = (
        f"{contract.stem}/{equation.id}/{said}"
        for equation in contract.equations
        for said in _said_of_itself(equation)
    )
    return (*given, *own)


def _said_of_itself(equation: Equation) -> Iterator[str]:
    """Yield what the ids end with of the claims that an equation makes of itself."""
    if equation.formula is not None:
        yield from ("equals-formula", "formula")
    if equation.codomain is not None:
        yield "codomain"
    yield from (f"invariant-{n}" for n, _ in enumerate(equation.invariants, start=1))
    yield from (f"postcondition-{n}" for n, _ in enumerate(equation.postconditions, start=1))


@remembered
def _places(contract: Contract) -> Mapping[str, int]:
    return {equation.id: place for place, equation in enumerate(contract.equations)}


@remembered
def _titles(contract: Contract) -> Mapping[str, str]:
    said = [
        *((item.id, item.property) for item in contract.obligations),
        *((item.id, item.rule) for item in contract.tests),
        *((item.id, item.property) for item in contract.symbolic_checks),
    ]
    return {name: text.value.strip() for name, text in said if text is not None}
