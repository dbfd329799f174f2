"""Two ends, and the numbers between them, compared exactly: floats, and integers of any size."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, inf, isnan, nextafter

from pv.binding.instants import Instants
from pv.checks.model import Given
from pv.claims import RealInterval
from pv.claims.values import Value

_LARGEST = sys.float_info.max


@dataclass(frozen=True, slots=True)
class Ends:
    """The numbers from `low` to `high`; None: there is no such end, and none is infinite there."""

    low: int | float | None = None
    high: int | float | None = None
    open_low: bool = False
    open_high: bool = False

    def __contains__(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        low = -inf if self.low is None else self.low
        high = inf if self.high is None else self.high
        above = low < value if self.open_low or self.low is None else low <= value
        return above and (value < high if self.open_high or self.high is None else value <= high)

    def whole(self) -> tuple[int | None, int | None]:
        """Return the least and the greatest integer; if there is none, the first is greater."""
        if self.low == inf or self.high == -inf:
            return 1, 0
        low = high = None
        if self.low is not None and self.low != -inf:
            low = floor(self.low) + 1 if self.open_low else ceil(self.low)
        if self.high is not None and self.high != inf:
            high = ceil(self.high) - 1 if self.open_high else floor(self.high)
        return low, high

    def floats(self) -> tuple[float, float]:
        """Return the least and the greatest float; if there is none, the first is greater."""
        if (self.open_low and self.low == inf) or (self.open_high and self.high == -inf):
            return inf, -inf
        low = -_LARGEST if self.low is None else _float(self.low)
        high = _LARGEST if self.high is None else _float(self.high)
        if self.low is not None and (low < self.low or (self.open_low and low == self.low)):
            low = nextafter(low, inf)
        if self.high is not None and (high > self.high or (self.open_high and high == self.high)):
            high = nextafter(high, -inf)
        return low, high

    def has_none(self, *, whole: bool) -> bool:
        """Return whether no number lies between the ends."""
        low, high = self.whole() if whole else self.floats()
        return low is not None and high is not None and low > high


def ends_of(low: Value, high: Value, *, open_low: bool = False, open_high: bool = False) -> Ends:
    """Return ends out of values; an infinite one that is open is none: it bounds no number."""
    for end in (low, high):
        if isinstance(end, bool) or not isinstance(end, int | float | None) or _is_nan(end):
            raise TypeError("an end is a number")
    least = None if open_low and low == -inf else low
    greatest = None if open_high and high == inf else high
    return Ends(least, greatest, open_low, open_high)


def ends_of_interval(domain: RealInterval) -> Ends:
    """Return the ends of the domain of one variable."""
    return Ends(domain.low, domain.high, domain.open_low, domain.open_high)


def is_empty(domain: Given | Instants) -> bool:
    """Return whether no value lies in the domain of one variable."""
    if isinstance(domain, RealInterval):
        return ends_of_interval(domain).has_none(whole=False)
    return domain.size == 0


def without_values(domains: Mapping[str, Given | Instants]) -> str | None:
    """Return a variable that has no values, if there is one."""
    return next((name for name, domain in domains.items() if is_empty(domain)), None)


def _is_nan(end: Value) -> bool:
    return isinstance(end, float) and isnan(end)


def _float(number: float) -> float:
    """Return the nearest float; beyond all of them, the one that is infinite."""
    try:
        return float(number) + 0.0  # −0 becomes 0
    except OverflowError:
        return inf if number > 0 else -inf
