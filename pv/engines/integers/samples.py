"""Points at which a claim is tried beside its proof, chosen by what claim and code mention."""

import random
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from math import prod

from pv.claims import IntRange

LEAST = 200
"""Points that are tried, where the domain has as many."""
WIDEST = 2**70
"""Integers beyond this are not tried."""
_NEAR = 6
"""Values next to an end of a domain."""
_SOON = 1000
_MOST_NEAR = 400
"""Combinations of values near the lower ends."""
_SMALL = {1: 2000, 2: 200, 3: 40}
"""Number of variables -> a loop over so many values of each ends soon."""
_LEAST_SMALL = 12

Point = dict[str, int]
Ranges = Mapping[str, IntRange]


def near(domains: Ranges, mentioned: Iterable[int]) -> dict[str, list[int]]:
    """Return values of each variable next to its lower end, and next to what is mentioned.

    They and all their combinations are few, and so small that code with loops ends soon.
    """
    most = _SMALL.get(len(domains), _LEAST_SMALL)
    width = max(_NEAR, int(_MOST_NEAR ** (1 / max(1, len(domains)))))
    beside = [*_beside(mentioned)]
    found = {}
    for name, domain in domains.items():
        first = range(domain.low, domain.low + _NEAR)
        wanted = [*first, *beside, *range(domain.low, domain.low + width)]
        inside = (each for each in wanted if each in domain and each - domain.low <= most)
        found[name] = sorted(islice(dict.fromkeys(inside), width))
    return found


def points(domains: Ranges, mentioned: Iterable[int], seed: int) -> Iterator[Point]:
    """Yield points of a domain: ends, mentioned values, powers of two, drawn ones; or all."""
    if prod(domain.size for domain in domains.values()) <= 2 * LEAST:
        for each in product(*(domain.points() for domain in domains.values())):
            yield dict(zip(domains, each, strict=True))
        return
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    special = {name: [*_special(domain, mentioned)] for name, domain in domains.items()}
    for name, values in special.items():
        for value in values:
            yield {other: chance.choice(each) for other, each in special.items()} | {name: value}
    for _ in range(2 * LEAST):
        yield {
            name: chance.choice((chance.choice(special[name]), _drawn(chance, domain)))
            for name, domain in domains.items()
        }
    for _ in range(2 * LEAST):  # code with loops is through with these soon
        yield {
            name: _drawn(chance, IntRange(domain.low, min(domain.high, domain.low + _SOON)))
            for name, domain in domains.items()
        }


def _special(domain: IntRange, mentioned: Iterable[int]) -> Iterator[int]:
    """Yield the values of a domain at which code is likely to do something else."""
    powers = (sign * 2**k for k in range(WIDEST.bit_length()) for sign in (1, -1))
    wanted = [
        *range(domain.low, domain.low + _NEAR),
        *range(domain.high, domain.high - _NEAR, -1),
        *_beside(mentioned),
        *_beside(powers),
    ]
    yield from (each for each in dict.fromkeys(wanted) if each in domain)


def _beside(values: Iterable[int]) -> Iterator[int]:
    for value in values:
        yield from (value, value + 1, value - 1)


def _drawn(chance: random.Random, domain: IntRange) -> int:
    """Draw an integer, one next to the lower end as likely as one far away."""
    width = 1 << chance.randint(1, domain.size.bit_length())
    return min(domain.high, domain.low + chance.randrange(width))
