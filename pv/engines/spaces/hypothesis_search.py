"""Search a space with Hypothesis, which knows awkward numbers and the constants of the code."""

import math
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple, cast
from unittest import SkipTest

import numpy as np
from hypothesis import HealthCheck, Phase, assume, given, reject, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.statistics import collector
from hypothesis.strategies import DrawFn, SearchStrategy

from pv.claims import EvaluationError
from pv.claims.values import Value
from pv.engines.spaces import near_values
from pv.engines.spaces.draw import drawn
from pv.engines.spaces.membership import Extent, Members
from pv.engines.spaces.objects.constants import constants_within
from pv.engines.spaces.objects.limits import limits_of
from pv.engines.spaces.objects.strategies import drawn_from, strategy_of
from pv.engines.spaces.rounding import Drawn

HYPOTHESIS = "hypothesis"
"""The backend that tells when it has drawn every value."""
NEAR = 1 / 3
"""The share of cases in which values are drawn near each other."""
_LARGEST_SIZE = 16
_EXHAUSTED = "nothing left to do"
"""Hypothesis' word for a strategy of which it has drawn every value."""
_REACH = 1e6
"""Reals that no domain bounds lie within this: beyond it, claims fail by absorption alone."""


class _Falsified(Exception):  # noqa: N818 - what is looked for
    pass


def falsifying(
    members: Members, holds: Callable[[Drawn], bool], count: int, seed_value: int, end: float
) -> Drawn | None:
    """Return a case at which a predicate is false, shrunk by Hypothesis, or None."""
    near = int(count * NEAR)
    found = _falsifying(members, holds, count - near, seed_value, end, HYPOTHESIS)
    if found is None and near:
        found = _falsifying(members, holds, near, seed_value, end, near_values.BACKEND)
    return found


def _falsifying(
    members: Members,
    holds: Callable[[Drawn], bool],
    count: int,
    seed_value: int,
    end: float,
    backend: str,
) -> Drawn | None:
    last: list[Drawn] = []

    @seed(seed_value)
    @settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck), backend=backend,
    )  # fmt: skip
    @given(strategy(members, end))
    def search(case: Drawn) -> None:
        if not holds(case):
            last[:] = [case]
            raise _Falsified

    try:
        search()
    except (_Falsified, Flaky, SkipTest):  # flaky: the function is impure, or the time was up
        return last[0] if last else None
    except Unsatisfiable:  # its conditions are nearly never met: what was drawn otherwise counts
        return None
    return None


class Examples(NamedTuple):
    """Cases of a space, as Hypothesis draws them."""

    cases: list[Drawn]
    all_there_are: bool
    """True: it found no further ones, and left none out."""


def examples(members: Members, count: int, seed_value: int) -> Examples:
    """Return up to `count` cases of a space, in a share of which values are near each other.

    Raises EvaluationError where there is none, and what the space says had no value.
    """
    faults: list[EvaluationError] = []
    near = int(count * NEAR)
    found = _examples(members, count - near, seed_value, HYPOTHESIS, faults)
    if near and not found.all_there_are:
        more = _examples(members, near, seed_value, near_values.BACKEND, faults)
        found = Examples(found.cases + more.cases, all_there_are=False)
    if faults and not found.cases:
        raise faults[0]
    return found


def _examples(
    members: Members, count: int, seed_value: int, backend: str, faults: list[EvaluationError]
) -> Examples:
    """Return cases as one backend draws them; the first fault is put into `faults`."""
    found: list[Drawn] = []
    outside = False

    @seed(seed_value)
    @settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), backend=backend,
    )  # fmt: skip
    @given(_inside_and_outside(members, math.inf, faults))
    def collect(case: Drawn | None) -> None:
        nonlocal outside
        if case is None:
            outside = True
            reject()
        found.append(case)

    ended: list[str] = []

    def listen(said: dict[str, str]) -> None:
        ended.append(said.get("stopped-because", ""))

    with (
        collector.with_value(cast("Any", listen)),
        suppress(Unsatisfiable),  # none or few meet the conditions
    ):
        collect()
    return Examples(found, ended == [_EXHAUSTED] and not outside)


def strategy(members: Members, end: float = math.inf) -> SearchStrategy[Drawn]:
    """Return the cases of a space; arrays come from NumPy by a seed, which is much faster.

    Drawing one when the time is up ends the search: Hypothesis passes on that a test is skipped.
    """
    drawn = _inside_and_outside(members, end, []).filter(lambda case: case is not None)
    return cast("SearchStrategy[Drawn]", drawn)


def _inside_and_outside(
    members: Members, end: float, faults: list[EvaluationError]
) -> SearchStrategy[Drawn | None]:
    """Return the cases of a space, and None in the place of what lies outside of it.

    The first fault, of a case of which the space says what has no value, is put into `faults`.
    """
    space = members.space
    objects = {name: _objects(name, members) for name in members.draws}

    @st.composite
    def case(draw: DrawFn) -> Drawn | None:
        if time.monotonic() > end:
            raise SkipTest("the time is up")
        found: Drawn = {}
        try:
            for name in space.objects:
                found[name] = drawn_from(draw, objects[name], members.draws[name])
            for name in members.order:
                if name in space.derived:
                    found[name] = members.value(space.derived[name], found)
                elif name not in space.variables:
                    found[name] = draw(st.integers(1, _LARGEST_SIZE))
                else:
                    extent = members.extent(name, found)
                    found[name] = _one(draw, extent, is_size=name in members.sizes)
            whole = members.completed(found)
            return whole if members.contains(whole) else None
        except EvaluationError as fault:
            faults[:] = faults or [fault]
            return None

    return case()


def _objects(name: str, members: Members) -> SearchStrategy[Value]:
    """Return what draws a variable that is no number, and constants of the claim now and then."""
    drawn = strategy_of(members.draws[name], limits_of(name, members))
    constants = [*constants_within(name, members)]
    return st.one_of(*[drawn] * 3, st.sampled_from(constants)) if constants else drawn


def _one(draw: DrawFn, extent: Extent, *, is_size: bool) -> Value:
    assume(not extent.is_empty)
    values = extent.values
    if extent.shape or values.simplex or values.said:
        picked = draw(st.integers(0, 2**32 - 1))
        return drawn(extent, np.random.default_rng(picked), first=picked % 2 == 0)
    if values.listed:
        return draw(st.sampled_from(extent.listed))
    if values.whole:
        return draw(_integers(extent, is_size=is_size))
    return draw(_reals(extent))


def _reals(extent: Extent) -> SearchStrategy[float]:
    low, high = extent.ends.floats()
    infinite = [each for each in (low, high) if math.isinf(each)]
    if extent.ends.low in (None, -math.inf):
        low = min(-_REACH, high)
    if extent.ends.high in (None, math.inf):
        high = max(_REACH, low)
    if math.isinf(low) or math.isinf(high):  # no other number lies between them
        return st.sampled_from(infinite)
    between = st.floats(low, high, allow_nan=False, allow_infinity=False)
    return between | st.sampled_from(infinite) if infinite else between


def _integers(extent: Extent, *, is_size: bool) -> SearchStrategy[int]:
    low, high = extent.ends.whole()
    if not is_size:
        return st.integers(low, high)
    first = 1 if low is None else low
    last = first + _LARGEST_SIZE
    return st.integers(first, last if high is None else min(high, last))
