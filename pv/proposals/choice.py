"""Choose, of the laws that held, those that are offered: few, and none that another one says."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pv.plural import number_of
from pv.proposals.laws import DETERMINISTIC, TOTAL
from pv.proposals.model import Law, Tried

MOST = 5
"""Laws offered of one function."""


def chosen(tried: Sequence[Tried]) -> Iterator[Tried]:
    """Return what was tried, in the same order, with those marked that are offered."""
    offered: dict[str, list[Law]] = {}
    for each in tried:
        mine = offered.setdefault(each.law.function, [])
        if not each.held:
            yield each
        elif reason := _needless(each.law, mine):
            yield replace(each, reason=reason)
        else:
            mine.append(each.law)
            yield replace(each, offered=True)


def _needless(law: Law, offered: Sequence[Law]) -> str | None:
    """Return why a law that held is not offered."""
    for other in offered:
        if law.key in other.implies or (law.key == TOTAL and _calls_everywhere(other)):
            return f"{other.key} says it"
    if len(offered) >= MOST:
        return f"{number_of(MOST, 'stronger one')} are offered"
    return None


def _calls_everywhere(law: Law) -> bool:
    """Return whether a law needs a result at every point: one that raises contradicts it."""
    return law.key != DETERMINISTIC and " implies " not in law.formal
