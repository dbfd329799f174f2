"""Recognise products that no sign is written for: `2x`, `(1/n) Σ …`, `QK^T`."""

from pv.claims.grammar.notation.reductions import begins_sum
from pv.claims.precedence import COMPARE
from pv.claims.text.classify import SECONDS, SIGNS, UNITS, is_symbol
from pv.claims.text.cursor import Reader
from pv.claims.text.lexer import Token
from pv.claims.tree import Binary, Call, Comparison, Node

_BOTH = {
    "/": "may divide by {} alone or by both", "//": "may divide by {} alone or by both",
    "%": "may be modulo {} alone or modulo both", "^": "may raise to {} alone or to both",
    "√": "may be the root of {} alone or of both",
}  # fmt: skip
"""Operator before `2x` -> what two things may be meant."""
_BEHIND_STAR = frozenset({")", "|", "||", ",", "]", "_", *COMPARE})


def multiplies(read: Reader, left: Node) -> bool:
    """Return whether the next word is a factor without a sign before it: `2x`, `(1/n) Σ …`."""
    token, last = read.token, read.before
    if token.kind not in {"name", "operator"}:
        return False
    if last.kind == "name" and token.kind == "name" and read.touches():
        return True  # the lexer has split a product such as mθ
    if last.kind == "number":
        if token.text in SECONDS:
            return True
        factor = read.touches() and (follows_number(read) or begins_sum(read))
        sign = read.tokens[read.position - 2].text
        if factor and sign in _BOTH:
            said = _BOTH[sign].format(f"`{last.text}`")
            remedy = f"write `{sign} ({last.text} * {token.text})`, or a product before it"
            read.stop(f"`{sign}{last.text}{token.text}` {said}", remedy)
        return factor
    if begins_sum(read) and token.text[0] in SIGNS | {"s", "p"}:
        return not isinstance(left, Comparison)
    if token.kind == "operator":
        return token.text == "√" or (
            token.text == "(" and read.touches() and last.text == ")"
            and isinstance(left, Binary)
        )  # fmt: skip
    if not is_symbol(token.text, read.ahead()) or isinstance(left, Call | Comparison):
        return False
    transposed = last.text == "T" and read.tokens[read.position - 2].text == "^"
    raised = last.kind in {"name", "number"} and read.tokens[read.position - 2].text == "^"
    closed = raised or last.kind == "super" or last.text in {")", "}"} or transposed
    matrices = last.kind == "name" and is_symbol(last.text, token) and read.ahead().text == "^"
    return closed or matrices


def follows_number(read: Reader) -> bool:
    """Return whether a factor follows a number; stops where it may be a unit."""
    token = read.token
    if token.kind == "operator":
        return (token.text in {"√", "|"} and not read.bars) or opens_factor(read)
    unit = token.text in UNITS or (token.text == "s" and _ends_here(read.ahead()))
    if unit and read.ahead().text != "^":
        read.stop(
            f"`{read.before.text}{token.text}` may be a unit or a product",
            f"write `{read.before.text} * {token.text}`, or the number in full",
        )
    return is_symbol(token.text, read.ahead())


def _ends_here(token: Token) -> bool:
    return token.kind in {"end", "newline"} or token.text in {",", ")", "in", "and", "for", "("}


def opens_factor(read: Reader) -> bool:
    """Return whether a bracket behind a number is a factor; stops where it may be a remark."""
    if read.token.text != "(":
        return False
    inner = read.ahead()
    if inner.kind == "name" and read.ahead(2).text == ")":
        read.stop(
            f"`({inner.text})` behind a number may be a remark or a factor",
            f"write `{read.before.text} * {inner.text}`, or remove the remark",
        )
    return True


def ends_with_star(read: Reader, word: str) -> bool:
    """Return whether a star is a mark, as in `r*` and `"ab"*`, and no product."""
    after = read.ahead()
    marks = after.kind == "end" or (
        after.kind == "operator" and (after.text in _BEHIND_STAR or _apart(read))
    )
    kind = read.before.kind
    return word == "*" and read.touches() and (kind == "string" or (kind == "name" and marks))


def _apart(read: Reader) -> bool:
    """Return whether spaces stand around the sign behind a star: `x* - y`, but not `x* -y`."""
    star, sign, after = read.token, read.ahead(), read.ahead(2)
    return sign.text in {"+", "-"} and star.end < sign.start and sign.end < after.start
