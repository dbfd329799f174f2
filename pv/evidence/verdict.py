"""The outcomes of a check, worst first."""

from collections.abc import Iterable
from enum import IntEnum
from typing import Self


class Verdict(IntEnum):
    """The outcome of one engine about one claim; a smaller value is worse."""

    shown: str
    """Exactly what was shown; `pv explain` and docs/verdicts.md have it."""
    remedy: str
    """What the reader can do about it."""

    def __new__(cls, value: int, text: str) -> Self:
        """Make a member that equals its number; the paragraphs of `text` become attributes."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.shown, member.remedy = (" ".join(part.split()) for part in text.split("\n\n"))
        return member

    REFUTED = (
        0,
        """
        A concrete counterexample or observation contradicts the claim; so does a result of the
        code that leaves the claim without a value, such as `None` for a number. It is reported with
        the values of both sides, as small as pv could make it, and can be replayed.

        Decide which of the two is wrong, the code or the claim, and correct that one.
        `--repro DIR` writes the counterexample as a regression test; the line behind `replay:`
        runs it again.
        """,
    )
    ERROR = (
        1,
        """
        The check itself failed: a system did not start or exceeded its timeout, a binding cannot
        be imported, the code cannot be called as the binding says, or it returns what no claim can
        compute with. Nothing is known about the claim.

        Correct what the reason names: the binding file, the environment or the code.
        """,
    )
    VACUOUS = (
        2,
        """
        The claim cannot fail: its domain is empty, no input satisfied its preconditions or its
        premise, it killed none of the mutants of the code that it calls, or no change of what an
        experiment observed makes it false.

        Correct the domain or the premise so that some inputs satisfy it, or state a stronger claim
        about the result.
        """,
    )
    UNKNOWN = (
        3,
        """
        The engine stopped without a decision: its time ran out, too few inputs satisfied the
        preconditions and gave the claim a value, the code gave two results for one input, or it has
        something that the engine cannot treat. This is not a success.

        Follow the reason: raise `--budget`, set a smaller bound, strengthen an invariant, or
        choose another strategy.
        """,
    )
    PROSE = (
        4,
        """
        The text is not in the claim language, so nothing ran. The reason names the line and the
        column at which reading stopped.

        Write the text in the claim language, or keep it as prose and test what it says by an
        experiment. `pv explain ID` shows how a text is read.
        """,
    )
    UNBOUND = (
        5,
        """
        The claim can run, but no binding names an implementation of what it calls, so nothing ran.

        Name the implementation in a binding file, or check the contract's own formulas with `pv
        falsify --subject reference`.
        """,
    )
    SURVIVED = (
        6,
        """
        The check ran on the stated number of cases, and none of them contradicted the claim. Other
        inputs were not tried (the domain has too many, or there was no time for all of them), or
        the claim itself has no value at some, as a note says.

        Nothing. For more assurance, try another `--seed`, or add a symbolic check that decides the
        claim for every input.
        """,
    )
    PROVED = (
        7,
        """
        The claim was decided for every input within the stated bound: by enumeration of all of
        them, or by a proof whose preconditions some input satisfies. A note names what the proof
        is about and what it assumes.

        Nothing.
        """,
    )

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
