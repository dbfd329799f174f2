"""Import the callables that bindings name, and report how they misbehave.

Only workers import this: what happens here happens to foreign code.
"""

import difflib
import importlib
import inspect
import io
import sys

from pv.binding.own_environment import remedy
from pv.claims.evaluation.errors import NotAsked, text_of
from pv.claims.values import Implementation

_HEARD = 200  # characters kept of what an implementation prints


class Unusable(NotAsked):
    """Raised for a callable that cannot be tested at all: a broken check, no refutation."""


class Printed(io.TextIOBase):
    """A stand-in for standard output that keeps the beginning of what is written."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = ""

    def write(self, text: str) -> int:
        """Keep the beginning of the output."""
        if len(self._kept) < _HEARD:
            self._kept += text[:_HEARD]
        return len(text)

    def taken(self) -> str:
        """Return what was printed since this was last asked."""
        kept, self._kept = self._kept, ""
        return kept


def listen() -> Printed:
    """Catch what implementations print from now on."""
    if not isinstance(sys.stdout, Printed):
        sys.stdout = Printed()
    return sys.stdout


def resolve(reference: str) -> Implementation:
    """Import the callable that `module:qualname` names; raises Unusable."""
    found = named(reference)
    if not callable(found):
        kind = type(found).__name__
        raise Unusable(f"{reference} is not callable: it is of type {kind}; bind a function")
    implementation: Implementation = found
    return implementation


def named(reference: str) -> object:
    """Import what `module:qualname` names; raises Unusable."""
    module, _, qualname = reference.partition(":")
    found = _imported(module)
    for part in qualname.split("."):
        if not hasattr(found, part):
            near = difflib.get_close_matches(part, dir(found), n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            raise Unusable(f"{reference}: there is no `{part}` in {_name(found)}{hint}")
        found = getattr(found, part)
    return found


def _imported(module: str) -> object:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as fault:
        missing = fault.name or module
        if module == missing or module.startswith(f"{missing}."):
            reason = remedy("install it, or correct `callable`")
        else:
            reason = f"which `{module}` imports; {remedy('install it')}"
        raise Unusable(f"there is no module `{missing}`; {reason}") from fault
    except KeyboardInterrupt:
        raise
    except BaseException as fault:  # importing foreign code may raise anything, SystemExit too
        raise Unusable(
            f"importing `{module}` raised {type(fault).__name__}: {text_of(fault, str)}"
        ) from fault


def _name(found: object) -> str:
    name = getattr(found, "__name__", type(found).__name__)
    return f"module `{name}`" if inspect.ismodule(found) else f"`{name}`"
