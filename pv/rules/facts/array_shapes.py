"""Sizes of arrays in a claim, told from the domain before anything runs.

A size is a symbol such as n, or a number. Symbols that a domain declares may have any value, so two
different ones need not be equal, and what needs them to be is a fault.
"""

from collections.abc import Iterable, Iterator, Mapping

from pv.claims import tree as t
from pv.claims.domains.space import Space
from pv.claims.faults import Fault
from pv.claims.rendering import render

Shape = tuple[str, ...]
"""Sizes along each axis, as text; () for a number."""

_ITEMWISE = frozenset(
    {"exp", "log", "ln", "log2", "sqrt", "sin", "cos", "tan", "tanh", "arcsin", "arccos",
     "arctan", "sinh", "cosh", "sigmoid", "Phi", "Φ", "sign", "abs",
     "floor", "ceil", "round", "softmax", "relu", "silu", "gelu", "SiLU", "GELU"}
)  # fmt: skip
_REDUCED = frozenset(
    {"sum", "prod", "mean", "var", "std", "max", "min", "‖", "norm", "argmax", "dot"}
)


def size_faults(node: t.Node, space: Space) -> tuple[Fault, ...]:
    """Return where a claim needs sizes to be equal that its domain lets differ."""
    judge = _Judge(
        {
            name: tuple(render(size) for size in values.sizes)
            for name, values in space.variables.items()
        }
    )
    judge.shape(node)
    return tuple(judge.faults)


class _Judge:
    """Walks a tree; None stands for a shape that is not known, and is never at fault."""

    def __init__(self, known: Mapping[str, Shape]) -> None:
        self.known = dict(known)
        self.faults: list[Fault] = []

    def shape(self, node: t.Node) -> Shape | None:
        match node:
            case t.Number() | t.Constant():
                return ()
            case t.Name(name):
                return self.known.get(name)
            case t.Unary(operator="transpose", operand=operand):
                found = self.shape(operand)
                return None if found is None else found[::-1]
            case t.Unary(operator="abs", operand=operand) if self.shape(operand) != ():
                return None  # of each item, or the number of items
            case t.Unary(operand=operand):
                return self.shape(operand)
            case t.Binary(operator="@" | "·"):
                return self.product(node)
            case t.Binary(operator="+" | "-" | "*" | "/" | "//" | "%" | "^"):
                return self.itemwise(node, self.shape(node.left), self.shape(node.right))
            case t.Comparison():
                return self.comparison(node)
            case t.Conditional(condition=condition, then=then, otherwise=otherwise):
                self.shape(condition)
                return self.itemwise(node, self.shape(then), self.shape(otherwise))
            case t.Call():
                return self.call(node)
            case t.Index():
                return self.index(node)
            case t.Binder() | t.Where():
                return self.inside(node)
        for child in t.children(node):
            self.shape(child)
        return None

    def product(self, node: t.Binary) -> Shape | None:
        left, right = self.shape(node.left), self.shape(node.right)
        if left is None or right is None:
            return None
        if not left or not right:
            return left or right
        inner = right[0] if len(right) == 1 else right[-2]
        if _differ(left[-1], inner):
            self.fault(node, f"{left[-1]} columns meet {inner} rows in this product")
            return None
        return (*left[:-1], *right[:-2], *right[-1:]) if len(right) > 1 else left[:-1]

    def itemwise(self, node: t.Node, left: Shape | None, right: Shape | None) -> Shape | None:
        if left is None or right is None:
            return None
        for first, second in zip(reversed(left), reversed(right), strict=False):
            if _differ(first, second) and "1" not in {first, second}:
                self.fault(node, f"sizes {first} and {second} meet here")
                return None
        return left if len(left) >= len(right) else right

    def comparison(self, node: t.Comparison) -> Shape | None:
        shapes = [self.shape(operand) for operand in node.operands]
        for word, left, right in zip(node.operators, shapes, shapes[1:], strict=False):
            if word not in {"in", "not in", "⊆"}:
                self.itemwise(node, left, right)
        return ()

    def call(self, node: t.Call) -> Shape | None:
        shapes = [self.shape(argument) for argument in node.arguments]
        if node.function in _ITEMWISE and len(shapes) == 1:
            return shapes[0]
        return () if node.function in _REDUCED and len(shapes) == 1 else None

    def index(self, node: t.Index) -> Shape | None:
        whole = self.shape(node.collection)
        if whole is None or len(node.indices) > len(whole):
            return None
        kept = [
            size if index == t.Slice(None, None, index.span) else None
            for size, index in zip(whole, node.indices, strict=False)
            if isinstance(index, t.Slice)
        ]
        rest = whole[len(node.indices) :]
        return None if None in kept else (*filter(None, kept), *rest)

    def inside(self, node: t.Binder | t.Where) -> Shape | None:
        """Judge the body where new names have unknown shapes, and definitions their own."""
        outer = dict(self.known)
        for name in _bound(node):
            self.known.pop(name, None)
        if isinstance(node, t.Where):
            for found in map(t.definition_of, node.clauses):
                if found is not None and not found.parameters and not found.indices:
                    value = self.shape(found.body)
                    if value is not None:
                        self.known[found.name] = value
        for child in t.children(node):
            self.shape(child)
        shape = self.shape(node.body) if isinstance(node, t.Where) else None
        self.known = outer
        return shape

    def fault(self, node: t.Node, message: str) -> None:
        remedy = "nothing in the domain makes them equal; transpose one side, or say so"
        fault = Fault(node.span.start, node.span.end, message, remedy)
        if fault not in self.faults:
            self.faults.append(fault)


def _bound(node: t.Binder | t.Where) -> Iterator[str]:
    names: Iterable[str] = ()
    if isinstance(node, t.Binder):
        names = (variable.name for variable in node.variables)
    else:
        names = (found.name for found in map(t.definition_of, node.clauses) if found is not None)
    yield from names


def _differ(first: str, second: str) -> bool:
    """Whether two sizes are told apart: equal texts are equal, sums are not looked into."""
    plain = all(size.replace("_", "").isalnum() for size in (first, second))
    return plain and first != second
