"""The domain of a claim as conditions over integers and exact reals."""

from collections.abc import Iterator

from pv.claims.domains.space import Space, Values
from pv.claims.smt.encode_integers import Scope
from pv.claims.smt.terms import NoTerm, Term, compared, holds, one_of, whole
from pv.claims.tree import String
from pv.engines.reals.encode_reals import RealWriter


def inside(space: Space, writer: RealWriter, scope: Scope) -> Iterator[object]:
    """Yield the conditions that values in scope meet in a space; raises NoTerm."""
    for name, values in space.variables.items():
        yield from _between(name, values, writer, scope)
    for condition in space.conditions:
        yield holds(writer.term(condition, scope))


def _between(name: str, values: Values, writer: RealWriter, scope: Scope) -> Iterator[object]:
    item = scope[name]
    if not isinstance(item, Term):
        raise NoTerm(f"`{name}` is a function")
    if values.sizes or values.simplex:
        raise NoTerm(f"`{name}` is an array")
    if any(isinstance(each, String) for each in values.listed):
        raise NoTerm(f"`{name}` is a text")
    if values.whole:
        item = whole(item)
    if values.listed:
        yield holds(one_of(item, [writer.term(each, scope) for each in values.listed]))
    if values.low is not None:
        word = "<" if values.open_low else "<="
        yield holds(compared(word, writer.term(values.low, scope), item))
    if values.high is not None:
        word = "<" if values.open_high else "<="
        yield holds(compared(word, item, writer.term(values.high, scope)))
