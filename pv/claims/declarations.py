"""Read what declares a variable: `n: usize`, `f: ℝ^d → ℝ`, `C positive definite`."""

from pv.claims.cursor import StatementReader
from pv.claims.faults import Fault
from pv.claims.precedence import COMPARE, NOT
from pv.claims.shapes import as_set, between
from pv.claims.stop import Stop
from pv.claims.tree import (
    Binary,
    Call,
    Comparison,
    Index,
    Interval,
    Name,
    Node,
    Span,
    Tuple,
)

_PROPERTIES = {
    ("positive", "definite"): "is_positive_definite",
    ("positive", "semidefinite"): "is_positive_semidefinite",
    ("column-stochastic",): "is_column_stochastic",
    ("column", "-", "stochastic"): "is_column_stochastic",
    ("symmetric",): "is_symmetric",
    ("orthogonal",): "is_orthogonal",
    ("even",): "is_even",
    ("odd",): "is_odd",
    ("finite",): "is_finite",
}
"""Words behind a value that say what it is -> the function that decides it."""
NOUNS = frozenset(
    [
        "temperature",
        "momentum",
        "row",
        "column",
        "channel",
        "layer",
        "iteration",
        "step",
        "position",
        "index",
        "tensor",
        "tensors",
        "token",
        "class",
        "element",
        "output",
        "round",
    ]
)
"""Words that name a symbol and say nothing more of it: `for all tensors t`."""
_FIRST_WORDS = frozenset(words[0] for words in _PROPERTIES)
_TYPES = frozenset(
    [
        "bool",
        "boolean",
        "string",
        "str",
        "text",
        "usize",
        "isize",
        "int",
        "integer",
        "float",
        "number",
        "f16",
        "bf16",
        "f32",
        "f64",
        "u8",
        "u16",
        "u32",
        "u64",
        "i8",
        "i16",
        "i32",
        "i64",
        "String",
        "Path",
        "bytes",
    ]
)


def generic_alone(read: StatementReader) -> Node | None:
    """Read `Result<Config, ConfigError>` where it is all that is said."""
    at = read.position
    found = generic(read) if read.token.text[:1].isupper() else None
    if found is not None and read.token.kind not in {"end", "newline"} and not read.at(",", "("):
        read.position = at
        return None
    return found


def names_a_symbol(read: StatementReader) -> bool:
    """Whether a noun stands before a symbol that is compared: `momentum m in (0, 1)`."""
    symbol, after = read.ahead(), read.ahead(2)
    short = symbol.kind == "name" and len(symbol.text.partition("_")[0]) == 1
    return short and (after.text in COMPARE or after.text in {":", ","} or after.kind == "end")


def restricted(read: StatementReader, node: Node) -> Node:
    """Read `p in {0,1}^n with sum = 1`: what is said behind `with` is said of p."""
    read.next()
    extra = read.condition_of_qualifier()
    match node, extra:
        case (
            Comparison(operands=(subject, _), operators=("in",)),
            Comparison(operands=(Name("sum"), *rest), operators=operators, span=span),
        ):
            total = Call("sum", (subject,), span)
            extra = Comparison((total, *rest), operators, span)
    return Binary("and", node, extra, between(node, extra))


def typed(read: StatementReader, node: Node) -> Node:
    """Read `f: ℝ^d -> ℝ`, `logits: [n]` and `n: usize`."""
    if not isinstance(node, Name | Call):
        read.stop("a label is prose", "write the claim alone")
    read.next()
    if sign := signed(read):
        return Comparison((node, sign), ("in",), between(node, sign))
    kind = generic(read) or read.binary(NOT)
    if read.at("->"):
        read.next()
        result = read.binary(NOT)
        kind = Binary("->", as_set(kind), as_set(result), between(kind, result))
    if not is_type(kind):
        raise Stop(
            Fault(kind.span.start, kind.span.end, "this description is prose", "write `in` a set")
        )
    if isinstance(kind, Interval):
        kind = Tuple((kind.low, kind.high), kind.span)
    if isinstance(kind, Tuple):
        shape = Call("shape", (node,), node.span)
        return Comparison((shape, kind), ("=",), between(node, kind))
    return Comparison((node, as_set(kind)), ("in",), between(node, kind))


def signed(read: StatementReader) -> Node | None:
    """Read `positive integer`, `non-negative real`."""
    words = [read.ahead(n) for n in range(3)]
    if words[0].text == "positive":
        mark, noun, count = "_>0", words[1], 2
    elif [word.text for word in words[:2]] == ["non", "-"] and words[2].text == "negative":
        mark, noun, count = "_>=0", read.ahead(3), 4
    else:
        return None
    letter = {"integer": "ℤ", "real": "ℝ", "int": "ℤ", "float": "ℝ"}.get(noun.text)
    if letter is None:
        return None
    read.position += count
    return Name(f"{letter}{mark}", Span(words[0].start, noun.end))


def generic(read: StatementReader) -> Node | None:
    """Read `Vec<f32>` and `Result<T, E>`: a type with parameters is one name."""
    if read.token.kind != "name" or read.ahead().text != "<":
        return None
    at, inside = read.position + 2, 1
    while inside and read.tokens[at].kind in {"name", "operator"}:
        inside += {"<": 1, ">": -1}.get(read.tokens[at].text, 0)
        at += 1
    if inside:
        return None
    words = read.tokens[read.position : at]
    read.position = at
    text = "".join(word.text for word in words)
    return Name(text, Span(words[0].start, words[-1].end))


def described(read: StatementReader, node: Node) -> Node:
    """Read `C positive definite`, `d even`, also behind a membership."""
    while read.token.kind == "name" and read.token.text in _FIRST_WORDS:
        said = (
            words
            for words in _PROPERTIES
            if tuple(read.ahead(n).text for n in range(len(words))) == words
        )
        words = next(said, None)
        if words is None:
            return node
        end = read.ahead(len(words) - 1).end
        read.position += len(words)
        subject = node.operands[0] if isinstance(node, Comparison) else node
        claim = Call(_PROPERTIES[words], (subject,), Span(node.span.start, end))
        plain = isinstance(node, Name | Call | Index)
        node = claim if plain else Binary("and", node, claim, claim.span)
    return node


def is_type(node: Node) -> bool:
    """Whether a tree names a type, a set or a shape."""
    match node:
        case Name(name):
            return name in _TYPES or name[0] in "ℝℤℕRZN" or (name[:1].isupper() and len(name) > 1)
        case Tuple() | Interval():
            return True
        case Binary(operator="->", left=left, right=right):
            return is_type(left) and is_type(right)
        case Binary(operator="^"):
            return True
        case Call(function=function):
            return function[:1].isupper()
    return hasattr(node, "items")
