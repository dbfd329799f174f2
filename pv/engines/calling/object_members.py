"""Call the methods and read the attributes of an object that an implementation made."""

from pv.claims.values import Implementation, Value
from pv.engines.calling.array_adapters import to_claim_value
from pv.engines.calling.foreign_callables import Unusable


def method_of(made: Value, name: str) -> Implementation:
    """Return a method that returns values of claims; raises Unusable if there is none."""
    method = getattr(made, name, None)
    if not callable(method):
        raise Unusable(f"{type(made).__name__} has no method `{name}`")
    return lambda *values: to_claim_value(method(*values))


def attribute_of(made: Value, name: str) -> Value:
    """Return an attribute, or the result of a method without arguments; raises Unusable."""
    if not hasattr(made, name):
        raise Unusable(f"{type(made).__name__} has no attribute `{name}`")
    found = getattr(made, name)
    return to_claim_value(found() if callable(found) else found)
