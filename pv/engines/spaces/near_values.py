"""Draw values near those of the same case: equal to one, its opposite, or next to it.

Bugs lie where two values meet: neighbouring days, intervals with one end in common. Values that
are drawn on their own hardly ever do. Hypothesis draws whatever it draws by these methods, so that
a number also meets one inside of a drawn object.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TypeVar, cast

from hypothesis.internal.conjecture.choice import ChoiceConstraintsT, choice_permitted
from hypothesis.internal.conjecture.data import ConjectureData
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.internal.conjecture.providers import COLLECTION_DEFAULT_MAX_SIZE as ANY_SIZE
from hypothesis.internal.intervalsets import IntervalSet

BACKEND = "pv-near-values"
SHARE = 1 / 3
"""So many of the draws are near an earlier one, where they can be."""
FEW = 8
"""So few integers meet by chance; most of them are places in a list of other things."""

Drawn = TypeVar("Drawn", int, float, str, bytes)


class NearValues(HypothesisProvider):
    """Hypothesis' own draws, but for those that are near earlier ones. Each case has its own."""

    def __init__(self, data: ConjectureData | None, /) -> None:
        super().__init__(data)
        self._earlier: list[int | float | str | bytes] = []

    def draw_integer(
        self,
        min_value: int | None = None,
        max_value: int | None = None,
        *,
        weights: dict[int, float] | None = None,
        shrink_towards: int = 0,
    ) -> int:
        """Draw an integer between two ends."""
        own = super().draw_integer(
            min_value, max_value, weights=weights, shrink_towards=shrink_towards
        )
        if min_value is not None and max_value is not None and max_value - min_value < FEW:
            return own
        limits = {"min_value": min_value, "max_value": max_value}
        return self._near(own, _beside_integer, limits)

    def draw_float(
        self,
        *,
        min_value: float = -math.inf,
        max_value: float = math.inf,
        allow_nan: bool = True,
        smallest_nonzero_magnitude: float,
    ) -> float:
        """Draw a float between two ends."""
        least = smallest_nonzero_magnitude
        own = super().draw_float(
            min_value=min_value, max_value=max_value, allow_nan=allow_nan,
            smallest_nonzero_magnitude=least,
        )  # fmt: skip
        limits = {
            "min_value": min_value, "max_value": max_value, "allow_nan": allow_nan,
            "smallest_nonzero_magnitude": least,
        }  # fmt: skip
        return self._near(own, _beside_float, limits)

    def draw_string(
        self, intervals: IntervalSet, *, min_size: int = 0, max_size: int = ANY_SIZE
    ) -> str:
        """Draw a text of some characters."""
        own = super().draw_string(intervals, min_size=min_size, max_size=max_size)
        limits = {"intervals": intervals, "min_size": min_size, "max_size": max_size}
        return self._near(own, _equal, limits)

    def draw_bytes(self, min_size: int = 0, max_size: int = ANY_SIZE) -> bytes:
        """Draw bytes of some length."""
        own = super().draw_bytes(min_size, max_size)
        return self._near(own, _equal, {"min_size": min_size, "max_size": max_size})

    def _near(
        self, own: Drawn, beside: Callable[[Drawn], Sequence[Drawn]], limits: Mapping[str, object]
    ) -> Drawn:
        """Return a value near an earlier one of the type, if it is inside, or what was drawn."""
        found = own
        earlier = [each for each in self._earlier if type(each) is type(own)]
        random = cast("Random", self._random)
        if earlier and random.random() < SHARE:
            near = random.choice(beside(random.choice(earlier)))
            if choice_permitted(near, cast("ChoiceConstraintsT", limits)):
                found = near
        self._earlier.append(found)
        return found


def _equal(value: Drawn) -> Sequence[Drawn]:
    return (value,)


def _beside_integer(value: int) -> Sequence[int]:
    """Return what is near an integer; equality is the likeliest to matter."""
    return (value, value, value, value + 1, value - 1, -value)


def _beside_float(value: float) -> Sequence[float]:
    """Return what is near a float: those next to it would tell of rounding alone."""
    return (value, value, value, -value)


AVAILABLE_PROVIDERS[BACKEND] = NearValues
