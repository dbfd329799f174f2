"""Records that a generator yields: data classes that do nothing but store what they are given."""

from dataclasses import MISSING, Field, fields
from types import MemberDescriptorType

_GENERATED = "<string>"
"""The file of the methods that `dataclass` writes."""
_WRITTEN = frozenset({"__init__", "__setattr__", "__delattr__", "__eq__"})
"""Methods that may be there if `dataclass` wrote them."""
_REFUSED = frozenset({"__new__", "__post_init__", "__getattribute__", "__getattr__", "__del__"})


def constructor(found: object) -> range | None:
    """Return how many arguments a plain record may be given; None for anything else.

    Anything of its own that may run while it is made, kept or dropped makes it no plain record.
    """
    if type(found) is not type or found.__bases__ != (object,):
        return None
    written = getattr(found, "__dataclass_params__", None)
    own = vars(found)
    if written is None or not written.init or "__init__" not in own or _REFUSED & own.keys():
        return None
    if not all(_is_generated(own[name]) for name in _WRITTEN & own.keys()):
        return None
    stored = fields(found)
    if not all(_is_stored(each, own.get(each.name)) for each in stored):
        return None
    needed = sum(each.default is MISSING for each in stored)
    return range(needed, len(stored) + 1)


def _is_generated(method: object) -> bool:
    code = getattr(method, "__code__", None)
    return getattr(code, "co_filename", None) == _GENERATED


def _is_stored(field: Field[object], held: object) -> bool:
    """Return whether an argument is put into a field as it is, and nothing else is done."""
    plain = field.init and not field.kw_only and field.default_factory is MISSING
    return plain and (type(held) is MemberDescriptorType or not hasattr(type(held), "__set__"))
