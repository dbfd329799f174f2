"""The end of a report: what did not hold, what took longest, and the counts."""

from collections import Counter
from collections.abc import Iterator, Sequence

from pv.checks.model import Check
from pv.evidence.record import Evidence
from pv.evidence.verdict import Verdict
from pv.report import screen
from pv.report.verdicts import not_begun_text, summary_text

MANY = 20
"""Results that fill a screen: after more, what failed is repeated, and contracts are counted."""


def closing(
    results: Sequence[Evidence], durations: int, not_begun: Sequence[Check] = ()
) -> Iterator[str]:
    """Yield the lines behind the last result; `durations` is how many of the slowest are named."""
    if len(results) > MANY:
        yield from _failures(results)
        yield from _by_contract(results)
    slowest = sorted((each for each in results if not each.cached), key=_seconds, reverse=True)
    for each in slowest[:durations]:
        yield screen.line(f"{each.seconds:8.1f} s  {each.name}")
    if not_begun:
        yield not_begun_text(not_begun)
    yield summary_text(results, len(not_begun))


def _seconds(evidence: Evidence) -> float:
    return evidence.seconds


def _failures(results: Sequence[Evidence]) -> Iterator[str]:
    for each in results:
        if each.verdict.fails:
            yield screen.line(f"{each.verdict.name:<9} {each.name}  {each.place}")


def _by_contract(results: Sequence[Evidence]) -> Iterator[str]:
    contracts = dict.fromkeys(each.contract for each in results)
    for contract in contracts if len(contracts) > 1 else ():
        counts = Counter(each.verdict for each in results if each.contract == contract)
        parts = (f"{counts[verdict]} {verdict.name}" for verdict in Verdict if counts[verdict])
        yield screen.line(f"{contract}: {', '.join(parts)}")
