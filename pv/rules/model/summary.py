"""The summary of a judged file: its findings, and the names that other files' judgements need."""

from typing import NamedTuple

from pv.contract.discovery.find import Content
from pv.contract.finding import Finding, Location


class Mention(NamedTuple):
    """A name in a file, and its place."""

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
    """The place of the comment."""


class Summary(NamedTuple):
    """One file, judged by itself."""

    file: str
    content: Content
    findings: tuple[Finding, ...]
    readable: bool = True
    ids: tuple[Mention, ...] = ()
    """Ids that the file gives to obligations, tests, symbolic checks and gates."""
    depends_on: tuple[Mention, ...] = ()
    systems: tuple[Mention, ...] = ()
    """Systems that experiments run."""
    declares: tuple[str, ...] = ()
    """Systems that a binding file declares."""
    ignores: tuple[Ignore, ...] = ()
