"""Values that a claim computes with."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Value: TypeAlias = Any
"""A value of the claim language: bool, int, Fraction, float, str, None, tuple, set, dict, array.

Not a union: claims hold between what foreign code returns, whose classes pv does not know.
"""


class Members(tuple[Any, ...]):
    """A set: each member once, in an order that depends on the members alone."""

    __slots__ = ()


class Opaque(ABC):
    """A value that claims cannot compute with."""

    __slots__ = ()

    @abstractmethod
    def refuse(self, *_: object) -> Any:
        """Raise what says so."""


Assignment: TypeAlias = Mapping[str, Value]
"""Values by the names of variables."""

UnaryOperation: TypeAlias = Callable[[Value], Value]
BinaryOperation: TypeAlias = Callable[[Value, Value], Value]
Predicate: TypeAlias = Callable[[Value], bool]

Implementation: TypeAlias = Callable[..., Value]
"""A function that a claim calls."""

Functions: TypeAlias = Mapping[str, Implementation]
"""Functions by the names that claims call them by."""
