"""What judging a file leaves: its findings, and what other files' judgements need of it."""

from typing import NamedTuple

from pv.contract.discovery.find import Content
from pv.contract.finding import Finding, Location


class Mention(NamedTuple):
    """A name that stands in a file, and where."""

    name: str
    location: Location
    path: str


class Ignore(NamedTuple):
    """A comment `# pv: ignore[CODE, …] reason`."""

    codes: tuple[str, ...]
    reason: str
    line: int
    """The line whose findings it is about: its own, or the next if it stands alone."""
    location: Location
    """Where the comment stands."""


class Summary(NamedTuple):
    """One file, judged by itself."""

    file: str
    content: Content
    findings: tuple[Finding, ...]
    readable: bool = True
    ids: tuple[Mention, ...] = ()
    """Ids of obligations, tests, symbolic checks and gates, as far as they are written."""
    depends_on: tuple[Mention, ...] = ()
    systems: tuple[Mention, ...] = ()
    """Systems that experiments run."""
    declares: tuple[str, ...] = ()
    """Systems that a binding file declares."""
    ignores: tuple[Ignore, ...] = ()
