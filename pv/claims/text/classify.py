"""Classify trees and words: claims, sets, symbols, adjectives."""

from functools import reduce

from pv.claims import tree as t
from pv.claims.precedence import BOOLEAN
from pv.claims.text.lexer import Token

NUMBER_SETS = {"R": "ℝ", "Z": "ℤ", "N": "ℕ"}
REDUCTIONS = {
    "Σ": "sum", "∑": "sum", "sum": "sum", "Sum": "sum", "Π": "prod", "∏": "prod",
    "prod": "prod", "max": "max", "min": "min", "mean": "mean", "argmax": "argmax",
    "argmin": "argmin",
}  # fmt: skip
"""Sign or word of a reduction -> the kind of binder."""
SIGNS = frozenset("Σ∑Π∏")
PREDICATES = {"finite": "is_finite", "NaN": "is_nan", "infinite": "is_infinite"}
DIVERGENCES = ("KL", "JS", "D_KL", "D_JS")
NORM = "‖"
"""The function that bars of a norm call; a contract may have a function `norm` of its own."""
PREFIXED = frozenset({"log", "ln", "exp", "sin", "cos", "tanh"})
"""Functions that are also written without brackets: `log P(x)`."""
UNITS = frozenset("KMGTB")
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
SECONDS |= {f"{unit}s": seconds for unit, seconds in SECONDS.items()}
"""Unit of time -> its seconds."""

BEFORE_GROUP = frozenset({"*", "/", "+", "-", *REDUCTIONS})
"""Behind these, `[a + b]` are brackets like any other, and no list."""

_NO_CLAIMS = frozenset({"inf", "nan", "NaN", "pi", "π", "eps", "ε"})
"""Names of numbers; no claim is called so."""
_NUMERIC = frozenset(
    {"sum", "mean", "prod", "min", "max", "abs", "exp", "log", "ln", "sqrt", "count", "length",
     "norm", "var", "std", "argmax", "argmin", "dot", NORM}
)  # fmt: skip
"""Functions that give numbers."""

MAX_DIGITS = 400
"""Numbers are written with no more digits than this."""


def is_boolean(node: t.Node) -> bool:
    """Return whether a tree may be a claim: arithmetic, numbers and collections are none."""
    match node:
        case t.Name(name):
            return name not in _NO_CLAIMS
        case t.Call(function=name):
            return name not in _NUMERIC
        case t.Number() | t.String() | t.Tuple() | t.Set() | t.Range() | t.Interval() | t.Slice():
            return False
        case t.Binary(operator=word):
            return word in BOOLEAN
        case t.Unary(operator=word):
            return word == "not"
        case t.Binder(kind=kind):
            return kind in {"forall", "exists"}
        case t.Constant(value=value):
            return value is not None
        case t.Conditional(then=then, otherwise=otherwise):
            return is_boolean(then) and is_boolean(otherwise)
    return True


def is_claim(node: t.Node) -> bool:
    """Return whether a tree can be nothing but a claim: it compares, denies, or joins claims."""
    match node:
        case t.Comparison() | t.Unary(operator="not"):
            return True
        case t.Binary(operator=word):
            return word in BOOLEAN
    return False


def as_set(node: t.Node) -> t.Node:
    """Read a tree that stands behind `in` as a set: R is ℝ, `(0, 1)` an open interval."""
    match node:
        case t.Name("R" | "Z" | "N", span):
            return t.Name(NUMBER_SETS[node.name], span)
        case t.Unary("transpose", t.Name("R" | "ℝ" | "Z" | "ℤ" | "N" | "ℕ") as base, span):
            return t.Binary("^", as_set(base), t.Name("T", span), span)
        case t.Tuple(items=(low, high), span=span):
            return t.Interval(low, high, open_low=True, open_high=True, span=span)
        case t.Binary(operator="^", left=left, right=right, span=span):
            return t.Binary("^", as_set(left), right, span)
        case t.Binary("-", t.Name(name, first), t.Number(int() as number, last), span) if (
            last.start == first.end + 1
        ):
            return t.Name(f"{name}_{number}", span)  # `UTF-8`: no difference is a set
        case t.Binary(operator="\\" | "∪" | "∩", left=left, right=right, span=span):
            return t.Binary(node.operator, as_set(left), as_set(right), span)
    return node


def split_cases(then: t.Node, condition: t.Node, other: t.Node) -> t.Node:
    """Make `y = a if c else b` say `y = (a if c else b)`."""
    span = between(then, other)
    match then:
        case t.Comparison(operands=(*first, last), operators=operators):
            inner = t.Conditional(condition, last, other, between(last, other))
            if operators[-1] == "=" and not isinstance(other, t.Comparison):
                return t.Comparison((*first, inner), operators, span)
    return t.Conditional(condition, then, other, span)


def all_of(conditions: list[t.Node]) -> t.Node | None:
    """Join conditions by `and`; None if there are none."""
    if not conditions:
        return None
    return reduce(lambda a, b: t.Binary("and", a, b, between(a, b)), conditions)


def separate(indices: list[t.Node]) -> list[t.Node]:
    """Take `_{ij}` for the two indices i and j."""
    match indices:
        case [t.Name(name, span)] if len(name) == 2 and set(name) <= set("ijklmnst"):  # noqa: PLR2004
            return [t.Name(letter, span) for letter in name]
    return indices


def looks_like_indices(indices: list[t.Node]) -> bool:
    """Return whether brackets behind E hold indices, and no expectation."""
    first = indices[0]
    if len(indices) > 1 or isinstance(first, t.Slice | t.Number):
        return True
    return isinstance(first, t.Name) and (len(first.name) == 1 or first.name == "pos")


def is_symbol(word: str, after: Token) -> bool:
    """Return whether a word is a symbol: one letter, with a subscript or not, or a call."""
    base, _, _ = word.partition("_")
    plain = base.rstrip("'")
    if len(plain) == 1 or not plain.isascii():
        return True
    return word in {"exp", "log", "ln", "sin", "cos", "tanh", "sqrt", "pi"} and (
        after.text == "(" or word == "pi"
    )


def chained(operands: list[t.Node], operators: list[str]) -> t.Node:
    """Make a comparison; `x in ℝ >= 0` says two things of x.

    Texts and dates between two are compared with both, and texts of some letters match a pattern.
    """
    match operands, operators:
        case [_, t.Range(t.String()) | t.Call("texts")], ["not in"]:
            inside = chained(operands, ["in"])
            return t.Unary("not", inside, inside.span)
        case [text, t.Range(t.String() as low, t.String() as high)], ["in"]:
            return chained([low, text, high], ["<=", "<="])
        case [text, t.Call("texts", (pattern,)) as letters], ["in"]:
            return t.Call("full_match", (text, pattern), between(text, letters))
    at = next((n for n, word in enumerate(operators[:-1]) if word in {"in", "not in"}), None)
    if at is None:
        return t.Comparison(tuple(operands), tuple(operators), between(operands[0], operands[-1]))
    first = chained(operands[: at + 2], operators[: at + 1])
    rest = chained([operands[at], *operands[at + 2 :]], operators[at + 1 :])
    return t.Binary("and", first, rest, between(first, rest))


def compared(node: t.Node) -> t.Node | None:
    """Return what the last of some comparisons speaks of: `x` in `y = 1 and x > 0`."""
    match node:
        case t.Binary(operator="and", right=right):
            return compared(right)
        case t.Comparison(operands=(subject, *_), operators=("<" | "<=" | ">" | ">=", *_)):
            return subject
        case t.Call(arguments=(subject,)) if node.function in PREDICATES.values():
            return subject
    return None


def begins_value(token: Token) -> bool:
    """Return whether a value may begin with a token."""
    return token.kind in {"name", "number", "string"} or (
        token.kind == "operator" and token.text in {"(", "|", "||", "√", "{", "⟨", "[", "-"}
    )


def is_unbounded(low: t.Node, high: t.Node) -> bool:
    """Return whether an end of an interval is infinite, so that it is no pair."""
    unsigned = (end.operand if isinstance(end, t.Unary) else end for end in (low, high))
    return any(isinstance(end, t.Name) and end.name == "inf" for end in unsigned)


def is_plain(node: t.Node) -> bool:
    """Return whether a range may begin here: not at one of several functions or subscripts."""
    return not isinstance(node, t.Call | t.Index) and not any("_" in name for name in t.names(node))


def between(first: t.Node, last: t.Node) -> t.Span:
    """Return the stretch over two parts, in whatever order."""
    return t.Span(min(first.span.start, last.span.start), max(first.span.end, last.span.end))
