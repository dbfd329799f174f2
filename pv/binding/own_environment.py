"""Tell whether pv runs in an environment that was made for it alone, as those of hooks are."""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

_PV = "pv-contracts"
_TOOLS = frozenset({"pip", "setuptools", "wheel"})
_NAME = re.compile(r"[\w.-]+")
HINT = (
    "pv alone is installed here: in a hook, name what the code imports under"
    " `additional_dependencies`, or use a `local` hook with `language: system`"
)


def remedy(otherwise: str) -> str:
    """Return what to do about a package that is not installed."""
    return HINT if has_pv_alone() else otherwise


@cache
def has_pv_alone() -> bool:
    """Return whether nothing is installed beside pv and what it requires."""
    from importlib import metadata  # noqa: PLC0415 - only what is not found needs it

    needed = {*_TOOLS, *_with_requirements(_PV)}
    return all(_normal(each.name) in needed for each in metadata.distributions())


def _with_requirements(name: str) -> Iterator[str]:
    """Yield a distribution and all that it requires, without its extras, as far as installed."""
    from importlib import metadata  # noqa: PLC0415 - likewise

    waiting, told = [name], set[str]()
    while waiting:
        if (current := _normal(waiting.pop())) in told:
            continue
        told.add(current)
        yield current
        with suppress(metadata.PackageNotFoundError):  # for another system or Python
            required = metadata.requires(current) or ()
            waiting += [_name(each) for each in required if "extra ==" not in each]


def _name(requirement: str) -> str:
    found = _NAME.match(requirement)
    return found[0] if found else requirement


def _normal(name: str) -> str:
    """Return a name as all its spellings have it (PyPA: names and normalization)."""
    return re.sub(r"[-_.]+", "-", name).lower()
