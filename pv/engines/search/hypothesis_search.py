"""Search a space with Hypothesis, which knows awkward numbers and the constants of the code."""

import time
from collections.abc import Callable

import numpy as np
from hypothesis import HealthCheck, Phase, assume, given, reject, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyFailure, Unsatisfiable
from hypothesis.strategies import DrawFn, SearchStrategy

from pv.claims import EvaluationError
from pv.claims.domains.space import Space, Values, order
from pv.claims.values import Value
from pv.engines.search.draw import Drawn, drawn, ends, meets, value

_LARGEST_SIZE = 16
_REACH = 1e6
"""Reals that no domain bounds lie within this: beyond it, claims fail by absorption alone."""


class _Falsified(Exception):  # noqa: N818 - what is looked for
    pass


def falsifying(
    space: Space, holds: Callable[[Drawn], bool], count: int, seed_value: int, end: float
) -> Drawn | None:
    """Return a case at which a predicate is false, shrunk by Hypothesis, or None."""
    last: list[Drawn] = []

    @seed(seed_value)
    @settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy(space))
    def search(case: Drawn) -> None:
        if time.monotonic() < end and not holds(case):
            last[:] = [case]
            raise _Falsified

    try:
        search()
    except (_Falsified, FlakyFailure):  # flaky: the time was up, or the function is impure
        return last[0]
    except Unsatisfiable:  # its conditions are nearly never met: what was drawn otherwise counts
        return None
    return None


def strategy(space: Space) -> SearchStrategy[Drawn]:
    """Return the cases of a space; arrays come from NumPy by a seed, which is much faster."""
    sequence = order(space)
    holds = meets(space)
    sizes = space.size_names()

    @st.composite
    def case(draw: DrawFn) -> Drawn:
        found: Drawn = {}
        for name in sequence:
            if name in space.derived:
                found[name] = value(space.derived[name], found)
            elif name not in space.variables:
                found[name] = draw(st.integers(1, _LARGEST_SIZE))
            elif name in sizes:
                found[name] = draw(_sizes(space.variables[name], found))
            else:
                found[name] = _one(draw, space.variables[name], found)
        assume(holds(found))
        return found

    return case()


def _sizes(values: Values, case: Drawn) -> SearchStrategy[int]:
    low, high = (None if end is None else int(end) for end in ends(values, case))
    first = 1 if low is None else low
    return st.integers(first, first + _LARGEST_SIZE if high is None else high)


def _one(draw: DrawFn, values: Values, case: Drawn) -> Value:
    if values.sizes or values.simplex or values.said:
        picked = draw(st.integers(0, 2**32 - 1))
        return drawn(values, case, picked % 64, np.random.default_rng(picked))
    if values.listed:
        return draw(st.sampled_from([value(each, case) for each in values.listed]))
    try:
        low, high = ends(values, case)
    except EvaluationError:
        reject()
    assume(low is None or high is None or low <= high)
    if values.whole:
        return draw(
            st.integers(None if low is None else int(low), None if high is None else int(high))
        )
    first = low if low is not None else min(-_REACH, high or 0.0)
    last = high if high is not None else max(_REACH, low or 0.0)
    return draw(
        st.floats(
            first, last, allow_nan=False, allow_infinity=False,
            exclude_min=values.open_low and low is not None,
            exclude_max=values.open_high and high is not None,
        )
    )  # fmt: skip
