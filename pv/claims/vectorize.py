"""Take an index out of a body, so that arithmetic runs over whole arrays at once."""

from pv.claims.tree import (
    Binary,
    Binder,
    Call,
    Index,
    Interval,
    Name,
    Node,
    Range,
    Set,
    Slice,
    Tuple,
    Unary,
    Where,
    children,
    names,
    rebuild,
)


class NotAVector(Exception):  # noqa: N818 - a fact about a value, not a failure
    """What `x_i` is an item of has several axes, or the body is one number for all items."""


VECTOR = "each item of"
"""The function that all of `x` is an argument of where the text says `x_i`; x has one axis."""
ELEMENTWISE = frozenset(
    {
        "exp", "log", "ln", "log2", "sqrt", "sin", "cos", "tanh", "sigmoid", "Phi", "Φ", "sign",
        "abs", "floor", "ceil", "round", "is_finite", "is_nan", "isnan", "isinf", "is_infinite",
        "clamp", VECTOR,
    }
)  # fmt: skip
"""Functions that give of an array what they give of its items."""
_OF_SEVERAL = frozenset({"min", "max"})


def without_index(node: Node, letter: str) -> Node | None:
    """Return a body in which every `x_i` is all of x, or None if the index is used otherwise.

    What is made of single items stays what it is of all of them: `‖x_i‖` is no `‖x‖`.
    """
    match node:
        case Index(collection, (Name(name),), span) if name == letter:
            return None if letter in names(collection) else Call(VECTOR, (collection,), span)
        case Name(name):
            return None if name == letter else node
    if letter not in names(node):
        return node
    if not _is_elementwise(node):
        return None
    parts = {id(part): without_index(part, letter) for part in children(node)}
    if any(part is None for part in parts.values()):
        return None
    changed = rebuild(node, lambda part: parts[id(part)] or part)
    if isinstance(changed, Binary) and changed.operator in {"·", "@"}:  # of items, so of numbers
        return Binary("*", changed.left, changed.right, changed.span)
    return changed


def _is_elementwise(node: Node) -> bool:
    match node:
        case Binder() | Where() | Index() | Slice() | Unary("transpose"):
            return False
        case Interval() | Range() | Set() | Tuple():  # with ends that differ from item to item
            return False
        case Call(function, arguments):
            several = function in _OF_SEVERAL and len(arguments) > 1
            return several or function in ELEMENTWISE
    return True
