"""Read values: numbers, texts, names and calls."""

from math import isfinite

from pv.claims import tree as t
from pv.claims.grammar.notation.calls import called_with
from pv.claims.grammar.notation.reductions import begins_sum, reduction
from pv.claims.precedence import COMPARE
from pv.claims.text.classify import MAX_DIGITS, PREFIXED
from pv.claims.text.cursor import Reader
from pv.claims.text.lexer import Token

CONSTANTS = {"true": True, "false": False, "null": None, "True": True, "False": False}
_COUNTED = frozenset({"tok", "tokens", "MB", "GB", "KB", "TB", "req", "requests", "samples"})
_AT_K = frozenset(
    ["pass", "hits", "hit", "recall", "precision", "ndcg", "mrr", "map", "acc", "accuracy", "top"]
)
"""Metrics of the first k answers: `pass@k`."""
_ENDS = frozenset({",", ";", ")", "]", "and", "or", "for", "when"})
SYNONYMS = {"infinity": "inf", "Inf": "inf", "∞": "inf"}
"""Other ways to write a name -> how the tree writes it."""


def numeral(read: Reader) -> int | float:
    """Read a number."""
    token = read.token
    if len(token.text) > MAX_DIGITS:
        read.stop(f"a number has at most {MAX_DIGITS} digits", "write it with an exponent")
    value = float(token.text) if set(token.text) & set(".eE") else int(token.text)
    if isinstance(value, float) and not isfinite(value):
        read.stop("this number is too large for a float", "use `inf` if you mean infinity")
    read.next()
    return value


def _metric(read: Reader, token: Token) -> tuple[Token, t.Span]:
    """Read `pass@k` as the name of a metric, and no product."""
    read.next()
    rank = read.next()
    whole = Token("name", f"{token.text}@{rank.text}", token.start, rank.end)
    return whole, t.Span(token.start, rank.end)


def percent(read: Reader, value: t.Number) -> t.Node:
    """Read `15%`, where no divisor follows."""
    after = read.ahead()
    ends = after.kind in {"end", "newline"} or (
        after.kind == "operator"
        and after.text in COMPARE | {",", ";", ")", "]", "and", "or", "for"}
    )
    if not (read.at("%") and read.touches() and ends):
        return value
    sign = read.next()
    span = t.Span(value.span.start, sign.end)
    return t.Binary("/", value, t.Number(100, t.Span(sign.start, sign.end)), span)


def named(read: Reader) -> t.Node:
    """Read a name, a constant or a call."""
    if begins_sum(read):
        return reduction(read)
    token = read.next()
    span = t.Span(token.start, token.end)
    rate = token.text in _COUNTED and read.at("/") and read.ahead().text == "s"
    if rate and read.ahead(2).text == "(":
        read.stop(f"`{token.text}/s` may be a unit", "name what it measures")
    if token.text.lower() in _AT_K and read.at("@") and read.touches():
        token, span = _metric(read, token)
    if token.text in {"max", "min"} and read.at("|") and read.touches():
        inner = read.primary()  # `max|a - b|`
        return t.Call(token.text, (inner,), t.Span(token.start, inner.span.end))
    if token.text in CONSTANTS:
        return t.Constant(CONSTANTS[token.text], span)
    if read.at("(") and read.touches():
        return called_with(read, token.text, token)
    if token.text in PREFIXED and read.token.kind == "name":
        inner = read.postfix(read.primary())
        if read.at("^"):
            message = f"`{token.text}` may be of the power, or the power of it"
            read.stop(message, f"write `{token.text}(…)` with brackets")
        return t.Call(token.text, (inner,), t.Span(token.start, inner.span.end))
    if read.at("^") and read.touches() and read.ahead().text == "{":
        inverse = [each.text for each in read.tokens[read.position + 2 : read.position + 6]]
        if inverse == ["-", "1", "}", "("]:
            read.position += 5
            return called_with(read, f"{token.text}^{{-1}}", token)
    return t.Name(SYNONYMS.get(token.text, token.text), span)
