"""Read words around what is declared: `W diagonal weights`, `shape [n, d]`, `rank k in 1..9`."""

from pv.claims import tree as t
from pv.claims.grammar.words.adjectives import FIRST_WORDS, adjective
from pv.claims.grammar.words.declarations import ends_item, of_shape, sizes_of
from pv.claims.grammar.words.quantifiers import ends_phrase
from pv.claims.grammar.words.sorts import kind_at
from pv.claims.precedence import COMPARE
from pv.claims.text.classify import all_of, between
from pv.claims.text.cursor import StatementReader
from pv.claims.text.noun_phrases import is_sign, phrase_at
from pv.claims.text.vocabulary import NOUNS

_GRAPHS = frozenset(
    [
        "connected",
        "undirected",
        "directed",
        "acyclic",
        "bipartite",
        "weighted",
        "unweighted",
        "simple",
    ]
)
"""What is said of a graph: `G = (V, E), connected`."""


def pass_over_nouns(read: StatementReader) -> None:
    """Pass over words before a symbol that is compared: `momentum m in (0, 1)`."""
    symbol, after = read.ahead(), read.ahead(2)
    if symbol.kind != "name":
        return
    if read.token.text in NOUNS and len(symbol.text.partition("_")[0]) == 1:
        if after.text in COMPARE or after.text in {":", ","} or after.kind == "end":
            read.next()
        return
    phrase = phrase_at(read, read.position) if read.declares else None
    if phrase is None:
        return
    inside = len(phrase.words) > 1 and is_sign(phrase.words[-1])
    at = phrase.after - inside  # a Greek letter stands behind the phrase, a Latin one in it
    symbol, after = read.tokens[at], read.tokens[at + 1]
    if at > read.position and symbol.kind == "name" and is_sign(symbol.text):
        read.position = at if after.text in COMPARE else read.position


def restricted(read: StatementReader, node: t.Node) -> t.Node:
    """Read `p in {0,1}^n with sum = 1`: what is said behind `with` is said of p."""
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


def said_behind(read: StatementReader, node: t.Node) -> t.Node:
    """Read `W diagonal weights`, `loss scalar`, `d_k descent direction`: words behind a symbol."""
    symbol = isinstance(node, t.Index) or (
        isinstance(node, t.Name) and len(node.name.partition("_")[0]) == 1
    )
    if not read.declares or read.token.kind != "name" or not isinstance(node, t.Name | t.Index):
        return node
    at = read.position
    kind = kind_at(read) if symbol or read.token.text == "scalar" else None
    if kind is not None and ends_item(read):
        return all_of(kind.of(node)) or node
    read.position = at
    phrase = phrase_at(read, at) if symbol else None
    if phrase is None or is_sign(phrase.words[-1]):
        return node
    read.position = phrase.after
    if not ends_item(read):
        read.position = at
        return node
    return t.Comparison((node, phrase.name), (":",), between(node, phrase.name))


def named_at_end(read: StatementReader) -> t.Node | None:
    """Read `current ensemble F_m`: a symbol behind the words that say what it is."""
    if not read.declares or read.ahead().kind != "name":
        return None
    words: list[str] = []
    at = read.position
    while read.tokens[at].kind == "name" and not is_sign(read.tokens[at].text) and len(words) < 4:  # noqa: PLR2004
        words.append(read.tokens[at].text)
        at += 1
    phrase = phrase_at(read, read.position)
    if not words or phrase is None or read.tokens[at].kind != "name" or phrase.after < at:
        return None
    start, sort = (
        read.position,
        t.Name("_".join(words), t.Span(read.token.start, read.tokens[at - 1].end)),
    )
    read.position = at
    symbol = read.postfix(read.primary())
    if not ends_item(read) or not isinstance(symbol, t.Name | t.Index):
        read.position = start
        return None
    return t.Comparison((symbol, sort), (":",), between(sort, symbol))


def of_the_last(read: StatementReader, before: list[t.Node]) -> t.Node | None:
    """Read `shape [n, d]`, `sorted descending`, `connected`: it is said of what stands before."""
    if not read.declares or read.token.kind != "name" or not before:
        return None
    subject = _subject(before[-1])
    if subject is None:
        return None
    at, word = read.position, read.token
    span = t.Span(word.start, word.end)
    if word.text == "shape" and read.ahead().text == "[":
        read.next()
        return of_shape(subject, sizes_of(read))
    if word.text in _GRAPHS:
        read.next()
        if ends_item(read):
            return t.Call(f"is_{word.text}", (subject,), span)
    elif (say := adjective(read)) is not None and ends_item(read):
        return say(subject, span)
    read.position = at
    return None


def labelled(read: StatementReader) -> t.Node | None:
    """Read `optimization history` before a colon, where values are declared."""
    phrase = phrase_at(read, read.position) if read.declares else None
    if phrase is None or len(phrase.words) == 1 or read.tokens[phrase.after].text != ":":
        return None
    read.position = phrase.after
    return phrase.name


def pass_over_words(read: StatementReader) -> None:
    """Pass over `prior parameters` before `(alpha, beta) > 0`."""
    phrase = phrase_at(read, read.position) if read.declares else None
    if phrase is None or len(phrase.words) == 1 or read.tokens[phrase.after].text != "(":
        return
    inside, at = 1, phrase.after + 1
    while inside and read.tokens[at].kind not in {"end", "newline"}:
        inside += {"(": 1, ")": -1}.get(read.tokens[at].text, 0)
        at += 1
    if read.tokens[at].text in {"<", "<=", ">", ">=", "in"}:
        read.position = phrase.after


def of_each(node: t.Node) -> t.Node:
    """Say of each item what `(a, b) > 0` says of all of them."""
    match node:
        case t.Comparison(
            (t.Tuple(items), t.Number() as bound), ("<" | "<=" | ">" | ">=",) as words
        ):
            each = [t.Comparison((item, bound), words, between(item, bound)) for item in items]
            return all_of(list(each)) or node
    return node


def _subject(node: t.Node) -> t.Node | None:
    match node:
        case t.Comparison(operands=(t.Name() | t.Index() as subject, *_)):
            return subject
        case t.Call(arguments=(t.Name() | t.Index() as subject,)):
            return subject
        case t.Binary(operator="and", right=right):
            return _subject(right)
    return None


def within(read: StatementReader, node: t.Node) -> t.Node:
    """Read `child within search space bounds`: a membership in what words name."""
    if not read.at_name("within") or not isinstance(node, t.Name | t.Index):
        return node
    phrase = phrase_at(read, read.position + 1)
    if phrase is None or not ends_phrase(read, phrase.after):
        return node
    read.position = phrase.after
    return t.Comparison((node, phrase.name), ("in",), between(node, phrase.name))


def described(read: StatementReader, node: t.Node) -> t.Node:
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
        subject = node.operands[0] if isinstance(node, t.Comparison) else node
        claim = say(subject, t.Span(node.span.start, read.before.end))
        plain = isinstance(node, t.Name | t.Call | t.Index)
        node = claim if plain else t.Binary("and", node, claim, claim.span)
    return node
