"""The outcomes of a check, worst first."""

from collections.abc import Iterable
from enum import IntEnum


class Verdict(IntEnum):
    """The outcome of one engine about one claim; a smaller value is worse."""

    REFUTED = 0
    """A concrete counterexample or observation contradicts the claim; it can be replayed."""

    ERROR = 1
    """The check itself broke: a system did not start or timed out, a binding does not import."""

    VACUOUS = 2
    """No input satisfied the precondition, or the claim cannot fail."""

    UNKNOWN = 3
    """The engine gave up inside its budget without deciding."""

    PROSE = 4
    """The claim is not executable; the reason names the column at which reading stopped."""

    UNBOUND = 5
    """The claim is executable, but no binding names an implementation."""

    SURVIVED = 6
    """The check ran on a stated number of cases, and none of them contradicted the claim."""

    PROVED = 7
    """Decided for every input in the stated bound."""

    @property
    def fails(self) -> bool:
        """Return whether this outcome alone makes a run fail (exit code 1)."""
        return self <= Verdict.UNKNOWN

    @property
    def measured(self) -> bool:
        """Return whether an engine ran at all."""
        return self not in {Verdict.PROSE, Verdict.UNBOUND}


def worst(verdicts: Iterable[Verdict]) -> Verdict | None:
    """Summarise: the worst of the parts, or None when there are none."""
    return min(verdicts, default=None)
