"""Read `a if c else b`, and cases in a row: `a if c, b if d, e otherwise`."""

from pv.claims.faults import Fault
from pv.claims.text.classify import between, is_boolean, split_cases
from pv.claims.text.cursor import Reader, Stop
from pv.claims.text.lexer import Token
from pv.claims.tree import Binary, Conditional, Name, Node


def conditional(read: Reader, then: Node) -> Node:
    """Read the condition and the other case; without one, `a if c` is `c implies a`."""
    bracketed = _in_brackets(read, then)
    opening = read.next()
    condition = read.binary(0)
    comma = read.at(",")
    if read.at("else") or (comma and read.ahead().text == "else"):
        read.position += 1 + comma
        read.take("if")
        other = read.condition()
    elif comma and _has_later_case(read):
        read.next()
        other = read.binary(0)
        if read.at("if"):
            other = conditional(read, other)
        elif not read.take("otherwise"):
            read.stop("the last case needs `otherwise`", "write `a if c, b otherwise`")
    else:
        return _under(condition, then, opening)
    if bracketed:
        return Conditional(condition, then, other, between(then, other))
    return split_cases(then, condition, other)


def _in_brackets(read: Reader, node: Node) -> bool:
    """Return whether brackets stand around all that was read: `(x = a) if c else d`."""
    depth = 0
    for token in reversed(read.tokens[: read.position]):
        depth += {")": 1, "(": -1}.get(token.text, 0)
        if depth == 0:
            return token.text == "(" and token.start < node.span.start
    return False


def _has_later_case(read: Reader) -> bool:
    later = read.tokens[read.position :]
    return any(token.text in {"otherwise", "if"} for token in later)


def _under(condition: Node, then: Node, opening: Token) -> Node:
    if not is_boolean(then) or isinstance(then, Name):
        message, remedy = "`if` needs an `else` here", "write `a if c else b`"
        raise Stop(Fault(opening.start, opening.end, message, remedy))
    return Binary("implies", condition, then, between(then, condition))
