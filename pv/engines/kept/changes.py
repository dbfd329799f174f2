"""What code kept before some calls and after them, and what results may depend on for that."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pv.engines.kept.file_changes import is_of_machine


@dataclass(frozen=True)
class Kept:
    """The state that code reached at one time."""

    digests: Mapping[tuple[str, int], str]
    """Of what is named so, the first, the second, ..."""
    opaque: Mapping[str, str]
    """Names of what cannot be compared -> what that is."""
    asked: Collection[str]
    """What answers by more than arguments."""
    packages: Collection[str]
    """Modules of other packages that are used."""
    granted: Collection[str]
    """What a proof takes for granted: packages of others, and what tells of machine and files."""
    written: Mapping[str, str]
    """Files that this process changed, or read where they change by themselves -> their state."""


def changed(before: Kept, now: Kept) -> str | None:
    """Return how results may depend on what was called before."""
    other = (name for name, _ in _differing(before.digests, now.digests))
    if (name := next(other, None)) is not None:
        return f"the code changes `{name}`, so that a later call may give another result"
    return None


def beside_arguments(
    before: Kept, now: Kept, *, packages: bool = True, root: Path | None = None
) -> str | None:
    """Return what results may depend on beside arguments, given what was kept around some calls.

    Without `packages` so does all that is not Python's own and simple; below `root` no file may be
    changed, not even by importing the code.
    """
    if (why := changed(before, now)) is not None:
        return why
    for name in now.written:
        data = Path(name).suffix != ".py"  # a module is imported once
        if data and root is not None and root.absolute() in Path(name).absolute().parents:
            return f"the code changes the file `{name}`, so that a later run may find another"
    for name in _more(before, now):
        if is_of_machine(name):
            return f"the code depends on the file `{name}`, which changes by itself"
        return f"the code changes the file `{name}`, so that a later call may find another"
    for name, what in now.opaque.items():
        return f"the code reaches `{name}`, and whether {what} changes cannot be compared"
    for asked in (*now.asked, *(() if packages else now.packages)):
        return f"the code depends on {asked}, which is no argument"
    return None


def assumed(now: Kept) -> tuple[str, ...]:
    """Say what a proof takes for granted."""
    if not now.granted:
        return ()
    names = ", ".join(sorted(now.granted))
    return (f"assumes that what {names} returns depends on arguments alone",)


def as_declared(before: Kept, now: Kept) -> Kept:
    """Take it for granted that what code asks of the world changes no result."""
    read = {name for name in _more(before, now) if is_of_machine(name)}
    return replace(
        now,
        asked=(),
        granted=(*now.granted, *now.asked, *(f"`{name}`" for name in read)),
        written={name: state for name, state in now.written.items() if name not in read},
    )


def _more(before: Kept, now: Kept) -> Iterator[str]:
    """Yield the files that were changed, or read where they change by themselves, in between."""
    return (name for name, state in now.written.items() if state != before.written.get(name))


def _differing(
    before: Mapping[tuple[str, int], str], now: Mapping[tuple[str, int], str]
) -> Iterator[tuple[str, int]]:
    return (key for key in (*before, *now) if before.get(key) != now.get(key))
