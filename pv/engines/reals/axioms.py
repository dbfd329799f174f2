"""Axioms of the functions of real numbers that z3 does not know: a few true claims about each.

They are texts of the claim language, so that the same words are reasoned with, evaluated by the
tests, and shown beside a verdict. `a` and `b` are arguments that occur.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Axioms(NamedTuple):
    """The claims that are assumed of one function."""

    single: tuple[str, ...]
    """Claims about each argument `a`."""
    pairs: tuple[str, ...] = ()
    """Claims about each two arguments `a` and `b`."""
    domain: str = ""
    """Condition on `a` for the function to have a value; none if it has one everywhere."""
    beside: Mapping[str, tuple[str, ...]] = {}
    """Another function -> claims about each `a`, where that one occurs too."""


AXIOMS: Mapping[str, Axioms] = {
    "exp": Axioms(
        ("exp(a) > 0", "exp(0) = 1", "exp(a) >= 1 + a"),
        ("a < b implies exp(a) < exp(b)",),
        beside={"log": ("log(exp(a)) = a",)},
    ),
    "log": Axioms(
        ("log(1) = 0", "a > 0 implies log(a) <= a - 1"),
        ("a > 0 and b > 0 and a < b implies log(a) < log(b)",),
        domain="a > 0",
        beside={"exp": ("a > 0 implies exp(log(a)) = a",)},
    ),
    "tanh": Axioms(
        ("-1 < tanh(a) and tanh(a) < 1", "tanh(-a) = -tanh(a)", "tanh(0) = 0"),
        ("a < b implies tanh(a) < tanh(b)",),
    ),
    "sigmoid": Axioms(
        ("0 < sigmoid(a) and sigmoid(a) < 1", "sigmoid(-a) = 1 - sigmoid(a)", "sigmoid(0) = 1/2"),
        ("a < b implies sigmoid(a) < sigmoid(b)",),
    ),
    "Phi": Axioms(
        ("0 < Phi(a) and Phi(a) < 1", "Phi(-a) = 1 - Phi(a)", "Phi(0) = 1/2"),
        ("a < b implies Phi(a) < Phi(b)",),
    ),
    "sqrt": Axioms(
        ("a >= 0 implies sqrt(a) >= 0 and sqrt(a)^2 = a",),
        domain="a >= 0",
    ),
    "sin": Axioms(("-1 <= sin(a) and sin(a) <= 1", "sin(0) = 0", "sin(-a) = -sin(a)")),
    "cos": Axioms(("-1 <= cos(a) and cos(a) <= 1", "cos(0) = 1", "cos(-a) = cos(a)")),
}  # fmt: skip
SPELLED = {"ln": "log", "Φ": "Phi"}
"""Another name of a function -> the one that its axioms have."""
