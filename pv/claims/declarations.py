"""Read what declares a variable: `n: usize`, `f: ℝ^d → ℝ`, `S: attention scores [H, n, n]`.

A kind that words name exactly becomes a set and conditions; one that nothing here defines stays by
its name, behind a colon: `L: loss_function` says what L is, and has no value.
"""

from pv.claims.code_types import code_type
from pv.claims.cursor import StatementReader
from pv.claims.faults import Fault
from pv.claims.named_kinds import kind_at, permutation
from pv.claims.phrases import phrase_at
from pv.claims.precedence import NOT
from pv.claims.quantifiers import ends_phrase
from pv.claims.shapes import MACHINE, all_of, as_set, between
from pv.claims.stop import Stop
from pv.claims.tree import (
    Binary,
    Call,
    Comparison,
    Index,
    Interval,
    Name,
    Node,
    Number,
    Span,
    Tuple,
)
from pv.claims.vocabulary import UNITS
from pv.claims.worded import compares_at

_TYPES = MACHINE | frozenset(
    [
        "bool",
        "boolean",
        "string",
        "str",
        "text",
        "int",
        "integer",
        "float",
        "number",
        "String",
        "Path",
        "bytes",
        "char",
    ]
)
_TENSORS = frozenset({"Tensor", "tensor", "Array", "array", "ndarray", "Matrix", "Vector"})
_LEAST = frozenset({"min", "lo", "low", "lower"})
"""How the name of a lower end begins."""
_CONTAINERS = frozenset({"set", "sequence", "list", "array", "map", "collection"})


def type_alone(read: StatementReader) -> Node | None:
    """Read `Result<Config, ConfigError>` or `&[f32]` where it is all that is said."""
    if not (read.at("&") or (read.token.kind == "name" and read.ahead().text == "<")):
        return None
    at = read.position
    found = code_type(read)
    if found is not None and not ends_item(read):
        read.position = at
        return None
    return found


def ends_item(read: StatementReader) -> bool:
    """Whether nothing more is said here but a remark, or another item."""
    return read.token.kind in {"end", "newline"} or read.at(",", ";", "(")


def typed(read: StatementReader, node: Node) -> Node:
    """Read what stands behind `x:`."""
    if not isinstance(node, Name | Call | Index):
        read.stop("a label is prose", "write the claim alone")
    read.next()
    found = _kind_behind(read, node) or _type_behind(read, node)
    return continued(read, node, found)


def _kind_behind(read: StatementReader, node: Node) -> list[Node] | None:
    """Read a kind that is exact, a container of things, or the name of a kind."""
    at = read.position
    kind = permutation(read) or kind_at(read)
    if kind is not None and (goes_on(read) or kind.domain is None):
        return kind.of(node)
    read.position = at
    if found := counted(read, node):
        return [found]
    phrase = phrase_at(read, read.position) if read.declares else None
    if phrase is None or (len(phrase.words) == 1 and phrase.words[0] in _TYPES):
        return None
    if len(phrase.words) == 1 and is_type(phrase.name) and "_" not in phrase.words[0]:
        return None
    read.position = phrase.after
    name = phrase.name
    if read.at("in") and read.ahead().text in UNITS:  # `weight memory in bytes`
        unit = read.ahead()
        read.position += 2
        name = Name(f"{name.name}_in_{unit.text}", Span(name.span.start, unit.end))
    if not goes_on(read):
        read.position = at
        return None
    return [Comparison((node, name), (":",), between(node, name))]


def goes_on(read: StatementReader) -> bool:
    """Whether a declaration may end here or be restricted: by a set, a bound, sizes."""
    token = read.token
    if not read.at("in") and ends_phrase(read, read.position):
        return True
    return compares_at(read, read.position) or token.text == "["


def counted(read: StatementReader, node: Node) -> Node | None:
    """Read `number of layers` and `set of indices` behind `n:`."""
    word = read.token
    finite = word.text == "finite" and read.ahead().text == "set" and read.ahead(2).text == "of"
    if finite:  # there is no other in what runs
        word = read.ahead()
        read.next()
    if word.kind != "name" or read.ahead().text != "of":
        return None
    phrase = phrase_at(read, read.position + 2)
    if phrase is None or word.text not in _CONTAINERS | {"number"}:
        return None
    span = Span(word.start, phrase.span.end)
    read.position = phrase.after
    if word.text == "number":
        return Comparison(
            (node, Call("count", (phrase.name,), span)), ("=",), between(node, phrase.name)
        )
    whole = Call(word.text, (phrase.name,), span)
    return Comparison((node, whole), ("in",), between(node, whole))


def _type_behind(read: StatementReader, node: Node) -> list[Node]:
    """Read a set, a type or a shape."""
    kind = code_type(read) or read.binary(NOT)
    if isinstance(kind, Interval) and read.at("-") and read.ahead().text == "valued":
        read.position += 2  # `[0, 1]-valued`: its items
        return [Comparison((node, kind), ("in",), between(node, kind))]
    if read.at("->"):
        read.next()
        result = code_type(read) or read.binary(NOT)
        kind = Binary("->", as_set(kind), as_set(result), between(kind, result))
    match kind:
        case Index(Name(name) as element, sizes) if name in MACHINE | _TENSORS:
            shape = of_shape(node, Tuple(sizes, kind.span))
            stored = Comparison((node, element), ("in",), between(node, element))
            return [stored, shape] if name in MACHINE else [shape]
    if not is_type(kind):
        raise Stop(
            Fault(kind.span.start, kind.span.end, "this description is prose", "write `in` a set")
        )
    match kind:
        case Interval(low, high) | Tuple((low, high)) if _is_element(low):
            power = Binary("^", low, high, kind.span)  # `[f32; n]`
            return [Comparison((node, power), ("in",), between(node, kind))]
        case Interval(low, high, False, False, span) if _is_size(low):
            return [of_shape(node, Tuple((low, high), span))]
        case Tuple((low, *_)) if _is_size(low):
            return [of_shape(node, kind)]
    return [Comparison((node, as_set(kind)), ("in",), between(node, kind))]


def _is_size(node: Node) -> bool:
    """Whether it can be a size: `t: [0.5, 20]` and `r: [min_r, 1]` say where a number lies."""
    if isinstance(node, Name) and node.name.partition("_")[0] in _LEAST:
        return False
    return not isinstance(node, Number) or (isinstance(node.value, int) and node.value > 0)


def _is_element(node: Node) -> bool:
    return isinstance(node, Name) and node.name in MACHINE | {"bool"}


def of_shape(node: Node, sizes: Tuple) -> Node:
    """Return the statement that a value has these sizes."""
    shape = Call("shape", (node,), node.span)
    return Comparison((shape, sizes), ("=",), between(node, sizes))


def continued(read: StatementReader, node: Node, found: list[Node]) -> Node:
    """Read `[n, d]`, `in FP32`, `in [0, n)` and `> 0` behind a declaration of `node`."""
    if read.at("["):
        found.append(of_shape(node, sizes_of(read)))
    if read.token.kind == "name" and read.token.text in MACHINE:
        found.append(_stored(read, node))
    if compares_at(read, read.position):
        compared = read.comparison(node)
        found.append(compared)
    whole = all_of(found)
    if whole is None:
        raise AssertionError(node)
    return read.operations(whole, 0) if read.at("and", "implies") else whole


def sizes_of(read: StatementReader) -> Tuple:
    """Read `[n, d]` as sizes."""
    found = read.primary()
    match found:
        case Tuple():
            return found
        case Interval(low, high, False, False, span):
            return Tuple((low, high), span)
    return read.fault(found, "these are no sizes", "write `[n, d]`")


def _stored(read: StatementReader, node: Node) -> Node:
    word = read.next()
    kind = Name(word.text, Span(word.start, word.end))
    return Comparison((node, kind), ("in",), between(node, kind))


def shaped(read: StatementReader, node: Node) -> Node:
    """Read `X [B, S] FP32`: sizes and a type behind a symbol, where values are declared."""
    if not read.declares or not isinstance(node, Name | Index) or not read.at("["):
        return node
    return continued(read, node, [])


def is_type(node: Node) -> bool:
    """Whether a tree names a type, a set or a shape."""
    match node:
        case Name(name):
            return (
                name in _TYPES or name[0] in "ℝℤℕRZNΔ&[" or (name[:1].isupper() and len(name) > 1)
            )
        case Tuple() | Interval():
            return True
        case Binary(operator="->", left=left, right=right):
            return is_type(left) and is_type(right)
        case Binary(operator="^"):
            return True
        case Call(function=function):
            return function[:1].isupper() or function in _CONTAINERS
    return hasattr(node, "items")
