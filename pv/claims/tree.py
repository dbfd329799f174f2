"""The tree of a claim: one frozen record for each construct, each with its place in the text."""

from collections.abc import Callable
from dataclasses import dataclass


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


def children(node: Node) -> tuple[Node, ...]:
    """Return the direct parts of a node, left to right."""
    match node:
        case Member(record=inner) | Unary(operand=inner):
            return (inner,)
        case Index(collection=first, indices=indices):
            return (first, *indices)
        case Binary(left=first, right=second):
            return (first, second)
        case Range(low=first, high=second) | Interval(low=first, high=second):
            return (first, second)
        case Comparison(operands=parts) | Call(arguments=parts):
            return parts
        case Tuple(items=parts) | Set(items=parts):
            return parts
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return (then, condition, otherwise)
        case Slice(low=low, high=high):
            return tuple(end for end in (low, high) if end is not None)
        case Binder(variables=variables, condition=condition, body=body):
            domains = [each.domain for each in variables if each.domain is not None]
            return (*domains, *([] if condition is None else [condition]), body)
        case Where(body=body, clauses=clauses):
            return (body, *clauses)
    return ()


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return a node whose direct parts are changed; everything else stays."""
    match node:
        case Member(record, key, span):
            return Member(change(record), key, span)
        case Index(collection, indices, span, subscript):
            return Index(change(collection), tuple(map(change, indices)), span, subscript)
        case Slice(low, high, span):
            return Slice(low and change(low), high and change(high), span)
        case Call(function, arguments, span):
            return Call(function, tuple(map(change, arguments)), span)
        case Unary(word, operand, span):
            return Unary(word, change(operand), span)
        case Binary(word, left, right, span):
            return Binary(word, change(left), change(right), span)
        case Comparison(parts, words, span):
            return Comparison(tuple(map(change, parts)), words, span)
        case Conditional(condition, then, otherwise, span):
            return Conditional(change(condition), change(then), change(otherwise), span)
        case Tuple(items, span):
            return Tuple(tuple(map(change, items)), span)
        case Set(items, span):
            return Set(tuple(map(change, items)), span)
        case Range(low, high, span):
            return Range(change(low), change(high), span)
        case Interval(low, high, open_low, open_high, span):
            return Interval(change(low), change(high), open_low, open_high, span)
        case Binder(kind, variables, condition, body, span):
            over = tuple(
                Variable(each.name, each.domain and change(each.domain), each.span)
                for each in variables
            )
            return Binder(kind, over, condition and change(condition), change(body), span)
        case Where(body, clauses, span):
            return Where(change(body), tuple(map(change, clauses)), span)
    return node


def walk(node: Node) -> tuple[Node, ...]:
    """Return a node and everything below it."""
    found = [node]
    for item in found:
        found.extend(children(item))
    return tuple(found)


def depth(node: Node) -> int:
    """Return how deep a tree is; does not recurse, for the tree may be hostile."""
    deepest, level = 0, [node]
    while level:
        deepest += 1
        level = [child for item in level for child in children(item)]
    return deepest


def names(node: Node) -> frozenset[str]:
    """Return the free variables of a claim; those that a binder brings in are left out."""
    match node:
        case Name(name):
            return frozenset({name})
        case Binder(variables=variables):
            below = frozenset().union(*map(names, children(node)))
            return below - {variable.name for variable in variables}
        case Where(clauses=clauses):
            below = frozenset().union(*map(names, children(node)))
            defined = map(definition_of, clauses)
            return below - {each.name for each in defined if each is not None}
    return frozenset().union(*map(names, children(node)))


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
            if found is None:
                return None
            return Definition(
                found.name, found.parameters, Where(found.body, clauses, span), found.indices
            )
        case Comparison(operands=(Index(Call() as head, indices), body), operators=("=",)):
            found = definition_of(Comparison((head, body), ("=",), node.span))
            if found is None or not all(isinstance(index, Name) for index in indices):
                return None
            items = tuple(index.name for index in indices if isinstance(index, Name))
            return Definition(found.name, found.parameters, body, items)
        case Comparison(operands=(Call(name, arguments), body), operators=("=",)) if all(
            isinstance(argument, Name) for argument in arguments
        ):
            parameters = tuple(item.name for item in arguments if isinstance(item, Name))
            return Definition(name, parameters, body)
        case Comparison(operands=(Name(name), body), operators=("=",)):
            return Definition(name, (), body)
    return None


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
