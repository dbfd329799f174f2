"""Plain scalars by the YAML 1.2 core schema: `yes`, dates and `12:30` stay texts."""

import re
from typing import TypeAlias

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {
    word: word.lower() == "true"
    for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

MAX_DIGITS = 400

Scalar = str | int | float | bool | None
Value: TypeAlias = "dict[str, Value] | list[Value] | Scalar"
"""A value of a document."""


def resolve(text: str) -> Scalar:
    """Return the value of a plain scalar.

    Raises ValueError for a number that is not finite or has too many digits.
    """
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _SPECIAL.fullmatch(text):
        raise ValueError(f"{text} is not a finite number")
    if _INTEGER.fullmatch(text) or _BASED.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise ValueError(f"a number has at most {MAX_DIGITS} digits")
        return int(text, 0) if text[1:2] in {"o", "x"} else int(text)
    if _FLOAT.fullmatch(text):
        return _finite(float(text), text)
    return text


def _finite(value: float, text: str) -> float:
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{text[:40]} is too large for a float")
    return value
