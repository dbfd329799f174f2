"""Write down a result to the last bit, with its types, the same in each process."""

import math
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

import numpy as np

from pv.engines.calling.foreign_callables import Unusable
from pv.engines.calling.results import PLAIN, Foreign
from pv.engines.calling.tensors import to_array

_TEXTUAL = (Decimal, Fraction, date, time, timedelta, complex, bytes, range)
_BRACKETED = (list, tuple, dict)  # whose brackets say what they are


def exact_text(value: Any, made_by: str) -> str:
    """Return a text that two results share if they are the same; raises Unusable."""
    kind = type(value)
    if kind in PLAIN or isinstance(value, _TEXTUAL):
        return f"{value!r}" if not _is_nan(value) else "nan"
    if isinstance(value, Foreign):
        return exact_text(value.original, made_by)
    if kind.__module__.partition(".")[0] == "torch" and hasattr(value, "detach"):
        return f"{value.dtype} {exact_text(to_array(value), made_by)}"
    if isinstance(value, np.ndarray | np.generic):
        return f"{value.dtype} {exact_text(value.tolist(), made_by)}"
    if isinstance(value, Iterator):
        return kind.__qualname__
    name = "" if kind in _BRACKETED else kind.__qualname__
    return f"{name}{_content(value, made_by)}"


def _content(value: Any, made_by: str) -> str:
    match value:
        case Enum():
            return f".{value.name}"
        case Mapping():
            items = (
                f"{exact_text(k, made_by)}: {exact_text(v, made_by)}" for k, v in value.items()
            )
            return f"{{{', '.join(items)}}}"
        case list():
            return f"[{', '.join(exact_text(each, made_by) for each in value)}]"
        case tuple():
            return f"({', '.join(exact_text(each, made_by) for each in value)})"
        case AbstractSet():
            return f"{{{', '.join(sorted(exact_text(each, made_by) for each in value))}}}"
        case int() | float() | str():
            return f"({value})"
    if not hasattr(value, "__dict__") or callable(value):
        kind = type(value)
        raise Unusable(
            f"{made_by} returned a value of type {kind.__module__}.{kind.__qualname__}, of which "
            "nobody can tell whether two are the same; bind a function that returns values"
        )
    return _content(vars(value), made_by)


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)
