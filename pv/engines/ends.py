"""Two ends, and the numbers between them, compared exactly: floats, and integers of any size."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, inf, isnan, nextafter

from pv.claims import Domain, RealInterval
from pv.claims.values import Value

_LARGEST = sys.float_info.max


@dataclass(frozen=True, slots=True)
class Ends:
    """The numbers from `low` to `high`; None: there is no such end."""

    low: int | float | None = None
    high: int | float | None = None
    open_low: bool = False
    open_high: bool = False

    def __contains__(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if isinstance(value, float) and not -inf < value < inf:
            return False
        above = self.low is None or (self.low < value if self.open_low else self.low <= value)
        below = self.high is None or (value < self.high if self.open_high else value <= self.high)
        return above and below

    def whole(self) -> tuple[int | None, int | None]:
        """Return the least and the greatest integer; if there is none, the first is greater."""
        if self.low == inf or self.high == -inf:
            return 1, 0
        low = None if self.low is None else floor(self.low) + 1 if self.open_low else ceil(self.low)
        if self.high is None:
            return low, None
        return low, ceil(self.high) - 1 if self.open_high else floor(self.high)

    def floats(self) -> tuple[float, float]:
        """Return the least and the greatest float; if there is none, the first is greater."""
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
    """Return ends out of values; an infinite one is none, unless nothing lies beyond it."""
    for end in (low, high):
        if isinstance(end, bool) or not isinstance(end, int | float | None) or _is_nan(end):
            raise TypeError("an end is a number")
    least, greatest = None if low == -inf else low, None if high == inf else high
    return Ends(least, greatest, open_low, open_high)


def ends_of_interval(domain: RealInterval) -> Ends:
    """Return the ends of the domain of one variable."""
    return Ends(domain.low, domain.high, domain.open_low, domain.open_high)


def is_empty(domain: Domain) -> bool:
    """Return whether no value lies in the domain of one variable."""
    if isinstance(domain, RealInterval):
        return ends_of_interval(domain).has_none(whole=False)
    return domain.size == 0


def without_values(domains: Mapping[str, Domain]) -> str | None:
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
