"""Tell where code compares identities: which of several equal values it is given.

Of values that cannot change, Python may keep one or many; and a symbolic number is none of them.
"""

import builtins
import dis
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import Enum
from types import CodeType, FunctionType, ModuleType

from pv.engines.kept.code_names import WITHOUT_MEANING


def compares_identities(code: CodeType, found: FunctionType) -> bool:
    """Return whether code in a function asks `is` of what may have an equal.

    None, classes and the like have none.
    """
    known = {**vars(builtins), **found.__globals__}
    closed = _closed(found) if code is found.__code__ else {}
    steps = [each for each in dis.get_instructions(code) if each.opname not in WITHOUT_MEANING]
    return any(
        step.opname == "IS_OP"
        and not _spares_a_comparison(code, steps[:number])
        and not _is_there_once(steps[:number], known, closed)
        for number, step in enumerate(steps)
    )


def _spares_a_comparison(code: CodeType, before: Sequence[dis.Instruction]) -> bool:
    """Return whether a method for equality asks if both objects are one, as data classes do."""
    loaded: list[str] = []
    for step in before[-2:]:
        if step.opname.startswith("LOAD_FAST"):
            loaded += step.argval if isinstance(step.argval, tuple) else [step.argval]
    return code.co_name in {"__eq__", "__ne__"} and {*loaded[-2:]} == {*code.co_varnames[:2]}


def _closed(found: FunctionType) -> dict[str, object]:
    """Return the variables of the functions around one, where they have values yet."""
    values: dict[str, object] = {}
    for name, cell in zip(found.__code__.co_freevars, found.__closure__ or (), strict=True):
        with suppress(ValueError):
            values[name] = cell.cell_contents
    return values


def _is_there_once(
    before: Sequence[dis.Instruction], known: Mapping[str, object], closed: Mapping[str, object]
) -> bool:
    """Return whether the value that was loaded last is one that has no equal."""
    path: list[str] = []
    for step in reversed(before):
        match step.opname:
            case "LOAD_ATTR":
                path.insert(0, step.argval)
            case "LOAD_CONST":
                return _has_no_equal(step.argval, path)
            case "LOAD_GLOBAL" | "LOAD_NAME":
                return _has_no_equal(known.get(step.argval, ()), path)
            case "LOAD_DEREF":
                return _has_no_equal(closed.get(step.argval, ()), path)
            case _:
                break
    return path[-1:] == ["__class__"]


def _has_no_equal(value: object, path: Sequence[str]) -> bool:
    """Return whether what a path of attributes leads to is there once."""
    for name in path:
        if name == "__class__":
            return True
        if not isinstance(value, ModuleType | type):  # its attributes may be computed
            return False
        value = getattr(value, name, ())
    if isinstance(value, bool | Enum):
        return True
    return type(value).__eq__ is object.__eq__  # so that it equals nothing but itself
