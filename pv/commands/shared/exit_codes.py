"""Exit codes of pv, the same for every verb."""

from collections.abc import Collection

from pv.evidence.verdict import Verdict

HOLDS = 0
"""Everything asked for holds."""
DOES_NOT_HOLD = 1
"""It was measured, and it does not hold."""
USER_FAULT = 2
"""Bad usage, an unreadable contract, an unknown id."""
BUG = 3
"""A bug in pv."""
NOTHING_MEASURED = 4
"""Zero contracts, or nothing in them that runs."""
SIGNALLED = 128
"""A signal ended it; its number is added, so ^C is 130 and TERM 143."""


def of_verdicts(verdicts: Collection[Verdict], *, strict: bool) -> int:
    """Derive the exit code of a run; under `strict` what did not run fails too."""
    if any(verdict.fails for verdict in verdicts):
        return DOES_NOT_HOLD
    if not any(verdict.measured for verdict in verdicts):
        return NOTHING_MEASURED
    if strict and not all(verdict.measured for verdict in verdicts):
        return DOES_NOT_HOLD
    return HOLDS
