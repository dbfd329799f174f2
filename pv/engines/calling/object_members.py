"""Call the methods and read the attributes of an object that an implementation made."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from types import FunctionType, MethodType

import numpy as np

from pv.binding.model import Bound
from pv.claims.values import Assignment, Implementation, Value
from pv.engines.calling.bound_calls import misfit, of_values
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.calling.named_calls import Given, giving
from pv.engines.calling.results import value_of
from pv.nearest import nearest

_MISSING = object()
_NO_OBJECTS: Assignment = {}


def method_of(
    made: Value, name: str, names: Sequence[str], objects: Assignment = _NO_OBJECTS
) -> Implementation:
    """Return a method over values of claims, which are given to the parameters of their names.

    Of the names, `objects` are given as they are, and may be changed. Raises Unusable if there is
    none that can be called so.
    """
    method, what = getattr(made, name, None), f"{type(made).__name__}.{name}"
    if not callable(method):
        raise Unusable(f"{type(made).__name__} has no method `{name}`{_near(made, name)}")
    give = _giving(method, what, (*names,))
    drawn = [each for each in names if each not in objects]

    def call(*values: Value) -> Value:
        positional, named = give({**dict(zip(drawn, values, strict=True)), **objects})
        return method(*positional, **named)

    return of_lists(of_values(call, Bound(what)))


def _giving(
    method: Implementation, what: str, names: tuple[str, ...]
) -> Callable[[Assignment], Given]:
    if isinstance(method, MethodType) and isinstance(method.__func__, FunctionType):
        return _giving_to(method.__func__, what, names)
    return giving(method, what, names, {})


@lru_cache(maxsize=1_000)
def _giving_to(
    function: FunctionType, what: str, names: tuple[str, ...]
) -> Callable[[Assignment], Given]:
    """Look at the signature of a method once: it takes as long as all else of a step."""
    return giving(MethodType(function, _MISSING), what, names, {})


def asked(made: Value, name: str, *values: Value, remedy: str = "") -> Value:
    """Return an attribute, or what a method returns; raises Unusable where there is none such."""
    found: Value = getattr(made, name, _MISSING)
    bound = Bound(f"{type(made).__name__}.{name}")
    if found is _MISSING:
        told = f"{type(made).__name__} has no attribute `{name}`{_near(made, name)}"
        raise Unusable(f"{told}; {remedy}" if remedy else told)
    if values and not callable(found):
        raise Unusable(f"{bound.callable} is no method: leave out what is given to it")

    def call(*given: Value) -> Value:
        try:
            return found(*given) if callable(found) else found
        except TypeError as fault:
            raise misfit(bound, found, len(given)) or fault from fault

    return of_lists(of_values(call, bound))(*values)


def of_lists(function: Implementation) -> Implementation:
    """Let a function return lists for arrays: models of objects have no arrays."""

    def call(*values: Value) -> Value:
        found = function(*values)
        return value_of(found.tolist(), "") if isinstance(found, np.ndarray) else found

    return call


def _near(made: Value, name: str) -> str:
    near = nearest(name, (each for each in dir(made) if not each.startswith("_")))
    return f"; did you mean `{near[0]}`?" if near else ""
