"""What a contract may set of a system: variables that its binding accepts, and no locked key.

Where a binding does not say what it accepts, numbers are: they name no code, no file and no
command. Variables by which a process finds code stay closed to them too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

from pv.binding.model import System

_NUMBER = re.compile(r"-?\d+(\.\d+)?|\{\w+\}")
"""Or what stands for one."""
_FILLED = re.compile(r"-?(\d+(\.\d+)?([eE][+-]?\d+)?|inf)|nan")
_FINDS_CODE = re.compile(r"PYTHON|LD_|DYLD_|.*PATH")


class Refusal(NamedTuple):
    """Something that a contract sets and may not."""

    variable: str | None
    """The variable of the environment; None for a key of the configuration."""
    message: str
    remedy: str


def refusals(
    system: System, environment: Mapping[str, str], configuration: Mapping[str, object]
) -> Iterator[Refusal]:
    """Yield what a run of a system may not set; a placeholder may stand for a number."""
    for name, value in environment.items():
        if not _is_accepted(system, name, value):
            accepted = "numbers" if system.accepts is None else ", ".join(system.accepts) or "none"
            yield Refusal(
                name,
                f"a contract may not set the variable `{name}` of the system `{system.name}`",
                f"accepted are: {accepted}; if it is harmless, name it"
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


def _is_accepted(system: System, name: str, value: str) -> bool:
    if system.accepts is not None:
        return any(fnmatchcase(name, pattern) for pattern in system.accepts)
    return not _FINDS_CODE.match(name.upper()) and bool(_NUMBER.fullmatch(value))


def not_a_number(system: System, filled: Mapping[str, str]) -> str | None:
    """Return the first variable that is filled with no number, if only those are accepted."""
    if system.accepts is not None:
        return None
    return next((name for name, each in filled.items() if not _FILLED.fullmatch(each)), None)


def _leaves(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif path:
        yield path


def _overlap(path: Iterable[str], lock: Iterable[str]) -> bool:
    """Return whether one lies in the other: a value in place of a mapping replaces all below it."""
    return all(fnmatchcase(key, pattern) for key, pattern in zip(path, lock, strict=False))
