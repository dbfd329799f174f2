"""Call the methods and read the attributes of an object that an implementation made."""

import numpy as np

from pv.binding.model import Bound
from pv.claims.values import Implementation, Value
from pv.engines.calling.bound_calls import of_values
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.calling.results import value_of


def method_of(made: Value, name: str) -> Implementation:
    """Return a method that takes and returns values of claims; raises Unusable if there is none."""
    method = getattr(made, name, None)
    if not callable(method):
        raise Unusable(f"{type(made).__name__} has no method `{name}`")
    return _of_lists(of_values(method, Bound(f"{type(made).__name__}.{name}")))


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
