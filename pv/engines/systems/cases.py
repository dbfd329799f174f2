"""Values for an experiment: boundary values first, then Hypothesis draws from the domains."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice, product
from math import isinf, prod
from threading import Lock

from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import SearchStrategy

from pv.binding.instants import Instants, Values
from pv.claims import Finite, Integers, IntRange, RealInterval, Strings
from pv.claims.values import Assignment, Value
from pv.engines.ends import ends_of_interval, is_empty
from pv.engines.spaces.objects.kinds import texts

Case = Assignment

_HYPOTHESIS = Lock()  # experiments run in threads; drawing is quick and needs no parallelism
_DRAWS_PER_CASE = 8  # Hypothesis repeats small values; duplicates are dropped
_QUIET = settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))


def draw_cases(domains: Mapping[str, Values], count: int, seed_value: int) -> tuple[Case, ...]:
    """Return at most `count` distinct cases: all of them if there are no more than that.

    Otherwise the lowest and the highest corner come first, smallest first. An empty domain leaves
    no case.
    """
    if any(map(is_empty, domains.values())):
        return ()
    finite = {name: item for name, item in domains.items() if isinstance(item, IntRange | Finite)}
    if len(finite) == len(domains) and prod(item.size for item in finite.values()) <= count:
        points = product(*(item.points() for item in finite.values()))
        return tuple(dict(zip(finite, point, strict=True)) for point in points)
    chosen = _distinct([*_corners(domains), *_draws(domains, count, seed_value)])
    return tuple(islice(chosen, count))


def minimise(domains: Mapping[str, Values], failing: Case, fails: Callable[[Case], bool]) -> Case:
    """Lower each integer of a failing case as far as it goes on failing.

    By bisection, because a case may take seconds: Hypothesis' shrinker asks for dozens. Every
    case returned did fail; it is the least one if failing is monotone in that integer.
    """
    least = dict(failing)
    for name, domain in domains.items():
        if not isinstance(domain, IntRange):
            continue
        if fails({**least, name: domain.low}):
            least[name] = domain.low
            continue
        holds = domain.low
        while least[name] - holds > 1:
            middle = (holds + least[name]) // 2
            if fails({**least, name: middle}):
                least[name] = middle
            else:
                holds = middle
    return least


def _draws(domains: Mapping[str, Values], count: int, seed_value: int) -> list[Case]:
    drawn: list[Case] = []

    @seed(seed_value)
    @settings(_QUIET, max_examples=_DRAWS_PER_CASE * count, phases=[Phase.generate])
    @given(_strategy(domains))
    def collect(case: Case) -> None:
        drawn.append(case)

    with _HYPOTHESIS:
        collect()
    return drawn


def _strategy(domains: Mapping[str, Values]) -> SearchStrategy[dict[str, Value]]:
    return st.fixed_dictionaries({name: values_of(domain) for name, domain in domains.items()})


def values_of(domain: Values) -> SearchStrategy[Value]:
    """Return the values of a domain as Hypothesis draws them."""
    if is_empty(domain):
        return st.nothing()
    match domain:
        case IntRange(first, last):
            return st.integers(first, last)
        case Integers(first):
            return st.integers(first)
        case Finite(values):
            return st.sampled_from(values)
        case RealInterval():
            low, high = ends_of_interval(domain).floats()
            return st.floats(low, high, allow_nan=False, allow_infinity=isinf(low) or isinf(high))
        case Strings():
            return texts()
        case Instants(kind):
            drawn = st.dates() if kind == "date" else st.datetimes()
            return drawn.map(lambda each: each.isoformat())
    raise AssertionError(domain)  # a new kind of domain needs a strategy here


def sample(pattern: re.Pattern[str]) -> str | None:
    """Return a short text in which a regular expression has a match, if one is found."""
    with _HYPOTHESIS, suppress(NoSuchExample):
        return find(
            st.from_regex(pattern), lambda _: True, settings=settings(_QUIET, derandomize=True)
        )
    return None


def _distinct(cases: Iterable[Case]) -> Iterator[Case]:
    seen: set[str] = set()
    for case in cases:
        if (key := repr(case)) not in seen:
            seen.add(key)
            yield case


def _corners(domains: Mapping[str, Values]) -> list[Case]:
    boundaries = {name: corners_of(domain) for name, domain in domains.items()}
    if not all(boundaries.values()):
        return []
    lowest = {name: values[0] for name, values in boundaries.items()}
    highest = {name: values[-1] for name, values in boundaries.items()}
    return [lowest, highest]


def corners_of(domain: Values) -> tuple[Value, ...]:
    """Return the lowest and the highest value; an interval may have none, or one."""
    match domain:
        case IntRange(low, high):
            return (low, high) if domain.size else ()
        case Finite(values):
            return values[:1] + values[-1:]
        case Integers(low):
            return () if low is None else (low,)
        case RealInterval(low, high):
            return tuple(each for each in ends_of_interval(domain).floats() if each in (low, high))
        case Instants():
            return domain.corners()
    return ("",)  # of all texts
