"""Take an index out of a body, so that arithmetic runs over whole arrays at once."""

from pv.claims import tree as t


class NotAVector(Exception):  # noqa: N818 - a fact about a value, not a failure
    """A body cannot be computed over a whole vector: there are several axes, or one number."""


VECTOR = "each item of"
"""The function that all of `x` is an argument of where the text says `x_i`; x has one axis."""
ELEMENTWISE = frozenset({
    "exp", "log", "ln", "log2", "sqrt", "sin", "cos", "tan", "tanh", "arcsin", "arccos",
    "arctan", "sinh", "cosh", "sigmoid", "Phi", "Φ", "sign",
    "abs", "floor", "ceil", "round", "is_finite", "is_nan", "isnan", "isinf", "is_infinite",
    "clamp", VECTOR,
})  # fmt: skip
"""Functions that give of an array what they give of its items."""
_OF_SEVERAL = frozenset({"min", "max"})


def without_index(node: t.Node, letter: str) -> t.Node | None:
    """Return a body in which every `x_i` is all of x, or None if the index is used otherwise.

    What is made of single items stays what it is of all of them: `‖x_i‖` is no `‖x‖`.
    """
    match node:
        case t.Index(collection, (t.Name(name),), span) if name == letter:
            return None if letter in t.names(collection) else t.Call(VECTOR, (collection,), span)
        case t.Name(name):
            return None if name == letter else node
    if letter not in t.names(node):
        return node
    if not _is_elementwise(node):
        return None
    parts = {id(part): without_index(part, letter) for part in t.children(node)}
    if any(part is None for part in parts.values()):
        return None
    changed = t.rebuild(node, lambda part: parts[id(part)] or part)
    if isinstance(changed, t.Binary) and changed.operator in {"·", "@"}:  # of items, so of numbers
        return t.Binary("*", changed.left, changed.right, changed.span)
    return changed


def _is_elementwise(node: t.Node) -> bool:
    match node:
        case t.Binder() | t.Where() | t.Index() | t.Slice() | t.Unary("transpose"):
            return False
        case (
            t.Interval() | t.Range() | t.Set() | t.Tuple()
        ):  # with ends that differ from item to item
            return False
        case t.Call(function, arguments):
            several = function in _OF_SEVERAL and len(arguments) > 1
            return several or function in ELEMENTWISE
    return True
