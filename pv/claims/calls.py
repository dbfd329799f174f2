"""Read calls: arguments, conditions among them, and sums over what `for` says."""

from pv.claims.cursor import Reader
from pv.claims.lexer import Token
from pv.claims.shapes import DIVERGENCES, REDUCTIONS, between
from pv.claims.sums import bound_variables
from pv.claims.tree import (
    Binary,
    Binder,
    Call,
    Name,
    Node,
    Span,
    Tuple,
)


def called_with(read: Reader, function: str, token: Token) -> Node:
    """Read the arguments of a call."""
    opening = read.next()
    outer, read.bars = read.bars, []
    given = arguments(read, ")", divergence=function.startswith(DIVERGENCES))
    read.bars = outer
    closing = read.close(")", opening)
    span = Span(token.start, closing.end)
    if len(given) == 1 and isinstance(given[0], Binder) and not given[0].kind:
        return comprehension(read, function, given[0], span)
    return Call(function, given, span)


def comprehension(read: Reader, function: str, inner: Binder, span: Span) -> Node:
    """Read `sum(f(i) for i in S)`."""
    if function not in REDUCTIONS:
        read.fault(inner, f"`for` stands in the brackets of `{function}`", "use sum or max")
    kind = REDUCTIONS[function]
    return Binder(kind, inner.variables, inner.condition, inner.body, span)


def conversion(read: Reader) -> Node | None:
    """Read `GGUF → APR` among arguments: from which to which, and no limit."""
    words = [read.ahead(n) for n in range(4)]
    if words[1].text != "->" or {words[0].kind, words[2].kind} != {"name"}:
        return None
    if words[3].text not in {",", ")"}:
        return None
    read.position += 3
    source, target = (Name(words[n].text, Span(words[n].start, words[n].end)) for n in (0, 2))
    return Binary("->", source, target, between(source, target))


def arguments(read: Reader, end: str, *, divergence: bool = False) -> tuple[Node, ...]:
    """Read items up to a closing bracket; `a | b` among them is a condition."""
    found: list[Node] = []
    if divergence:
        read.bars = ["||"]
    while not read.at(end):
        item = conversion(read) or read.condition()
        if read.at("for"):
            opening = read.next()
            variables, condition = bound_variables(read)
            item = Binder("", variables, condition, item, Span(opening.start, read.before.end))
        elif read.at("|"):
            read.next()
            given = arguments(read, end)
            whole = Tuple(given, given[0].span) if len(given) > 1 else given[0]
            item = Call("given", (item, whole), between(item, whole))
        found.append(item)
        if not (read.take(",") or read.take(";") or (divergence and read.take("||"))):
            break
    return tuple(found)
