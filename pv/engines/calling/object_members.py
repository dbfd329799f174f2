"""Call the methods and read the attributes of an object that an implementation made."""

from pv.binding.model import Bound
from pv.claims.values import Implementation, Value
from pv.engines.calling.bound_calls import of_values
from pv.engines.calling.foreign_callables import Unusable


def method_of(made: Value, name: str) -> Implementation:
    """Return a method that takes and returns values of claims; raises Unusable if there is none."""
    method = getattr(made, name, None)
    if not callable(method):
        raise Unusable(f"{type(made).__name__} has no method `{name}`")
    return of_values(method, Bound(f"{type(made).__name__}.{name}"))


def attribute_of(made: Value, name: str) -> Value:
    """Return an attribute, or the result of a method without arguments; raises Unusable."""
    if not hasattr(made, name):
        raise Unusable(f"{type(made).__name__} has no attribute `{name}`")
    found = getattr(made, name)
    read = found if callable(found) else lambda: found
    return of_values(read, Bound(f"{type(made).__name__}.{name}"))()
