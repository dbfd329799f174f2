"""Read the claims of a machine: over its model, and over what the object says when it is asked."""

from collections.abc import Collection
from typing import NamedTuple

from pv.claims import Fault, Node, called, names, parse
from pv.claims.evaluation.scalars.builtins import BUILTINS
from pv.claims.tree import Call, Member, Name, Where, defined, rebuild, walk
from pv.contract.text import Text
from pv.nearest import listed, nearest

RESULT = "result"
"""Name of a method's result, in `returns` and `next`."""
SELF = "self"
"""Name of the object, in `formal` and `returns`."""


class Unreadable(Exception):  # noqa: N818 - a fact about a text
    """Raised for a text of the machine that cannot be read, or names something unknown."""


class Meaning(NamedTuple):
    """What the names in a text of the machine mean."""

    known: frozenset[str]
    helpers: frozenset[str]
    """Functions of the binding."""

    def also(self, *more: Collection[str] | str) -> "Meaning":
        """Return the same with further names."""
        added = ({each} if isinstance(each, str) else each for each in more)
        return self._replace(known=self.known.union(*added))

    def tree(self, text: Text) -> Node:
        """Return a text as a tree, where what asks an object is a call of `self.name`.

        Raises Unreadable.
        """
        read = parse(text.value)
        if isinstance(read, Fault):
            place = text.locate(read.start, read.end)
            raise Unreadable(f"{place}: {read.message}; {read.remedy}")
        if strange := sorted(names(read) - self.known):
            raise Unreadable(f"{text.location}: {self._unknown(strange[0])}")
        asked = _asking(read, self.known & {SELF}, self.helpers)
        local = {name for part in walk(read) if isinstance(part, Where) for name in defined(part)}
        known = {*BUILTINS, "raises", *self.helpers, *local}
        if strange := sorted(each for each in called(asked) - known if "." not in each):
            raise Unreadable(f"{text.location}: {self._no_function(strange[0], known)}")
        return asked

    def _unknown(self, name: str) -> str:
        if name == SELF:
            return "the object can be asked in `formal` and `returns` alone; use the model here"
        if name == RESULT:
            return "there is a `result` in `next` and `returns` alone"
        return f"`{name}` is not known here; known are {', '.join(sorted(self.known))}"

    def _no_function(self, name: str, known: Collection[str]) -> str:
        if SELF in self.known:
            return f"there is no function `{name}`; to ask the object, write `self.{name}(…)`"
        near = nearest(name, known)
        remedy = f"did you mean `{near[0]}`?" if near else f"there are {listed(sorted(known))}"
        return f"there is no function `{name}`; {remedy}"


def _asking(node: Node, objects: frozenset[str], helpers: frozenset[str]) -> Node:
    """Return a claim in which `self.name(x)` and `self.name` are calls of that name."""

    def change(part: Node) -> Node:
        return _asking(part, objects, helpers)

    match node:
        case Call(function, (Name(of), *rest), span) if of in objects and function not in helpers:
            return Call(f"{of}.{function}", tuple(map(change, rest)), span)
        case Member(Name(of), key, span) if of in objects:
            return Call(f"{of}.{key}", (), span)
    return rebuild(node, change)
