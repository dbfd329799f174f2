"""The tree of a claim: one frozen record for each construct, each with its place in the text."""

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
    """`collection[index]`."""

    collection: "Node"
    index: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """`function(argument, …)`."""

    function: str
    arguments: tuple["Node", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x`, `not x`, `|x|` (operator `abs`)."""

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


Node = (
    Number
    | String
    | Constant
    | Name
    | Member
    | Index
    | Call
    | Unary
    | Binary
    | Comparison
    | Conditional
    | Tuple
    | Set
    | Range
    | Interval
)


def children(node: Node) -> tuple[Node, ...]:
    """Return the direct parts of a node, left to right."""
    match node:
        case Member(record=inner) | Unary(operand=inner):
            return (inner,)
        case Index(collection=first, index=second):
            return (first, second)
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
    return ()


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
    """Return the variables of a claim."""
    return frozenset(item.name for item in walk(node) if isinstance(item, Name))


def called(node: Node) -> frozenset[str]:
    """Return the functions that a claim calls, built-ins included."""
    return frozenset(item.function for item in walk(node) if isinstance(item, Call))


@dataclass(frozen=True, slots=True)
class Definition:
    """`name(parameters) = body`."""

    name: str
    parameters: tuple[str, ...]
    body: Node


def definition_of(node: Node) -> Definition | None:
    """Return the definition that a formula states, if it has that form."""
    match node:
        case Comparison((Call(name, arguments), body), ("=",)) if all(
            isinstance(argument, Name) for argument in arguments
        ):
            parameters = tuple(item.name for item in arguments if isinstance(item, Name))
            return Definition(name, parameters, body)
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
