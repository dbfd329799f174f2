"""Strategies for the kinds that a domain may name, as narrow as its conditions say.

What is not narrowed would hardly ever be drawn: one date in a thousand lies within eight years, and
no random text matches a pattern.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, isfinite
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from pv.binding.drawn_kinds import KINDS
from pv.claims.values import Value

_SIMPLEST = datetime.combine(date(2000, 1, 1), time.min)
_FIRST, _LAST = date(2, 1, 1), date(9998, 12, 31)
"""Dates without an end: on the first and the last of all, any arithmetic raises."""
_UNITS = (timedelta(seconds=1), timedelta(microseconds=1))
_REACH = 10**6
"""Decimals without an end lie within this."""
_PLACES = (2, 0, 4, 20)


class Limits(NamedTuple):
    """What conditions say of one variable; each of them still judges what is drawn."""

    low: Value = None
    high: Value = None
    shortest: int = 0
    longest: int | None = None
    pattern: str = ""
    """What all of a text matches."""


ANY = Limits()


def texts(limits: Limits = ANY) -> SearchStrategy[str]:
    """Draw texts as `st.text()` does, without a table of what UTF-8 writes: making it takes 1 s."""
    characters = st.characters(exclude_categories=["Cs"])
    if limits.pattern:
        try:
            pattern = re.compile(limits.pattern, re.ASCII)
            return st.from_regex(pattern, fullmatch=True, alphabet=characters)
        except re.error:  # RE2 has notation that Python has not
            return st.text(characters)
    return st.text(characters, min_size=limits.shortest, max_size=limits.longest)


def _bytes(limits: Limits) -> SearchStrategy[bytes]:
    """Return bytes, a share of them of the least and the greatest alone: encodings lose zeros."""
    least, most = limits.shortest, limits.longest
    extreme = st.lists(st.sampled_from(b"\x00\xff"), min_size=least, max_size=most).map(bytes)
    return st.one_of(*[st.binary(min_size=least, max_size=most)] * 3, extreme)


def _dates(limits: Limits) -> SearchStrategy[Value]:
    low, high = _days(limits)
    return _counted(low, high, _SIMPLEST.date(), timedelta(days=1))


def _datetimes(limits: Limits) -> SearchStrategy[Value]:
    first, last = _days(limits)
    low = moment(limits.low) or datetime.combine(first, time.min)
    high = moment(limits.high) or datetime.combine(last, time.max)
    return st.one_of([_counted(low, high, _SIMPLEST, unit) for unit in _UNITS])


def _durations(limits: Limits) -> SearchStrategy[Value]:
    """Return durations, of which the limits are seconds."""
    low, high = duration(limits.low, timedelta.min), duration(limits.high, timedelta.max)
    return st.one_of([_counted(low, high, timedelta(), unit) for unit in _UNITS])


def _counted(low: Value, high: Value, simplest: Value, unit: timedelta) -> SearchStrategy[Value]:
    """Return instants by their number: neighbours are as near as integers are, ends as likely."""
    start = min(max(low, simplest), high)
    counts = st.integers(-((start - low) // unit), (high - start) // unit)
    return counts.map(lambda count: start + count * unit)


def duration(end: Value, otherwise: timedelta) -> timedelta:
    """Return an end in seconds as the duration next to it that there is."""
    seconds = number(end)
    if seconds is None:
        return otherwise
    least, greatest = timedelta.min.total_seconds(), timedelta.max.total_seconds()
    return timedelta(seconds=min(max(float(seconds), least), greatest))


def _fractions(limits: Limits) -> SearchStrategy[Fraction]:
    return st.fractions(number(limits.low), number(limits.high))


def _decimals(limits: Limits) -> SearchStrategy[Decimal]:
    """Return decimals of two places for the most part, as amounts of money have."""
    return st.one_of([_of_places(limits, places) for places in _PLACES])


def cents(limits: Limits = ANY) -> SearchStrategy[Decimal]:
    """Draw decimals with two places, as amounts of money are."""
    return _of_places(limits, 2)


def _of_places(limits: Limits, places: int) -> SearchStrategy[Decimal]:
    least, greatest = number(limits.low), number(limits.high)
    low = min(Fraction(-_REACH), greatest or Fraction(0)) if least is None else least
    high = max(Fraction(_REACH), low) if greatest is None else greatest
    first, last = ceil(low * 10**places), floor(high * 10**places)
    if first > last:
        return st.nothing()
    return st.integers(first, last).map(lambda count: Decimal(count).scaleb(-places))


def number(end: Value) -> Fraction | None:
    """Return an end that is a finite number, exactly."""
    return Fraction(end) if isinstance(end, int | float | Fraction) and isfinite(end) else None


def _days(limits: Limits) -> tuple[date, date]:
    low, high = moment(limits.low), moment(limits.high)
    first = low.date() if low else min(_FIRST, high.date() if high else _FIRST)
    last = high.date() if high else max(_LAST, low.date() if low else _LAST)
    return first, last


def moment(end: Value) -> datetime | None:
    """Return the moment that a text writes, if it does."""
    if not isinstance(end, str):
        return None
    try:
        return datetime.fromisoformat(end).replace(tzinfo=None)
    except ValueError:  # it is compared as any text
        return None


STRATEGIES: Mapping[str, Callable[[Limits], SearchStrategy[Value]]] = {
    KINDS["string"]: texts,
    KINDS["bytes"]: _bytes,
    KINDS["date"]: _dates,
    KINDS["datetime"]: _datetimes,
    KINDS["duration"]: _durations,
    KINDS["fraction"]: _fractions,
    KINDS["decimal"]: _decimals,
    KINDS["cents"]: cents,
}
"""What draws a kind -> the same within limits."""
