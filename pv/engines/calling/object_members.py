"""Call the methods and read the attributes of an object that an implementation made."""

from collections.abc import Sequence

import numpy as np

from pv.binding.model import Bound
from pv.claims.values import Implementation, Value
from pv.engines.calling.bound_calls import of_values
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.calling.named_calls import giving
from pv.engines.calling.results import value_of


def method_of(made: Value, name: str, names: Sequence[str]) -> Implementation:
    """Return a method over values of claims, which are given to the parameters of their names.

    Raises Unusable if there is none that can be called so.
    """
    method, what = getattr(made, name, None), f"{type(made).__name__}.{name}"
    if not callable(method):
        raise Unusable(f"{type(made).__name__} has no method `{name}`")
    give = giving(method, what, names, {})

    def call(*values: Value) -> Value:
        positional, named = give(dict(zip(names, values, strict=True)))
        return method(*positional, **named)

    return _of_lists(of_values(call, Bound(what)))


def attribute_of(made: Value, name: str) -> Value:
    """Return an attribute, or the result of a method without arguments; raises Unusable."""
    if not hasattr(made, name):
        raise Unusable(f"{type(made).__name__} has no attribute `{name}`")
    found = getattr(made, name)
    read = found if callable(found) else lambda: found
    return _of_lists(of_values(read, Bound(f"{type(made).__name__}.{name}")))()


def _of_lists(function: Implementation) -> Implementation:
    """Let a function return lists for arrays: models of objects have no arrays."""

    def call(*values: Value) -> Value:
        found = function(*values)
        return value_of(found.tolist(), "") if isinstance(found, np.ndarray) else found

    return call
