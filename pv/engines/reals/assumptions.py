"""Assumptions about the functions that a claim calls, with the verdict that each allows."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from pv.checks.model import Callee, Formulas
from pv.engines.outcome import Outcome
from pv.engines.reals.callee_contracts import patterns_of
from pv.evidence.verdict import Verdict

PASSES = frozenset({Verdict.SURVIVED, Verdict.PROVED})
Decide = Callable[[Formulas], Outcome]


class Assumed(NamedTuple):
    """Claims about callees that are assumed together."""

    ids: frozenset[str]
    verdict: Verdict
    """The least of theirs: what rests on them is worth no more."""
    told: str


def assumptions(callees: tuple[Callee, ...], decide: Decide) -> Iterator[Assumed]:
    """Yield what may be assumed: first what is proved, then what survived too.

    A claim that is contradicted, vacuous or undecided is not assumed at all; nothing is, where a
    callee was not seen to have a value in its domain.
    """
    total = {each.equation: decide(each.has_value).verdict for each in callees}
    if not PASSES.issuperset(total.values()):
        return
    verdicts = {
        name: decide(claim).verdict
        for each in callees
        for name, claim in each.claims.items()
        if patterns_of(each, claim)
    }
    proved = {name for name, verdict in verdicts.items() if verdict is Verdict.PROVED}
    passed = {name for name, verdict in verdicts.items() if verdict in PASSES}
    told = _told(callees, verdicts, total)
    for ids in [proved] if proved == passed else [proved, passed]:
        least = min([*total.values(), *(verdicts[name] for name in ids)])
        yield Assumed(frozenset(ids), least, f"{told}; assumed: {', '.join(sorted(ids)) or 'none'}")


def _told(
    callees: tuple[Callee, ...], verdicts: Mapping[str, Verdict], total: Mapping[str, Verdict]
) -> str:
    """Say what stands for each callee, with the verdict of each claim."""
    said = []
    for callee in callees:
        claims = [
            f"{name} `{claim.claim}` ({verdicts[name].name})"
            for name, claim in callee.claims.items()
            if name in verdicts
        ]
        value = f"it has a value in its domain ({total[callee.equation].name})"
        said.append(f"for {callee.equation}: {'; '.join([value, *claims])}")
    return f"obligations {'. '.join(said)}"
