"""Errors of evaluating a claim."""

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


class ImplementationError(Exception):
    """The implementation that a claim calls raised an exception, kept as `original`."""

    def __init__(self, name: str, original: BaseException) -> None:
        super().__init__(f"{name} raised {type(original).__name__}: {original}")
        self.original = original
