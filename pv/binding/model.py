"""Records of a binding file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pv.contract.finding import Finding, Location
from pv.remembered import remembered


@dataclass(frozen=True, slots=True)
class System:
    """A command that experiments run in a process of its own."""

    name: str
    run: tuple[str, ...]
    configuration: Mapping[str, object] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    accepts: tuple[str, ...] | None = None
    """Patterns of the variables that a contract may set; it sets no others."""
    locks: tuple[str, ...] = ()
    """Keys of the configuration, joined by dots, that a contract may not set."""
    inherit: tuple[str, ...] = ()
    timeout: float = 120.0
    """Seconds."""
    observe: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """A callable, and the way in which claims call it."""

    callable: str
    """`module:qualname`."""
    arguments: tuple[str, ...] = ()
    """Variables that it is given where a claim names its value alone; empty: its own parameters."""
    keywords: Mapping[str, object] = field(default_factory=dict)
    """Further arguments, the same in every call."""
    draws: Mapping[str, str] = field(default_factory=dict)
    """Kind of value that a domain names -> `module:qualname` of a strategy, or of a type."""
    helpers: Mapping[str, str] = field(default_factory=dict)
    """Further function that claims may call -> `module:qualname`."""
    helps: bool = False
    """True: claims look into values by it, and none is about it."""
    arrays: str = "numpy"
    """The arrays that it takes: `numpy`, `torch` or `list`."""
    dtype: str = "float64"
    """Type of the real numbers in those arrays."""
    sources: tuple[str, ...] = ()
    """Globs of further files that it reads, where that is not observed."""
    deterministic: bool = False
    """Declared: its results depend on arguments alone, although it can ask chance or a clock."""

    @property
    def names(self) -> tuple[str, ...]:
        """All that the entry names of code: what it binds, what draws its inputs, helpers."""
        return (self.callable, *self.draws.values(), *self.helpers.values())


@dataclass(frozen=True, slots=True)
class Implementation:
    """The Python object that implements one equation of one contract."""

    contract: str
    """Stem of the contract."""
    equation: str
    status: str
    bound: Bound | None
    dtypes: tuple[str, ...]
    """The types of numbers in which it is to be checked; that of `bound` comes first."""
    location: Location


@dataclass(frozen=True, slots=True)
class Binding:
    """One binding file."""

    file: Path
    target: str
    root: Path
    """The folder that holds the code; first on the import path of every process."""
    systems: Mapping[str, System]
    implementations: tuple[Implementation, ...]
    notes: tuple[Finding, ...] = ()
    """Keys of the file that nothing reads."""

    def implementation(self, contract: str, equation: str) -> Implementation | None:
        """Return the entry that binds an equation to code, if there is one."""
        return _bound(self.implementations).get((contract, equation))


@remembered
def _bound(
    implementations: tuple[Implementation, ...],
) -> Mapping[tuple[str, str], Implementation]:
    """Return the entries that name code, by contract and equation; the first of several counts."""
    return {(each.contract, each.equation): each for each in implementations[::-1] if each.bound}
