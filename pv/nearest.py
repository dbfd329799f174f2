"""Guess which known name a misspelt one stands for."""

import difflib
from collections.abc import Iterable
from itertools import islice

_MOST = 200
"""Names that one is compared with: of more, a stranger's contract could make hours of work."""
_LISTED = 12


def nearest(word: str, known: Iterable[str], count: int = 1, cutoff: float = 0.6) -> list[str]:
    """Return the known names that are most like a word; none of very many."""
    names = list(islice(known, _MOST + 1))
    return [] if len(names) > _MOST else difflib.get_close_matches(word, names, count, cutoff)


def listed(known: Iterable[str]) -> str:
    """Return the first of the known names, and say how many more there are."""
    names = list(known)
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return f"{', '.join(names[:_LISTED])}{more}"
