"""Search a space with Hypothesis, which knows awkward numbers and the constants of the code."""

import math
import time
from collections.abc import Callable
from unittest import SkipTest

import numpy as np
from hypothesis import HealthCheck, Phase, assume, given, reject, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.strategies import DrawFn, SearchStrategy

from pv.claims import EvaluationError
from pv.claims.values import Value
from pv.engines.spaces.draw import drawn
from pv.engines.spaces.membership import Extent, Members
from pv.engines.spaces.rounding import Drawn

_LARGEST_SIZE = 16
_REACH = 1e6
"""Reals that no domain bounds lie within this: beyond it, claims fail by absorption alone."""


class _Falsified(Exception):  # noqa: N818 - what is looked for
    pass


def falsifying(
    members: Members, holds: Callable[[Drawn], bool], count: int, seed_value: int, end: float
) -> Drawn | None:
    """Return a case at which a predicate is false, shrunk by Hypothesis, or None."""
    last: list[Drawn] = []

    @seed(seed_value)
    @settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
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


def strategy(members: Members, end: float = math.inf) -> SearchStrategy[Drawn]:
    """Return the cases of a space; arrays come from NumPy by a seed, which is much faster.

    Drawing one when the time is up ends the search: Hypothesis passes on that a test is skipped.
    """
    space = members.space

    @st.composite
    def case(draw: DrawFn) -> Drawn:
        if time.monotonic() > end:
            raise SkipTest("the time is up")
        found: Drawn = {}
        try:
            for name in members.order:
                if name in space.derived:
                    found[name] = members.value(space.derived[name], found)
                elif name not in space.variables:
                    found[name] = draw(st.integers(1, _LARGEST_SIZE))
                else:
                    extent = members.extent(name, found)
                    found[name] = _one(draw, extent, is_size=name in members.sizes)
            whole = members.completed(found)
            assume(members.contains(whole))
        except EvaluationError:
            reject()
        return whole

    return case()


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
