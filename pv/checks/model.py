"""Checks, and the plans by which engines decide them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import ClassVar

from pv.binding.instants import Values
from pv.binding.model import Bound, System
from pv.claims import Definition, Domain, Node, Tolerance
from pv.claims.domains.space import Space
from pv.contract.finding import Location
from pv.contract.machine_objects import of
from pv.evidence.record import Digests, Key
from pv.evidence.verdict import Verdict


class Kind(Enum):
    """The block of the contract that a check comes from."""

    TEST = "falsification test"
    OBLIGATION = "obligation"
    PROPERTY = "property"
    SYMBOLIC = "symbolic check"


@dataclass(frozen=True, slots=True)
class DrawnKind:
    """The values of a kind that are no numbers, as a domain in the place of others."""

    name: str
    drawn_by: str
    """`module:qualname` of what draws one."""
    size: ClassVar[None] = None


@dataclass(frozen=True, slots=True)
class Another:
    """The objects of a machine, as a domain: another one, or the very same."""

    size: ClassVar[None] = None


Given = Domain | DrawnKind | Another
"""What an argument is drawn from."""


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One process of an experiment; its strings may still hold placeholders."""

    name: str | None
    """Name of its observation in claims; None: the observation's fields are names themselves."""
    system: System
    folder: str
    environment: Mapping[str, str]
    configuration: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Expectation:
    """One claim over the observation of an experiment."""

    text: str
    location: Location
    tree: Node


@dataclass(frozen=True, slots=True)
class Experiment:
    """Run systems for values drawn from `given`; every expectation must hold for each case."""

    given: Mapping[str, Values]
    runs: tuple[PlannedRun, ...]
    define: Mapping[str, Node]
    """Short names for expressions over the observation, each over those before it."""
    expect: tuple[Expectation, ...]
    prepared: Mapping[str, System]
    """Placeholder -> system that is run once beforehand."""
    root: Path
    cases: int
    """The most cases to run."""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Evaluate a claim at every point of a finite domain."""

    claim: str
    domains: Mapping[str, str]
    """Variable -> domain, as claim-language text."""
    functions: Mapping[str, Bound]
    """Name in the claim -> what implements it."""
    tolerance: Tolerance
    root: Path
    points: int
    conditions: tuple[str, ...] = ()
    """Preconditions, as claim-language text: points that do not meet them are left out."""


@dataclass(frozen=True, slots=True)
class Formulas:
    """Evaluate a claim over formulas and implementations, at values drawn from a space."""

    claim: str
    tree: Node
    definitions: tuple[Definition, ...]
    space: Space
    tolerance: Tolerance
    functions: Mapping[str, Bound] = field(default_factory=dict)
    """Name in the claim -> what implements it; the others are their formulas."""
    dtype: str = "float64"
    """Type in which real numbers are drawn."""
    draws: Mapping[str, str] = field(default_factory=dict)
    """Variable that is no number -> `module:qualname` of what draws it."""
    partial: bool = False
    """True: it was declared for further values, so that to try all of these proves nothing."""
    root: Path = Path()


@dataclass(frozen=True, slots=True)
class Repetition:
    """Call an implementation again with the same values, here and in a fresh process."""

    call: Node
    """The call, over the variables of the space."""
    given: Formulas
    """Whose claim is that the call equals itself: its space, functions and type of numbers."""

    @property
    def functions(self) -> Mapping[str, Bound]:
        """Name in the call -> what implements it."""
        return self.given.functions

    @property
    def root(self) -> Path:
        """The folder that holds the code."""
        return self.given.root


@dataclass(frozen=True, slots=True)
class Induction:
    """Prove a claim for all integers above the lower ends of its domains, by loop invariants."""

    claim: str | None
    """None: that the invariants and variants are ones is all that is to be proved."""
    variables: tuple[str, ...]
    """Each is any integer that meets the conditions."""
    conditions: tuple[str, ...]
    """The lower ends of their domains, and preconditions, as claim-language text."""
    functions: Mapping[str, Bound]
    invariants: Mapping[str, tuple[str, ...]]
    """Variable of a loop -> what holds before and after each of its turns."""
    variants: Mapping[str, tuple[str, ...]]
    """Variable of a loop -> numbers that fall with each turn and are not negative before one."""
    sample: Enumeration | None
    """The claim within its declared domain, points of which are tried as well."""
    root: Path
    arguments: tuple[str, ...] = ()
    """Variables that the implementation is given, where no claim calls it."""
    loop: str | None = None
    """The loop that this is about; there has to be one of that name."""


@dataclass(frozen=True, slots=True)
class Callee:
    """A function that is replaced by its obligations."""

    equation: str
    names: tuple[str, ...]
    """Its names in claims and formulas, sorted: a check is dated by its plan's text."""
    parameters: tuple[str, ...]
    space: Space
    """Its domain: a caller must not leave it."""
    has_value: Formulas
    """That it has a value everywhere in its domain, without which nothing may be assumed."""
    claims: Mapping[str, Formulas]
    """Id of an obligation -> what it says; each is decided before it is assumed."""


@dataclass(frozen=True, slots=True)
class Stubbed:
    """Prove a claim over real numbers, with axioms in the place of transcendental functions."""

    given: Formulas
    """The claim as it is about its subject."""
    formula: Formulas
    """The same claim about the formulas alone; it is `given` where that calls no code."""
    equalities: tuple[Formulas, ...]
    """That what `given` calls equals its formula: a proof of a formula is none of code."""
    callees: tuple[Callee, ...] = ()
    """Functions that are replaced by their own obligations."""

    @property
    def functions(self) -> Mapping[str, Bound]:
        """Name in the claim -> what implements it."""
        return self.given.functions

    @property
    def root(self) -> Path:
        """The folder that holds the code."""
        return self.given.root


@dataclass(frozen=True, slots=True)
class Action:
    """One rule of a state machine; texts are those of the claim language."""

    name: str
    given: Mapping[str, Given]
    when: Node | None
    next: Mapping[str, Node]
    """Variable of the state -> its value after the call, of whose `result` it may be made."""
    returns: Node | None
    refuses: str | None
    place: str = field(default="", repr=False)
    """Where the contract has it; what a check is dated by leaves it out."""

    @property
    def other(self) -> str:
        """The argument that is another object, if there is one."""
        return next((name for name, each in self.given.items() if isinstance(each, Another)), "")

    @property
    def next_own(self) -> Mapping[str, Node]:
        """The variables of the object itself, as in `next`."""
        prefix = of(self.other, "")
        return {name: tree for name, tree in self.next.items() if not name.startswith(prefix)}

    @property
    def next_other(self) -> Mapping[str, Node]:
        """The variables of the other object, which changes after the object itself has."""
        prefix, items = of(self.other, ""), self.next.items()
        return {n.removeprefix(prefix): tree for n, tree in items if n.startswith(prefix)}


@dataclass(frozen=True, slots=True)
class StateMachine:
    """Drive an object by the rules of a machine; its state must be that of the model."""

    functions: Mapping[str, Bound]
    """The equation -> what makes the object; further names -> what claims look into it by."""
    given: Mapping[str, Given]
    start: Mapping[str, Node]
    hidden: tuple[str, ...]
    """Variables that the model alone has."""
    actions: tuple[Action, ...]
    invariant: Node | None
    tolerance: Tolerance
    root: Path

    @property
    def maker(self) -> Bound:
        """What makes the object."""
        return next(bound for bound in self.functions.values() if not bound.helps)

    @property
    def objects(self) -> tuple[str, ...]:
        """The names in steps of the objects of a run; empty for the only one."""
        return ("a", "b") if any(action.other for action in self.actions) else ("",)

    @property
    def helpers(self) -> Mapping[str, Bound]:
        """Name in claims -> the function of the binding that looks into the object."""
        return {name: bound for name, bound in self.functions.items() if bound.helps}


@dataclass(frozen=True, slots=True)
class NotExecutable:
    """A claim that cannot run, with the verdict and the reason."""

    verdict: Verdict
    reason: str


PythonPlan = Enumeration | Formulas | Repetition | Induction | Stubbed | StateMachine
"""Plans about Python callables; each has `functions` and their `root`."""

Plan = Experiment | PythonPlan | NotExecutable
"""The task of an engine."""


@dataclass(frozen=True, slots=True)
class Check:
    """One claim to decide, with its subject and its plan."""

    id: str
    aliases: frozenset[str]
    """Other ids that select this check: its contract's stem, obligation, equation and gates."""
    kind: Kind
    contract: str
    contract_file: Path
    location: Location
    claim: str
    subject: str
    plan: Plan
    diagnosis: str | None
    digests: Digests
    target: str = ""
    """Name of the binding whose code it is about; empty where none is."""
    variant: str = ""
    """The type of numbers, or the further entry of the binding, that it is about."""
    suffix: str = ""
    """As much of target and variant as tells its name from its neighbours'."""
    unread: tuple[str, ...] = ()
    """Preconditions that are prose, so that counterexamples may lie outside them."""
    limits: tuple[str, ...] = ()
    """Limits of a pass, a sentence each."""

    @property
    def name(self) -> str:
        """What it is called: the id, where no other check has it."""
        return f"{self.id}{self.suffix}"

    @property
    def names(self) -> frozenset[str]:
        """All names that select it among the checks of its id."""
        ends = (self.target, self.variant, f"{self.target}@{self.variant}")
        return frozenset({self.id, *(f"{self.id}@{end}" for end in ends if end.strip("@"))})

    @property
    def key(self) -> Key:
        """What no other check has."""
        return Key(self.contract, self.id, self.target, self.variant)
