"""Reductions: sum, product, mean, extremes and quantifiers of terms."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce

from pv.claims.evaluation.scalars.arithmetic import bounded
from pv.claims.evaluation.scalars.builtins import nan_or
from pv.claims.evaluation.scalars.equality import members
from pv.claims.values import Implementation, Value

Terms = Iterable[tuple[Value, Value]]
"""Pairs of an index and the value of the body there."""


def _values(terms: Terms) -> Iterable[Value]:
    return (value for _, value in terms)


def _numbers(terms: Terms) -> Iterator[Value]:
    """Yield the values; a truth value is no number."""
    for each in _values(terms):
        if each is True or each is False:
            raise TypeError("a truth value is no number; count with `|{i in S : …}|`")
        yield each


def _sum(terms: Terms) -> Value:
    return reduce(lambda total, each: total + each, _numbers(terms), 0)


def _product(terms: Terms) -> Value:
    found: Value = 1
    for each in _numbers(terms):
        found = found * each
        if type(found) is int:
            bounded(found)
    return found


def _mean(terms: Terms) -> Value:
    values = list(_numbers(terms))
    return sum(values) / len(values)


def _extreme(choose: Implementation) -> Callable[[Terms], Value]:
    return lambda terms: nan_or(choose, list(_numbers(terms)))


def _where(choose: Implementation) -> Callable[[Terms], Value]:
    return lambda terms: choose(terms, key=lambda term: term[1])[0]


REDUCTIONS: Mapping[str, Callable[[Terms], Value]] = {
    "sum": _sum,
    "prod": _product,
    "mean": _mean,
    "max": _extreme(max),
    "min": _extreme(min),
    "argmax": _where(max),
    "argmin": _where(min),
    "forall": lambda terms: all(_values(terms)),
    "exists": lambda terms: any(_values(terms)),
    "set": lambda terms: members(_values(terms)),
    "list": lambda terms: tuple(_values(terms)),
}
"""Kind of binder -> what it computes."""
