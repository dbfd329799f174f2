"""Read what the arguments of a machine are: numbers, texts, dates, own kinds, other objects."""

from collections.abc import Collection, Mapping

from pv.binding.drawn_kinds import KINDS, TEXTS
from pv.checks.model import Another, DrawnKind, Given
from pv.claims import Fault, Strings, parse, parse_domain
from pv.claims.tree import Name
from pv.contract.machine_claims import Unreadable
from pv.contract.text import Text
from pv.nearest import listed


def another(text: Text, draws: Mapping[str, str]) -> Another:
    """Return the objects of the machine itself; raises Unreadable where it may be a kind."""
    if text.value in {*KINDS, *draws}:
        fact = f"`{text.value}` is the equation that makes the object, and a kind as well"
        raise Unreadable(text, fact, "give one of them another name")
    return Another()


def drawn_from(text: Text, draws: Mapping[str, str], also: Collection[str] = ()) -> Given:
    """Return a domain, or a kind for which the binding names what draws it; raises Unreadable.

    `also` are further names that would have a meaning there.
    """
    tree = parse(text.value)
    if isinstance(tree, Name) and tree.name in draws:
        return DrawnKind(tree.name, draws[tree.name])
    if isinstance(tree, Name) and tree.name in KINDS:
        return Strings() if tree.name in TEXTS else DrawnKind(tree.name, KINDS[tree.name])
    read = parse_domain(text.value)
    if not isinstance(read, Fault):
        return read
    if isinstance(tree, Name):
        way = f"`draws: {{{tree.name}: module:strategy}}` in the binding, or use a known one"
        remedy = f"say {way}: {listed(sorted({*KINDS, *draws, *also}))}"
        raise Unreadable(text, f"nothing draws a `{tree.name}`", remedy)
    raise Unreadable(text, read.message, read.remedy, text.locate(read.start, read.end))
