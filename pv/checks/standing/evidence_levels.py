"""Levels of evidence, from prose to proof, by fresh evidence alone."""

from collections.abc import Iterable
from enum import Enum

from pv.checks.model import Check, NotExecutable
from pv.evidence.record import Evidence
from pv.evidence.verdict import Verdict


class Level(Enum):
    """The levels, lowest first; each member says what was shown."""

    REFUTED = "a counterexample contradicts it"
    UNDECIDED = "it ran, and nothing was shown: ERROR, VACUOUS or UNKNOWN"
    L0 = "prose: nothing can be run"
    L1 = "typed: it can be run, and no fresh evidence says that it was"
    L2 = "an experiment or a property survived"
    L3 = "survived, and mutants of the code, or changes of what was observed, were noticed"
    L4 = "proved for every input in its bound"
    L5 = "proved without a bound"


def level(check: Check, evidence: Evidence | None) -> Level:
    """Return the level of one check by its fresh evidence."""
    if isinstance(check.plan, NotExecutable) and check.plan.verdict is Verdict.PROSE:
        return Level.L0
    if evidence is None or not evidence.verdict.measured:
        return Level.L1
    if evidence.verdict is Verdict.PROVED:
        return Level.L5 if evidence.unbounded else Level.L4
    if evidence.verdict is not Verdict.SURVIVED:
        return Level.REFUTED if evidence.verdict is Verdict.REFUTED else Level.UNDECIDED
    return Level.L3 if evidence.mutants else Level.L2


def count_levels(checks: Iterable[tuple[Check, Evidence | None]]) -> dict[Level, int]:
    """Count the checks at each level, each given with its fresh evidence."""
    counts = dict.fromkeys(Level, 0)
    for check, evidence in checks:
        counts[level(check, evidence)] += 1
    return counts
