"""Strategies for objects that are no numbers: texts, dates, and what a binding names."""

from hypothesis import strategies as st
from hypothesis.errors import HypothesisException, InvalidArgument
from hypothesis.strategies import DrawFn, SearchStrategy

from pv.claims.evaluation.errors import text_of
from pv.claims.values import Value
from pv.engines.calling.drawn_objects import Object
from pv.engines.calling.foreign_callables import Unusable, named
from pv.engines.calling.results import PLAIN
from pv.engines.spaces.objects.kinds import ANY, STRATEGIES, Limits


def strategy_of(reference: str, limits: Limits = ANY) -> SearchStrategy[Value]:
    """Return what draws the values of a variable; raises Unusable."""
    if reference not in STRATEGIES:
        return _strategy(reference)
    within = STRATEGIES[reference](limits)
    try:
        within.validate()
    except InvalidArgument:  # nothing lies between the ends
        return st.nothing()
    return within.map(lambda drawn: taken(drawn, reference))


def drawn_from(draw: DrawFn, strategy: SearchStrategy[Value], reference: str) -> Value:
    """Draw a value; raises Unusable where the strategy raises."""
    try:
        return draw(strategy)
    except (HypothesisException, Unusable):  # it rejects a draw, say
        raise
    except Exception as fault:
        told = f"{type(fault).__name__}: {text_of(fault, str)}"
        raise Unusable(f"{reference} raised {told} when it was to draw a value") from fault


def _strategy(reference: str) -> SearchStrategy[Value]:
    try:
        found = _made(named(reference))
        if isinstance(found, SearchStrategy):
            found.validate()
    except Unusable:
        raise
    except Exception as fault:  # what a stranger's code does
        why = f"{type(fault).__name__}: {text_of(fault, str)}"
        raise Unusable(f"{reference} gives no Hypothesis strategy: {why}") from fault
    if not isinstance(found, SearchStrategy):
        raise Unusable(f"{reference} is no Hypothesis strategy, nor a function that gives one")
    return found.map(lambda drawn: taken(drawn, reference))


def _made(found: object) -> object:
    """Return the strategy of a type, or what a function returns."""
    if isinstance(found, type):
        return st.from_type(found)
    return found() if callable(found) and not isinstance(found, SearchStrategy) else found


def taken(drawn: object, reference: str) -> Value:
    """Return what claims compute with of what was drawn."""
    return drawn if type(drawn) in PLAIN else Object(drawn, reference)
