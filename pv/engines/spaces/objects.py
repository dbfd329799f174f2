"""Strategies for objects that are no numbers: texts, dates, and what a binding names."""

from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument, ResolutionFailed
from hypothesis.strategies import SearchStrategy

from pv.claims.evaluation.errors import text_of
from pv.claims.values import Value
from pv.engines.calling.drawn_objects import Object
from pv.engines.calling.foreign_callables import Unusable, named
from pv.engines.calling.results import PLAIN


def strategies(draws: Mapping[str, str]) -> dict[str, SearchStrategy[Value]]:
    """Return what draws objects of each kind; raises Unusable."""
    return {kind: _strategy(reference) for kind, reference in draws.items()}


def _strategy(reference: str) -> SearchStrategy[Value]:
    found = named(reference)
    try:
        if isinstance(found, type):
            found = st.from_type(found)
        elif not isinstance(found, SearchStrategy) and callable(found):
            found = found()
        if not isinstance(found, SearchStrategy):
            raise Unusable(f"{reference} is no Hypothesis strategy, nor a function that gives one")
        found.validate()
    except (InvalidArgument, ResolutionFailed, TypeError) as fault:
        why = text_of(fault, str)
        raise Unusable(f"{reference} gives no Hypothesis strategy: {why}") from fault
    return found.map(lambda drawn: _taken(drawn, reference))


def _taken(drawn: object, reference: str) -> Value:
    return drawn if type(drawn) in PLAIN else Object(drawn, reference)
