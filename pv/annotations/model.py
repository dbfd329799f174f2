"""Records of what code claims of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pv.contract.finding import Location
from pv.contract.text import Text
from pv.proposals.model import Parameter


@dataclass(frozen=True, slots=True)
class Claimed:
    """A function with claims about it."""

    name: str
    """Its name in the module: `f`, `Class.f`."""
    parameters: tuple[str, ...]
    hinted: Mapping[str, Parameter]
    """Parameters of which the hint says what values they have."""
    claims: tuple[Text, ...]
    domains: Mapping[str, Text]
    location: Location
    lines: range
    """Its lines, decorators included."""

    @property
    def home(self) -> str:
        """Return the class that it is a method of, or ""."""
        return self.name.rpartition(".")[0]

    @property
    def called(self) -> str:
        """Return what claims call it."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Code:
    """A module with the functions that have claims."""

    name: str
    file: Path
    root: Path
    """The folder that is first on the import path."""
    defined: Mapping[str, str]
    """Name in the module -> `module:qualname` of what it stands for."""
    functions: tuple[Claimed, ...]
    home: str = ""
    """The class whose methods these are; "": they are functions of the module."""

    @property
    def key(self) -> str:
        """The name of its contract, which no other code and no contract file has."""
        return f"{self.file}:{self.home}" if self.home else str(self.file)
