"""Read words beside a declared symbol: `C positive definite`, `d even`."""

from pv.claims import tree as t
from pv.claims.grammar.words.adjectives import FIRST_WORDS, NONZERO, Say, adjective, nonzero_array
from pv.claims.precedence import COMPARE
from pv.claims.text.classify import all_of, between, is_claim
from pv.claims.text.cursor import Reader
from pv.claims.text.symbols import is_sign


def pass_over_description(read: Reader) -> None:
    """Pass over words before declared symbols: `momentum m in (0, 1)`, `priors (a, b) > 0`."""
    if not read.declares:
        return
    at = read.position
    while read.tokens[at].kind == "name" and not is_sign(read.tokens[at].text):
        at += 1
    symbol, after = read.tokens[at], read.tokens[at + 1]
    if symbol.text == "(" and symbol.start > read.tokens[at - 1].end:
        symbol, after = read.token, read.tokens[read.closing(at) + 1]
    if symbol.kind == "name" and after.kind == "operator" and after.text in COMPARE:
        read.position = at


def restricted(read: Reader, node: t.Node) -> t.Node:
    """Read `p in {0,1}^n with sum = 1`: the words behind `with` are said of p."""
    read.next()
    extra = read.condition_of_qualifier()
    match node, extra:
        case (
            t.Comparison(operands=(subject, _), operators=("in",)),
            t.Comparison(operands=(t.Name("sum"), *rest), operators=operators, span=span),
        ):
            total = t.Call("sum", (subject,), span)
            extra = t.Comparison((total, *rest), operators, span)
    return t.Binary("and", node, extra, between(node, extra))


def of_each(node: t.Node) -> t.Node:
    """Say of each item what `(a, b) > 0` says of all of them."""
    match node:
        case t.Comparison(
            (t.Tuple(items), t.Number() as bound), ("<" | "<=" | ">" | ">=",) as words
        ):
            each = [t.Comparison((item, bound), words, between(item, bound)) for item in items]
            return all_of(list(each)) or node
    return node


def _of_arrays(node: t.Node) -> bool:
    match node:
        case t.Comparison(operands=(_, t.Binary("^"))):
            return True
    return False


def described(read: Reader, node: t.Node) -> t.Node:
    """Read `C positive definite`, `d even`, also behind a membership."""
    while read.token.kind == "name" and (
        read.token.text in FIRST_WORDS or read.ahead().text == "-"
    ):
        start = read.position
        say = adjective(read)
        adverb = isinstance(node, t.Name) and node.name.endswith("ly")
        if say is None or adverb or read.token.kind == "name":
            read.position = start
            return node
        claim = _said_of(node, say, read.before.end)
        if claim is None:
            read.position = start
            return node
        node = claim
    return node


def _said_of(node: t.Node, say: Say, end: int) -> t.Node | None:
    """Say something of the value that stands last; None where it is not plain which that is."""
    span = t.Span(node.span.start, end)
    match node:
        case t.Binary("and", left, right) if is_claim(left):
            last = _said_of(right, say, end)
            return last and t.Binary("and", left, last, span)
        case t.Comparison((subject, bound), (word,)) if word == "in" or isinstance(bound, t.Number):
            say = nonzero_array if say in NONZERO and _of_arrays(node) else say
            return t.Binary("and", node, say(subject, span), span)
    return None if is_claim(node) or isinstance(node, t.Tuple) else say(node, span)
