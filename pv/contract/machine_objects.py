"""The objects in a claim of a machine: what asks one, and what is of the model of another."""

from collections.abc import Collection

from pv.claims import Node
from pv.claims.tree import Call, Comparison, Member, Name, rebuild

SELF = "self"
"""Name of the object, in `formal` and `returns`."""


def of(name: str, variable: str) -> str:
    """Return the name in claims of a variable of another object."""
    return f"{name}.{variable}"


def same(name: str, word: str = "=") -> str:
    """Return what says in claims that another object is the very same one, or `!=` that it is not.

    As a name in trees, for it is no comparison of values.
    """
    return f"{name} {word} {SELF}"


def of_models(node: Node, other: str, known: Collection[str]) -> Node:
    """Return a claim in which `other.items` is a name, where it is known, and so `other = self`."""

    def change(part: Node) -> Node:
        return of_models(part, other, known)

    match node:
        case Member(Name(name), key, span) if name == other and of(other, key) in known:
            return Name(of(other, key), span)
        case Comparison((Name(left), Name(right)), ("=" | "!=" as word,), span):
            if {left, right} == {other, SELF}:
                return Name(same(other, word), span)
    return rebuild(node, change)


def asking(node: Node, objects: Collection[str], helpers: Collection[str]) -> Node:
    """Return a claim in which `self.name(x)` and `self.name` are calls of that name."""

    def change(part: Node) -> Node:
        return asking(part, objects, helpers)

    match node:
        case Call(function, (Name(name), *rest), span) if name in objects:
            if function not in helpers:
                return Call(of(name, function), tuple(map(change, rest)), span)
        case Member(Name(name), key, span) if name in objects:
            return Call(of(name, key), (), span)
    return rebuild(node, change)
