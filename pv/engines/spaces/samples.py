"""Draw cases from a space, whatever its variables are."""

from collections.abc import Iterator

from pv.engines.spaces import numbers
from pv.engines.spaces.draw import cases
from pv.engines.spaces.membership import Members
from pv.engines.spaces.rounding import Drawn

_ALL = numbers.Wanted()


def samples(
    members: Members, count: int, seed: int, wanted: numbers.Wanted = _ALL
) -> Iterator[Drawn]:
    """Yield up to `count` members of a space, the same ones for the same seed.

    Raises EvaluationError where there is none, and what the space says had no value; and Unusable
    where nothing draws an object.
    """
    if not members.space.objects:
        return cases(members, count, seed, wanted)
    from pv.engines.spaces import hypothesis_search  # noqa: PLC0415 - importing it takes 0.3 s

    return iter(hypothesis_search.examples(members, count, seed).cases)
