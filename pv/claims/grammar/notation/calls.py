"""Read calls: arguments, conditions among them, and sums over what `for` says."""

from pv.claims import tree as t
from pv.claims.grammar.notation.reductions import bound_variables
from pv.claims.text.classify import DIVERGENCES, REDUCTIONS, between
from pv.claims.text.cursor import Reader
from pv.claims.text.lexer import Token

_CONDITIONAL = frozenset({"P", "Pr", "Prob", "p", "E"})
"""Functions in whose brackets a bar gives a condition: `P(y = 1 | x)`."""

_FUNCTIONS = frozenset("fghuvFGHJTφψσ")
"""Letters of functions."""


def called_with(read: Reader, function: str, token: Token) -> t.Node:
    """Read the arguments of a call."""
    opening = read.next()
    outer, read.bars = read.bars, []
    if function in _CONDITIONAL:
        read.bars = ["|"]
    given = arguments(read, ")", divergence=function.startswith(DIVERGENCES))
    read.bars = outer
    closing = read.close(")", opening)
    span = t.Span(token.start, closing.end)
    if len(given) == 1 and isinstance(given[0], t.Binder) and not given[0].kind:
        return comprehension(read, function, given[0], span)
    if len(given) == 1 and isinstance(given[0], t.Binary) and _is_item(function):
        message = f"`{function}(…)` may be a call or a product"
        read.fault(given[0], message, f"write `{function} * (…)` for a product")
    if len(given) == 1 and len(function) == 1 and function in t.names(given[0]):
        factor = t.Name(function, t.Span(token.start, token.end))
        return t.Binary("*", factor, given[0], span)  # `n(n + 1)`: nothing is called with itself
    match function, given:
        case "raises", (call, t.Name(kind, at), *pattern) if kind[0].isupper():  # a type
            given = (call, *(pattern or [t.String("", at)]), t.String(kind, at))
    return t.Call(function, given, span)


def _is_item(name: str) -> bool:
    """Return whether a name is an item of an array, as `y_i`; `f_i` is one function of several."""
    base, _, index = name.partition("_")
    return len(base) == 1 and base not in _FUNCTIONS and index in {*"ijk"}


def comprehension(read: Reader, function: str, inner: t.Binder, span: t.Span) -> t.Node:
    """Read `sum(f(i) for i in S)`."""
    if function not in REDUCTIONS:
        read.fault(inner, f"`for` stands in the brackets of `{function}`", "use sum or max")
    kind = REDUCTIONS[function]
    return t.Binder(kind, inner.variables, inner.condition, inner.body, span)


def arguments(read: Reader, end: str, *, divergence: bool = False) -> tuple[t.Node, ...]:
    """Read items up to a closing bracket; `a | b` among them is a condition."""
    found: list[t.Node] = []
    if divergence:
        read.bars = ["||"]
    while not read.at(end):
        item = read.condition()
        if read.at("for"):
            opening = read.next()
            variables, condition = bound_variables(read)
            item = t.Binder("", variables, condition, item, t.Span(opening.start, read.before.end))
        elif read.at("|"):
            read.next()
            given = arguments(read, end) or (read.condition(),)  # which says what is lacking
            whole = t.Tuple(given, given[0].span) if len(given) > 1 else given[0]
            item = t.Call("given", (item, whole), between(item, whole))
        found.append(item)
        if not (read.take(",") or read.take(";") or (divergence and read.take("||"))):
            break
    return tuple(found)
