"""Replace what Python computes otherwise than claims do by calls of functions of `pv.testing`.

Python raises where a real is divided by zero, gives complex roots, counts items from the end,
passes over NaN in extremes, and looks for a real in a range item by item.
"""

from collections.abc import Collection
from dataclasses import replace

from pv.claims import Node
from pv.claims.rendering.python_source import python_source
from pv.claims.tree import (
    Binary,
    Binder,
    Call,
    Comparison,
    Index,
    Name,
    Number,
    Range,
    Set,
    Slice,
    String,
    Tuple,
    Unary,
    Variable,
    children,
    rebuild,
)
from pv.generate.claim_parts import Claim

_OPERATIONS = {"/": "quotient_of", "^": "power_of"}
_EXTREMES = {"max": "greatest_of", "min": "least_of"}


def source(node: Node, claim: Claim, close: str | None = None) -> str:
    """Return the Python of a part of a claim or of a formula that it calls."""
    exact = exactly(node, claim.whole, claim.arrays or ())
    return python_source(exact, arrays=claim.arrays, close=close)


def exactly(tree: Node, whole: Collection[str], arrays: Collection[str] = ()) -> Node:
    """Return a tree whose Python computes what evaluating does.

    `whole` are the names known to be integers: what Python computes of integers stays as it is.
    `arrays` are those of NumPy's arrays, which divide as claims do.
    """
    return _Rewriter(frozenset(whole), frozenset(arrays), frozenset()).changed(tree)


class _Rewriter:
    """Knows which names are integers in the part of the tree that is being changed."""

    def __init__(
        self, whole: frozenset[str], arrays: frozenset[str], counting: frozenset[str]
    ) -> None:
        self.whole, self.arrays, self.counting = whole, arrays, counting

    def changed(self, node: Node) -> Node:
        """Change a part and all parts of it."""
        match node:
            case Binder(kind="max" | "min" as word) if not self.within(node).is_whole(node.body):
                items = self.within(node).rebuilt(replace(node, kind="set"))
                return Call(_EXTREMES[word], (items,), node.span)
            case Binder():
                return self.within(node).rebuilt(node)
            case Comparison(
                operands=(item, Range(low, high)), operators=("in" | "not in" as word,)
            ):
                return self.in_range(node, item, (low, high), word)
            case Comparison(
                operands=(item, Set() | Tuple() as where), operators=("in" | "not in" as word,)
            ) if not self.is_whole(item):
                return self.among(node, item, where, word)
            case Binary("/" | "^" as word, left, right) if not self.is_plain(node):
                return Call(_OPERATIONS[word], (self.changed(left), self.changed(right)), node.span)
            case Call("max" | "min" as word, arguments) if self.may_pass_over_nan(arguments):
                return Call(_EXTREMES[word], tuple(map(self.changed, arguments)), node.span)
            case Index(collection, indices) if not all(map(self.counts, indices)):
                found = (self.changed(each) for each in (collection, *indices))
                return Call("item_of", tuple(found), node.span)
        return self.rebuilt(node)

    def rebuilt(self, node: Node) -> Node:
        return rebuild(node, self.changed)

    def within(self, node: Binder) -> "_Rewriter":
        """Return a rewriter that knows what the variables of a binder run over."""
        whole, counting = set(self.whole), set(self.counting)
        for each in node.variables:
            known = isinstance(each.domain, Range | Set | Tuple) and self.is_whole(each.domain)
            (whole.add if known else whole.discard)(each.name)
            from_zero = isinstance(each.domain, Range) and self.counts(each.domain.low)
            (counting.add if from_zero else counting.discard)(each.name)
        return _Rewriter(frozenset(whole), self.arrays, frozenset(counting))

    def in_range(self, node: Comparison, item: Node, ends: tuple[Node, Node], word: str) -> Node:
        """Compare a real with both ends of a range, whose integers may be too many to look at."""
        if self.is_whole(item) and all(isinstance(each, Number | Name) for each in ends):
            return self.rebuilt(node)
        low, high, found = (self.changed(each) for each in (*ends, item))
        span = node.span
        rest = Binary("%", found, Number(1, span), span)
        inside = Binary(
            "and", Comparison((low, found, high), ("<=", "<="), span),
            Comparison((rest, Number(0, span)), ("=",), span), span,
        )  # fmt: skip
        return inside if word == "in" else Unary("not", inside, span)

    def among(self, node: Comparison, item: Node, where: Set | Tuple, word: str) -> Node:
        """Compare with each member: Python takes NaN for a member of `{NaN}`."""
        span, name = node.span, "each"
        equal = Comparison((self.changed(item), Name(name, span)), ("=",), span)
        over = (Variable(name, self.rebuilt(where), span),)
        found = Binder("exists", over, None, equal, span)
        return found if word == "in" else Unary("not", found, span)

    def is_plain(self, node: Binary) -> bool:
        """Return whether Python divides, or raises to a power, as claims do."""
        if self.is_whole(node.left) and self.is_whole(node.right):
            return True
        if not isinstance(node.right, Number):
            return self.is_array(node)
        return node.right.value != 0 if node.operator == "/" else self.counts(node.right)

    def is_array(self, node: Node) -> bool:
        """Return whether an operation is one of NumPy's arrays."""
        match node:
            case Name(name):
                return name in self.arrays
            case Index():
                return False
        return any(map(self.is_array, children(node)))

    def counts(self, node: Node) -> bool:
        """Return whether an index is no integer before zero."""
        match node:
            case Number(value=value):
                return isinstance(value, int) and value >= 0
            case Name(name):
                return name in self.counting
        return isinstance(node, Slice | String)

    def is_whole(self, node: Node) -> bool:
        """Return whether an expression is known to be an integer, or many of them."""
        match node:
            case Number(value=value):
                return isinstance(value, int)
            case Name(name):
                return name in self.whole
            case Call("floor" | "ceil" | "round"):
                return not self.arrays  # NumPy's give floats
            case Call("count" | "length") | Range():
                return True
            case Call("min" | "max" | "abs", parts) | Set(items=parts) | Tuple(items=parts):
                return all(map(self.is_whole, parts))
            case Unary("-" | "abs", operand):
                return self.is_whole(operand)
            case Binary("+" | "-" | "*" | "//" | "%", left, right):
                return self.is_whole(left) and self.is_whole(right)
        return False

    def may_pass_over_nan(self, items: tuple[Node, ...]) -> bool:
        """Return whether Python may pass over a NaN: it keeps one that comes first."""
        if len(items) == 1:
            return not (self.arrays or self.is_whole(items[0]))
        return not all(isinstance(each, Number) or self.is_whole(each) for each in items[1:])
