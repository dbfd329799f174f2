"""The tree of a claim: one frozen record for each construct, each with its place in the text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from operator import is_
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets of a construct in its text: first character, and one past the last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number:
    """`3`, `0.5`, `1e-6`; an int stays an int of any size."""

    value: int | float
    span: Span


@dataclass(frozen=True, slots=True)
class String:
    """`"text"`."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Constant:
    """`true`, `false`, `null`."""

    value: bool | None
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A variable or constant by name."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Member:
    """`record.key`: a key of a record, never an attribute of an object."""

    record: "Node"
    key: str
    span: Span


@dataclass(frozen=True, slots=True)
class Index:
    """`collection[index]`, `A[i, j]`, `x_{t-1}`; indices count from 0 in brackets."""

    collection: "Node"
    indices: tuple["Node", ...]
    span: Span
    subscript: bool = False
    """Written as a subscript: under a sum from 1 to n the first item is number 1."""


@dataclass(frozen=True, slots=True)
class Slice:
    """`low:high` as an index; either end may be left out."""

    low: "Node | None"
    high: "Node | None"
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """`function(argument, …)`."""

    function: str
    arguments: tuple["Node", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x`, `not x`, `|x|` (operator `abs`), `A^T` (operator `transpose`)."""

    operator: str
    operand: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic and boolean operators with two operands."""

    operator: str
    left: "Node"
    right: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a < b <= c`: every neighbouring pair must hold."""

    operands: tuple["Node", ...]
    operators: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """`a if condition else b`."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Tuple:
    """`(a, b)`."""

    items: tuple["Node", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Set:
    """`{a, b}`."""

    items: tuple["Node", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Range:
    """`low..high`: the integers from low to high, both included."""

    low: "Node"
    high: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Interval:
    """`[low, high)` and its kin; a round bracket leaves the end out."""

    low: "Node"
    high: "Node"
    open_low: bool
    open_high: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that a binder brings in, with the set it runs over if that is said."""

    name: str
    domain: "Node | None"
    span: Span


@dataclass(frozen=True, slots=True)
class Binder:
    """`forall x in D: body`, `Σ_i body`, `argmax_c body`, `{x : condition}` and their kin.

    `condition` leaves out values; a sum without variables is over the index that its body has.
    """

    kind: str
    """forall, exists, sum, prod, max, min, mean, argmax, argmin, set."""
    variables: tuple[Variable, ...]
    condition: "Node | None"
    body: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Where:
    """`body where a = 1, b = 2`: local definitions, or conditions under which the body is meant."""

    body: "Node"
    clauses: tuple["Node", ...]
    span: Span


Node = (
    Number | String | Constant | Name | Member | Index | Call | Unary | Binary | Comparison |
    Conditional | Tuple | Set | Range | Interval | Slice | Binder | Where
)  # fmt: skip


N = TypeVar("N", bound=Node | Variable)

_PARTS: Mapping[type, tuple[str, ...]] = {
    Member: ("record",), Index: ("collection", "indices"), Slice: ("low", "high"),
    Call: ("arguments",), Unary: ("operand",), Binary: ("left", "right"),
    Comparison: ("operands",), Conditional: ("then", "condition", "otherwise"),
    Tuple: ("items",), Set: ("items",), Range: ("low", "high"), Interval: ("low", "high"),
    Variable: ("domain",), Binder: ("variables", "condition", "body"),
    Where: ("body", "clauses"),
}  # fmt: skip
"""Construct -> the fields that hold its direct parts, left to right."""


def children(node: Node) -> tuple[Node, ...]:
    """Return the direct parts of a node, left to right."""
    found: list[Node] = []
    for name in _PARTS.get(type(node), ()):
        part = getattr(node, name)
        if name == "variables":
            found += [each.domain for each in part if each.domain is not None]
        elif type(part) is tuple:
            found += part
        elif part is not None:
            found.append(part)
    return tuple(found)


def rebuild(node: N, change: Callable[[Node], Node]) -> N:
    """Return a node whose direct parts are changed; everything else stays."""
    changed: dict[str, Any] = {}
    for name in _PARTS.get(type(node), ()):
        field = getattr(node, name)
        before = field if type(field) is tuple else (field,)
        if name == "variables":
            after = tuple(rebuild(each, change) for each in before)
        else:
            after = tuple(each and change(each) for each in before)
        if not all(map(is_, after, before)):
            changed[name] = after if field is before else after[0]
    return replace(node, **changed) if changed else node


def walk(node: Node) -> tuple[Node, ...]:
    """Return a node and everything below it."""
    found = [node]
    for item in found:
        found.extend(children(item))
    return tuple(found)


def joined(node: Node, *words: str) -> list[Node]:
    """Return what an operator joins, left to right: the parts of `a and b and c`."""
    if isinstance(node, Binary) and node.operator in words:
        return [*joined(node.left, *words), *joined(node.right, *words)]
    return [node]


def depth(node: Node) -> int:
    """Return how deep a tree is; does not recurse, for the tree may be hostile."""
    deepest, level = 0, [node]
    while level:
        deepest += 1
        level = [child for item in level for child in children(item)]
    return deepest


def names(node: Node) -> frozenset[str]:
    """Return the free variables of a claim; those that a binder brings in are left out."""
    if isinstance(node, Name):
        return frozenset({node.name})
    below = frozenset[str]().union(*map(names, children(node)))
    match node:
        case Binder(variables=variables):
            return below - {variable.name for variable in variables}
        case Where():
            return below - defined(node)
    return below


def defined(node: Where) -> frozenset[str]:
    """Return the names that the clauses of a `where` define."""
    found = map(definition_of, node.clauses)
    return frozenset(each.name for each in found if each is not None)


def called(node: Node) -> frozenset[str]:
    """Return the functions that a claim calls, built-ins included."""
    return frozenset(item.function for item in walk(node) if isinstance(item, Call))


@dataclass(frozen=True, slots=True)
class Definition:
    """`name(parameters) = body`, or `name(parameters)_i = body`."""

    name: str
    parameters: tuple[str, ...]
    body: Node
    indices: tuple[str, ...] = ()
    """Index variables, where the formula gives one item at a time."""
    axes: tuple[int, ...] = ()
    """For each parameter the axes that its domain gives it; 0: a number, or it is not said."""
    by_index: bool = False
    """True if it is called by its indices: `m[h]`, `C_{ij}`."""


def definition_of(node: Node) -> Definition | None:
    """Return the definition that a formula states, if it has that form.

    `f(a, b) = body`, `f(x)_i = body` (one item at a time), and `a = body` without parameters.
    """
    match node:
        case Where(body=body, clauses=clauses, span=span):
            found = definition_of(body)
            return found and replace(found, body=Where(found.body, clauses, span))
        case Comparison(operands=(Index(Call() as head, indices), body), operators=("=",)):
            found = definition_of(Comparison((head, body), ("=",), node.span))
            items = _all_names(indices)
            return None if found is None or items is None else replace(found, indices=items)
        case Comparison(operands=(Call(name, arguments), body), operators=("=",)):
            parameters = _all_names(arguments)
            return None if parameters is None else Definition(name, parameters, body)
        case Comparison(operands=(Name(name), body), operators=("=",)):
            return Definition(name, (), body)
    return None


def _all_names(nodes: tuple[Node, ...]) -> tuple[str, ...] | None:
    found = tuple(node.name for node in nodes if isinstance(node, Name))
    return found if len(found) == len(nodes) else None


def operands(node: Node) -> tuple[Node, ...]:
    """Return what to show when a claim is false: the sides of its comparisons.

    Conjunctions, implications and negations are looked into; literals show nothing new.
    """
    match node:
        case Comparison(operands=sides):
            return tuple(side for side in sides if not isinstance(side, Number | String | Constant))
        case Binary(operator="and" | "or" | "implies" | "iff" | "xor", left=left, right=right):
            return (*operands(left), *operands(right))
        case Unary(operator="not", operand=inner):
            return operands(inner)
    return (node,)
