"""Which values several variables take together, as the text of a domain says it.

`x in ℝ^n, n >= 1, p_i in [0, 1], sum(p) = 1` gives x and p as arrays of reals and n as a size; what
is left are conditions.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from pv.claims.known import FUNCTIONS
from pv.claims.resolve import resolve
from pv.claims.shapes import MACHINE
from pv.claims.tree import (
    Binary,
    Binder,
    Call,
    Comparison,
    Index,
    Interval,
    Name,
    Node,
    Number,
    Range,
    Set,
    String,
    Tuple,
    Unary,
    Variable,
    called,
    names,
)

_WHOLE = frozenset("ijkhtnmdqsNKLHTBCVWDSMbcl")
"""Letters that stand for whole numbers where nothing else is said: `n >= 1`."""
_RELATIONS = frozenset({"<", "<=", ">", ">=", "=", "!=", "≈"})


_DIMENSIONS = frozenset("dnh")


class Values(NamedTuple):
    """The values of one variable: numbers of a kind between two ends, in an array of some sizes."""

    whole: bool = False
    low: Node | None = None
    high: Node | None = None
    open_low: bool = False
    open_high: bool = False
    sizes: tuple[Node, ...] = ()
    listed: tuple[Node, ...] = ()
    """The values, where they are listed."""
    simplex: bool = False
    """Not negative, with the sum 1 along the last axis; where 0 and 1 are listed, one of them 1."""
    said: tuple[str, ...] = ()
    """What else is said of it, as functions: is_orthogonal, is_even."""


class Space(NamedTuple):
    """Variables, derived ones, and conditions that all of them meet."""

    variables: Mapping[str, Values]
    derived: Mapping[str, Node]
    conditions: tuple[Node, ...]
    conventions: tuple[Node, ...] = ()
    """What is agreed on for values that are not defined, such as 0 * log(0) := 0."""

    def unsettled(self, known: Collection[str]) -> Iterator[tuple[str, Node]]:
        """Yield each variable of which the domain says what has no value, and what it says.

        `known` are the functions that have one. `W: diagonal_weights` and `is_connected(G)` leave
        values out, and nothing tells which.
        """
        for said in self.conditions:
            match said:
                case Comparison(operators=(":",)) | Comparison((_, Name()), ("in",)):
                    unsettled = True
                case _:
                    unsettled = bool(called(said) - {*known})
            if unsettled:
                yield from ((name, said) for name in sorted(names(said) & {*self.variables}))

    def size_names(self) -> frozenset[str]:
        """Return the names that sizes are made of."""
        found = (names(size) for values in self.variables.values() for size in values.sizes)
        return frozenset().union(*found)


def space_of(statements: Iterable[Node]) -> Space:
    """Read the statements of a domain."""
    variables: dict[str, Values] = {}
    derived: dict[str, Node] = {}
    conditions: list[Node] = []
    conventions: list[Node] = []
    for statement in _flat(statements):
        if not names(statement):
            conventions.append(statement)
            continue
        match statement:
            case Comparison(operands=(Name(name), inner), operators=("in",)) if (
                found := values_of(inner)
            ) is not None:
                base = None if _names_a_size(name, found) else _array(name, variables)
                if base is None:
                    variables[name] = found
                else:  # `p_i in [0, 1]`: the items of p
                    sizes = variables[base].sizes if base in variables else ()
                    unnamed = (Name(f"{base}'s size", statement.span),)
                    variables[base] = found._replace(sizes=sizes or unnamed)
            case Comparison(operands=(Name(name), value), operators=("=",)):
                derived[name] = value
            case Comparison(operands=(Name(name), value, _), operators=("=", "in")):
                derived[name] = value
            case Comparison(operands=(total, Number(1)), operators=("=",)) if (
                base := _summed(total, variables)
            ) in variables:
                variables[base] = variables[base]._replace(simplex=True)
            case Call(function, (Name(name),)) if name in variables:
                already = variables[name].said
                variables[name] = variables[name]._replace(said=(*already, function))
                conditions.append(statement)
            case Comparison(operands=(product, Name("I")), operators=("=",)) if (
                name := _by_its_transpose(product)
            ) in variables:
                span = statement.span
                variables[name] = variables[name]._replace(said=("is_orthogonal",))
                conditions.append(Call("is_orthogonal", (Name(name, span),), span))
            case Comparison(operands=operands, operators=operators):
                if _RELATIONS.issuperset(operators):
                    _bound(operands, operators, variables)
                conditions.append(statement)
            case _:
                conditions.append(statement)
    known = {*variables, *derived, *FUNCTIONS, *Space(variables, {}, ()).size_names()}
    meant = tuple(resolve(each, known, FUNCTIONS) for each in conditions)
    return Space(variables, derived, meant, tuple(conventions))


def values_of(node: Node) -> Values | None:
    """Return the values of a set, or None if it is no set of numbers that can be drawn from."""
    match node:
        case Name("ℝ"):
            return Values()
        case Name("ℝ_>0"):
            return Values(low=_zero(node), open_low=True)
        case Name("ℝ_>=0"):
            return Values(low=_zero(node))
        case Name("ℤ"):
            return Values(whole=True)
        case Name("ℤ_>0" | "ℕ_>0"):
            return Values(whole=True, low=Number(1, node.span))
        case Name("ℕ" | "ℤ_>=0"):
            return Values(whole=True, low=_zero(node))
        case Name(name) if name in MACHINE:
            return _machine(node)
        case Name("Δ"):
            size = (Name("Δ's size", node.span),)
            return Values(low=_zero(node), high=Number(1, node.span), sizes=size, simplex=True)
        case Interval(Number(0) as low, high, False, True) if not isinstance(high, Number):
            return Values(whole=True, low=low, high=high, open_high=True)  # `[0, V)`: indices
        case Interval(low, high, open_low, open_high):
            return Values(False, _end(low), _end(high), open_low, open_high)  # noqa: FBT003 - a record
        case Range(low, high):
            return Values(whole=True, low=low, high=high)
        case Set(items) if items and all(isinstance(_positive(i), Number | String) for i in items):
            return Values(listed=items)
        case Binary(operator="^", left=base, right=sizes):
            inner = values_of(base)
            if inner is None:
                return None
            return inner._replace(sizes=sizes.items if isinstance(sizes, Tuple) else (sizes,))
    return None


def _machine(node: Name) -> Values:
    """Return the values of `u8` or `f32`: what a machine stores, as integers or reals."""
    kind = node.name.lower()
    if kind.startswith(("f", "bf", "tf")):
        return Values()
    digits = "".join(filter(str.isdigit, kind))
    bits = int(digits) if digits else None
    if kind.startswith("u"):
        high = None if bits is None else Number(2**bits - 1, node.span)
        return Values(whole=True, low=_zero(node), high=high)
    if bits is None:
        return Values(whole=True)
    half = 2 ** (bits - 1)
    return Values(whole=True, low=Number(-half, node.span), high=Number(half - 1, node.span))


def order(space: Space) -> list[str]:
    """Return the names so that what an end, a size or a formula needs comes before it."""
    waiting = [
        *sorted(space.size_names() - space.variables.keys()),
        *space.variables,
        *space.derived,
    ]
    found: list[str] = []
    for _ in range(len(waiting)):
        for name in waiting:
            if name not in found and _needs(space, name) <= {*found, "inf", "pi", "π"}:
                found.append(name)
    return found + [name for name in waiting if name not in found]


def _needs(space: Space, name: str) -> set[str]:
    if name in space.derived:
        return set(names(space.derived[name]))
    values = space.variables.get(name)
    if values is None:
        return set()
    ends = (*values.sizes, *(end for end in (values.low, values.high) if end is not None))
    return set(frozenset().union(*map(names, ends)))


def _bound(
    operands: tuple[Node, ...], operators: tuple[str, ...], variables: dict[str, Values]
) -> None:
    """Let `n >= 1`, `0 < p < 1` declare what was not declared before."""
    for at, node in enumerate(operands):
        if not isinstance(node, Name) or node.name in variables:
            continue
        if _array(node.name, variables) in variables:  # `x_i > 0`: a condition on the items of x
            continue
        numbers = [each for each in operands if isinstance(each, Number)]
        integral = all(isinstance(number.value, int) for number in numbers)
        whole = integral and node.name.partition("_")[0] in _WHOLE
        found = Values(whole=whole)
        if at > 0 and operators[at - 1] in {"<", "<="}:
            found = found._replace(low=operands[at - 1], open_low=operators[at - 1] == "<")
        if at > 0 and operators[at - 1] in {">", ">="}:
            found = found._replace(high=operands[at - 1], open_high=operators[at - 1] == ">")
        if at < len(operators) and operators[at] in {">", ">="}:
            found = found._replace(low=operands[at + 1], open_low=operators[at] == ">")
        if at < len(operators) and operators[at] in {"<", "<="}:
            found = found._replace(high=operands[at + 1], open_high=operators[at] == "<")
        variables[node.name] = found


def _summed(total: Node, variables: Mapping[str, Values]) -> str:
    """Return what the sum of all items is of: `sum(p)`, `Σ_i p_i`, `Σ p`."""
    match total:
        case Call("sum", (Name(name),)) | Binder("sum", _, None, Name(name)):
            return _array(name, variables) or name
        case Binder("sum", (Variable(letter),), None, Index(Name(name), (Name(index),))):
            return name if letter == index else ""
    return ""


def _by_its_transpose(product: Node) -> str:
    """Return Q for `Q^T Q` and `Q @ Q^T`."""
    match product:
        case Binary("@" | "·" | "*", Unary("transpose", Name(one)), Name(other)):
            return one if one == other else ""
        case Binary("@" | "·" | "*", Name(one), Unary("transpose", Name(other))):
            return one if one == other else ""
    return ""


def _array(name: str, variables: Mapping[str, Values]) -> str | None:
    """Return what `p_i` is an item of, if it is one of something."""
    base, mark, subscript = name.rpartition("_")
    if not mark or len(subscript) != 1 or name in variables:
        return None
    if subscript == "k" and base in _DIMENSIONS and base not in variables:
        return None  # d_k, the size of a key
    return base if base in variables or subscript in "ijk" else None


def _names_a_size(name: str, values: Values) -> bool:
    """Whether `W_k ∈ ℝ^{d×k}` names its own size: a matrix called W_k, and no item of W."""
    subscript = name.rpartition("_")[2]
    return any(subscript in names(size) for size in values.sizes)


def _flat(statements: Iterable[Node]) -> Iterable[Node]:
    for statement in statements:
        if isinstance(statement, Binary) and statement.operator == "and":
            yield from _flat((statement.left, statement.right))
        else:
            yield statement


def _zero(node: Node) -> Number:
    return Number(0, node.span)


def _positive(node: Node) -> Node:
    return node.operand if isinstance(node, Unary) else node


def _end(node: Node) -> Node | None:
    """Return an end of an interval; an infinite one is none."""
    inner = _positive(node)
    return None if isinstance(inner, Name) and inner.name == "inf" else node
