"""Records of proposals: functions as their source describes them, laws, and what tries showed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from pv.evidence.record import Evidence
from pv.evidence.verdict import Verdict


class Sort(Enum):
    """The values that the claim language can draw."""

    TRUTH = auto()
    WHOLE = auto()
    REAL = auto()
    TEXT = auto()
    CHOICE = auto()
    OBJECT = auto()
    """What Hypothesis draws: dates, bytes, the project's own classes."""
    OTHER = auto()
    """None of them: only another function's result can be given."""


NUMBERS = frozenset({Sort.WHOLE, Sort.REAL})


@dataclass(frozen=True, slots=True)
class Kind:
    """What a type hint says of a parameter or a result."""

    sort: Sort
    arrays: str | None = None
    """Of many values: what a binding says under `arrays`; None: a single value."""
    choices: tuple[str | int, ...] = ()
    named: str = ""
    """What a domain calls it, where it is no set: `date`, `Color`."""
    draws: str = ""
    """`module:qualname` of what draws it, where a binding has to say so."""

    @property
    def is_number(self) -> bool:
        """Return whether it is a single number."""
        return self.sort in NUMBERS and self.arrays is None

    @property
    def is_list(self) -> bool:
        """Return whether it is many numbers."""
        return self.sort in NUMBERS and self.arrays is not None

    @property
    def has_length(self) -> bool:
        """Return whether a claim can count its items or characters."""
        return self.sort is Sort.TEXT or self.arrays is not None

    def is_like(self, other: "Kind") -> bool:
        """Return whether its values can be given where those of another kind are taken."""
        mine, others = (self.sort, self.named), (other.sort, other.named)
        return mine == others and bool(self.arrays) == bool(other.arrays)


@dataclass(frozen=True, slots=True)
class Limits:
    """The ends that a docstring or an assertion gives to a number."""

    low: float | None = None
    high: float | None = None
    open_low: bool = False
    open_high: bool = False

    def narrowed(self, other: "Limits") -> "Limits":
        """Return the limits that hold if both do."""
        low, open_low = _tightest(max, (self.low, self.open_low), (other.low, other.open_low))
        high, open_high = _tightest(min, (self.high, self.open_high), (other.high, other.open_high))
        return Limits(low, high, open_low, open_high)


_End = tuple[float | None, bool]
"""A number, and whether it is left out itself."""


def _tightest(choose: Callable[[Iterable[float]], float], *ends: _End) -> _End:
    """Return the end that leaves least; one that is open leaves less than one that is not."""
    given = [(number, is_open) for number, is_open in ends if number is not None]
    if not given:
        return None, False
    chosen = choose(number for number, _ in given)
    return chosen, any(is_open for number, is_open in given if number == chosen)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that claims can give a value."""

    name: str
    kind: Kind
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Function:
    """A public function, as far as its source describes it."""

    module: str
    name: str
    place: str
    """`file:line`."""
    parameters: tuple[Parameter, ...]
    """Those that are given values; further ones have defaults."""
    result: Kind | None
    """None: nothing says what it returns."""
    conditions: tuple[str, ...] = ()
    """What it needs of its arguments, as claims."""
    promises: tuple[str, ...] = ()
    """What its decorators say of the result, as claims."""
    undrawn: str | None = None
    """Why no values can be drawn for it; None where they can."""

    @property
    def names(self) -> frozenset[str]:
        """Return its name and those of its parameters."""
        return frozenset({self.name, *(each.name for each in self.parameters)})

    def unused(self, *wanted: str) -> str:
        """Return the first of some names that it does not use, or one like the first."""
        more = (f"{wanted[0]}{number}" for number in range(len(self.names) + 1))
        return next(name for name in (*wanted, *more) if name not in self.names)

    @property
    def call(self) -> str:
        """Return a call of it, as claims write it."""
        return self.of(*(each.name for each in self.parameters))

    def of(self, *arguments: str) -> str:
        """Return a call with these arguments."""
        return f"{self.name}({', '.join(arguments)})"

    def with_argument(self, place: int, argument: str) -> str:
        """Return a call with another argument in one place."""
        names = [each.name for each in self.parameters]
        names[place] = argument
        return self.of(*names)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of a module about which nothing is offered, with the reason."""

    name: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """What the source of a module says, or of all modules of a package."""

    name: str
    files: tuple[Path, ...]
    root: Path
    """The folder that is first on the import path."""
    functions: tuple[Function, ...]
    left_out: tuple[LeftOut, ...]
    unread: tuple[LeftOut, ...] = ()
    """Assertions and decorators that do not translate to claims."""


@dataclass(frozen=True, slots=True)
class Law:
    """A claim that may hold of a function; one list has the stronger ones first."""

    key: str
    """`idempotent`: the last part of its id."""
    function: str
    type: str
    """Type of the obligation."""
    says: str
    """The claim in words."""
    formal: str
    implies: frozenset[str] = frozenset()
    """Keys of laws of the same function that say nothing beside this one."""
    is_expected: bool = True
    """False: hardly a function obeys it, so that only obeying is worth a line."""


HELD = frozenset({Verdict.SURVIVED, Verdict.PROVED})
"""Verdicts that nothing contradicted."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A law with its evidence, and whether it is offered."""

    law: Law
    evidence: Evidence
    offered: bool = False
    reason: str | None = None
    """Why a law that held is not offered."""

    @property
    def held(self) -> bool:
        """Return whether no case contradicted it."""
        return self.evidence.verdict in HELD


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is offered about a module."""

    source: Source
    functions: tuple[Function, ...]
    """Those that could be called, with the domains in which they were."""
    domains: Mapping[str, str]
    """Function -> its domain, as claim-language text."""
    tried: tuple[Tried, ...]
    left_out: tuple[LeftOut, ...]
