"""What a contract may set of a system: variables that its binding accepts, and no locked key."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

from pv.binding.model import System


class Refusal(NamedTuple):
    """Something that a contract sets and may not."""

    variable: str | None
    """The variable of the environment; None for a key of the configuration."""
    message: str
    remedy: str


def refusals(
    system: System, environment: Iterable[str], configuration: Mapping[str, object]
) -> Iterator[Refusal]:
    """Yield what a run of a system may not set."""
    for name in environment:
        if not any(fnmatchcase(name, pattern) for pattern in system.accepts):
            yield Refusal(
                name,
                f"a contract may not set the variable `{name}` of the system `{system.name}`",
                f"accepted are: {', '.join(system.accepts) or 'none'}; if it is harmless, name it"
                " below `accepts:` of that system in the binding file",
            )
    locks = [lock.split(".") for lock in system.locks]
    for path in _leaves(configuration, ()):
        if any(_overlap(path, lock) for lock in locks):
            yield Refusal(
                None,
                f"a contract may not set `{'.'.join(path)}` of the system `{system.name}`",
                f"its binding file locks {', '.join(system.locks)}; leave it out of"
                " `configuration:`",
            )


def _leaves(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif path:
        yield path


def _overlap(path: Iterable[str], lock: Iterable[str]) -> bool:
    """Return whether one lies in the other: a value in place of a mapping replaces all below it."""
    return all(fnmatchcase(key, pattern) for key, pattern in zip(path, lock, strict=False))
