"""Types of the claim language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Basic(Enum):
    """Types without parts."""

    BOOL = "Bool"
    INT = "Int"
    REAL = "Real"
    STRING = "String"
    NULL = "Null"
    COLLECTION = "Collection"
    """A tuple, a set, a range or an interval."""
    ANY = "Any"
    """Known only when it runs: a field of a result, what an implementation returns."""


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with string keys; keys that are not listed have type ANY unless it is closed."""

    fields: Mapping[str, "Type"] = field(default_factory=dict)
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """Something to call; `parameters` is None when any number of arguments will do."""

    parameters: "tuple[Type, ...] | None"
    result: "Type"


Type = Basic | Record | Function

BOOL, INT, REAL, STRING, NULL = Basic.BOOL, Basic.INT, Basic.REAL, Basic.STRING, Basic.NULL
COLLECTION, ANY = Basic.COLLECTION, Basic.ANY


def fits(found: Type, wanted: Type) -> bool:
    """Return whether a value of one type may stand where another is wanted; Int is a Real too."""
    if ANY in (found, wanted) or found == wanted:
        return True
    if wanted is REAL:
        return found is INT
    return isinstance(found, Record) and isinstance(wanted, Record)


def spell(kind: Type) -> str:
    """Name a type for a message."""
    match kind:
        case Basic():
            return kind.value
        case Record():
            return "Record"
        case Function():
            return "Function"
