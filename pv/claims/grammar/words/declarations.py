"""Read what declares a variable: `n: usize`, `f: ℝ^d → ℝ`, `S: attention scores [H, n, n]`.

A kind that words name exactly becomes a set and conditions; one that nothing here defines stays by
its name, behind a colon: `L: loss_function` says what L is, and has no value.
"""

from pv.claims import tree as t
from pv.claims.faults import Fault
from pv.claims.grammar.words.code_types import code_type
from pv.claims.grammar.words.quantifiers import ends_phrase
from pv.claims.grammar.words.sorts import kind_at, of_shape, power_of
from pv.claims.machine_types import MACHINE
from pv.claims.precedence import COMPARE, NOT
from pv.claims.text.classify import NUMBER_SETS, all_of, as_set, between
from pv.claims.text.cursor import Reader, Stop

_TYPES = MACHINE | frozenset([
    "bool", "boolean", "string", "str", "text", "int", "integer", "float", "number",
    "String", "Path", "bytes", "char",
])  # fmt: skip
_TENSORS = frozenset({"Tensor", "tensor", "Array", "array", "ndarray", "Matrix", "Vector"})
_LEAST = frozenset({"min", "lo", "low", "lower"})
"""Beginnings of the names of lower ends."""
_CONTAINERS = frozenset({"set", "sequence", "list", "array", "map", "collection"})


def typed(read: Reader, node: t.Node) -> t.Node:
    """Read what stands behind `x:`."""
    if not isinstance(node, t.Name | t.Call | t.Index):
        read.stop("a label is prose", "write the claim alone")
    if isinstance(node, t.Name) and node.name.lower() in _TYPES:
        read.stop(
            "a type stands where a name is expected", "write the name, and its type behind it"
        )
    read.next()
    found = _kind_behind(read, node) or _type_behind(read, node)
    return continued(read, node, found)


def _kind_behind(read: Reader, node: t.Node) -> list[t.Node] | None:
    """Read a kind that is exact; other words leave the variable without values."""
    at = read.position
    kind = kind_at(read)
    if kind is not None and (goes_on(read) or kind.domain is None):
        return kind.of(node)
    read.position = at
    return _words_behind(read, node) if read.declares else None


def _words_behind(read: Reader, node: t.Node) -> list[t.Node] | None:
    """Read `L: loss function`: no value is known of L, and the other variables are read on."""
    start, words = read.token, list[str]()
    at = read.position
    while read.tokens[at].kind in {"name", "number"} or (read.tokens[at].text == "-" and words):
        words.append(read.tokens[at].text)
        at += 1
    kind = t.Name("_".join(word for word in words if word != "-"), t.Span(start.start, start.end))
    if not words or start.kind == "number" or (len(words) == 1 and is_type(kind)):
        return None
    outer, read.position = read.position, at
    if not goes_on(read):
        read.position = outer
        return None
    kind = t.Name(kind.name, t.Span(start.start, read.before.end))
    return [t.Comparison((node, kind), (":",), between(node, kind))]


def goes_on(read: Reader) -> bool:
    """Return whether a declaration may end here or be restricted: by a set, a bound, sizes."""
    token = read.token
    if not read.at("in") and ends_phrase(read, read.position):
        return True
    return compares_at(read, read.position) or token.text == "["


def compares_at(read: Reader, at: int) -> bool:
    """Return whether a comparison stands at a token; the word `in` is one where a set follows."""
    token = read.tokens[at]
    if token.kind != "operator" or token.text not in COMPARE:
        return False
    if token.text != "in" or token.end - token.start == 1:
        return True
    follows = read.tokens[at + 1]
    return follows.text in {"{", "[", "("} or follows.text[:1] in {*NUMBER_SETS, "ℝ", "ℤ", "ℕ"}


def _type_behind(read: Reader, node: t.Node) -> list[t.Node]:
    """Read a set, a type or a shape."""
    kind = code_type(read) or read.binary(NOT)
    if read.at("->"):
        read.next()
        result = code_type(read) or read.binary(NOT)
        kind = t.Binary("->", as_set(kind), as_set(result), between(kind, result))
    match kind:
        case t.Set(items) if any(isinstance(each, t.Name) and "_" in each.name for each in items):
            read.fault(kind, "these may be the fields of a record", "declare each by itself")
        case t.Index(t.Name(name) as element, sizes) if name in MACHINE | _TENSORS:
            whole = t.Tuple(sizes, kind.span)
            if name not in MACHINE:
                return [of_shape(node, whole, between(node, whole))]
            power = power_of(element, whole, kind.span)
            return [t.Comparison((node, power), ("in",), between(node, power))]
    if not is_type(kind):
        raise Stop(
            Fault(kind.span.start, kind.span.end, "this description is prose", "write `in` a set")
        )
    match kind:
        case t.Interval(low, high, False, False, span) if _is_size(low):
            return [of_shape(node, t.Tuple((low, high), span), between(node, kind))]
        case t.Tuple((low, *_)) if _is_size(low):
            return [of_shape(node, kind, between(node, kind))]
    return [t.Comparison((node, as_set(kind)), ("in",), between(node, kind))]


def _is_size(node: t.Node) -> bool:
    """Return whether it can be a size: `t: [0.5, 20]` and `r: [min_r, 1]` are intervals."""
    if isinstance(node, t.Name) and node.name.partition("_")[0] in _LEAST:
        return False
    return not isinstance(node, t.Number) or (isinstance(node.value, int) and node.value > 0)


def continued(read: Reader, node: t.Node, found: list[t.Node]) -> t.Node:
    """Read `[n, d]`, `in FP32`, `in [0, n)` and `> 0` behind a declaration of `node`."""
    sizes = sizes_of(read) if read.at("[") else None
    if read.token.kind == "name" and read.token.text in MACHINE:
        found.append(_stored(read, node, sizes))
    elif sizes is not None:
        found.append(of_shape(node, sizes, between(node, sizes)))
    if compares_at(read, read.position):
        compared = read.comparison(node)
        found.append(compared)
    whole = all_of(found)
    if whole is None:
        raise AssertionError(node)
    return read.operations(whole, 0) if read.at("and", "implies") else whole


def sizes_of(read: Reader) -> t.Tuple:
    """Read `[n, d]` as sizes."""
    found = read.primary()
    match found:
        case t.Tuple():
            return found
        case t.Interval(low, high, False, False, span):
            return t.Tuple((low, high), span)
    return read.fault(found, "these are no sizes", "write `[n, d]`")


def _stored(read: Reader, node: t.Node, sizes: t.Tuple | None) -> t.Node:
    word = read.next()
    kind: t.Node = t.Name(word.text, t.Span(word.start, word.end))
    if sizes is not None:
        kind = power_of(kind, sizes, between(sizes, kind))
    return t.Comparison((node, kind), ("in",), between(node, kind))


def is_type(node: t.Node) -> bool:
    """Return whether a tree names a type, a set or a shape."""
    match node:
        case t.Name(name):
            return (
                name in _TYPES or name[0] in "ℝℤℕRZNΔ&[" or (name[:1].isupper() and len(name) > 1)
            )
        case t.Tuple() | t.Interval():
            return True
        case t.Binary(operator="->", left=left, right=right):
            return is_type(left) and is_type(right)
        case t.Binary(operator="^"):
            return True
        case t.Call(function=function):
            return function[:1].isupper() or function in _CONTAINERS
    return hasattr(node, "items")
