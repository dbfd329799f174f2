"""Errors of evaluating a claim."""

from collections.abc import Callable
from typing import Any

from pv.claims.tree import Span


class EvaluationError(Exception):
    """A claim cannot be given a value here: a missing key, a wrong type, no match."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


class Unclear(EvaluationError):  # noqa: N818 - what is the matter with a claim
    """A claim has no value for what it says itself, whatever the values in it are."""


class Ambiguous(ValueError):  # noqa: N818 - likewise
    """An operation may mean several things for operands of these kinds."""


class BadPattern(ValueError):  # noqa: N818 - likewise
    """A text is no regular expression, or not one of the form that is needed."""


class ImplementationError(Exception):
    """The implementation that a claim calls raised an exception, kept as `original`."""

    def __init__(self, name: str, original: BaseException) -> None:
        super().__init__(f"{name} raised {type(original).__name__}: {text_of(original, str)}")
        self.original = original


class NotAsked(Exception):  # noqa: N818 - a fact about a call, not what the call raised
    """A call says nothing of an implementation: it does not fit, or what it gave is no value."""


def text_of(value: object, text: Callable[[Any], str] = repr) -> str:
    """Return the text of a value for a message, whatever its class does; long ones shortened."""
    try:
        return text(value)
    except Exception:  # noqa: BLE001 - code of a stranger; Python writes no integer that is too long
        if isinstance(value, int):
            digits = f"{abs(value):x}"
            size = f"{value.bit_length():,} bits"
            return f"{'-' if value < 0 else ''}0x{digits[:16]}…{digits[-16:]} ({size})"
        return f"a value of type {type(value).__qualname__} that has no text"
