"""Read what stands before claims and holds for all of them: `∀ i:`, `If c:`, `For n = 3:`."""

from pv.claims.grammar.notation.reductions import EVERY
from pv.claims.grammar.words.qualifiers import begins_for_all, implied, require_claims
from pv.claims.grammar.words.quantifiers import ends_names, quantified_names, require_use
from pv.claims.text.cursor import Reader
from pv.claims.text.lexer import Token
from pv.claims.tree import Binary, Binder, Comparison, Node, Span

_CAPITALS = {"For": "for", "If": "if", "When": "when", "Forall": "forall", "Whenever": "whenever"}


def begins_prefix(read: Reader) -> bool:
    """Return whether a quantifier or a condition comes next; a capital letter begins a sentence."""
    if read.token.kind == "name" and read.token.text in _CAPITALS and read.ahead().text != "(":
        word = read.token
        spelled = Token("operator", _CAPITALS[word.text], word.start, word.end)
        read.tokens[read.position] = spelled
    if read.at("exists"):
        return read.ahead().text != "(" or read.ahead().start > read.token.end
    return read.at("forall", "for", "if", "when", "whenever")


def prefixed(read: Reader) -> list[Node]:
    """Read `∀ i: a, b`: what is quantified reaches over all statements of the line."""
    if read.at("forall", "exists") or begins_for_all(read):
        return [_quantified(read)]
    opening = read.next()
    said = read.conditions() if opening.text == "for" else read.condition_of_qualifier()
    if opening.text == "for" and not isinstance(said, Comparison | Binary):
        read.fault(said, "this condition is prose", "write a comparison")
    comma = opening.text != "for" and read.take(",")
    if read.at_name("then"):
        read.next()
    elif not comma and not read.take(":"):
        read.stop("a colon is missing behind this condition", "write `if a > 0: …`")
    return implied(said, require_claims(read, _body(read)))


def _quantified(read: Reader) -> Node:
    opening = read.next()
    kind = opening.text
    if kind == "for":
        kind = "forall"
        read.position += read.token.text in EVERY
    variables, condition = quantified_names(read, prefix=True)
    if read.at(",") and read.ahead().text in {"forall", "exists"}:
        read.next()
    if read.at("forall", "exists"):
        body = [_quantified(read)]
    else:
        if not (ends_names(read) or read.take("implies")):
            read.stop("a colon is missing behind what is quantified", "write `∀ i: …`")
        body = require_claims(read, _body(read))
    for claim in body:
        require_use(variables, claim)
    whole = body[0]
    for each in body[1:]:
        whole = Binary("and", whole, each, Span(whole.span.start, each.span.end))
    return Binder(kind, variables, condition, whole, Span(opening.start, whole.span.end))


def _body(read: Reader) -> list[Node]:
    """Read the claims behind a colon: on the same line, or indented on the lines below."""
    read.deeper()
    if read.token.kind != "newline":
        said = read.group()
        read.depth -= 1
        return said
    found: list[Node] = []
    while read.token.kind == "newline" and len(read.token.text) > 1:
        read.next()
        if read.token.kind == "end":
            break
        found += read.group()
    read.depth -= 1
    if not found:
        read.stop("a claim is missing behind the colon", "write it, or indent its line")
    return found
