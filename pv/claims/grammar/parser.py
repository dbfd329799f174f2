"""The grammar of claims. `pv.claims.precedence` says how tightly operators bind.

    text        := group { newline group }
    group       := [prefix ":"] statement { ("," | ";") statement } { qualifier } [remark]
    prefix      := "∀" things | "for" things | ("if" | "when" | "for") conditions
    statement   := condition | names ("in" | COMPARE) …      `a, b > 0` says it of both
                 | name ":" (kind | type | phrase) [sizes]   where values are declared
    qualifier   := "for" ["all" | "any"] things | "when" conditions | "where" clauses
                 | "within tolerance"
    things      := variables ["in" set] | kind [variables] | "inputs"
    condition   := binary operators over unaries, loosest first as in BINARY, then `a if c else b`
    comparison  := sum (COMPARE sum)* [":=" condition]       chained: a < b <= c
    unary       := ("-" | "+" | "not" | "√") unary | postfix
    postfix     := primary { "." name | "[" indices "]" | "_" index | superscript | "^T" }
    primary     := number | string | name | call | binder | "(" … ")" | "{" … "}" | "[" … "]"
                 | "|" condition "|" | "‖" condition "‖" | "⟨" a "," b "⟩" | "⌊" x "⌋"

A hand-written precedence climber: a parser generator costs several times the budget of a claim
(docs/measurements/claims.md has the figures). `statements` reads texts, `expressions` what they
consist of; `notation` has powers, cases, calls, brackets and sums, `words` has qualifiers,
declarations, and the kinds and adjectives that are exact.
"""

from functools import lru_cache

from pv.claims.faults import Fault
from pv.claims.grammar.interval_or_list import listed
from pv.claims.grammar.statements import Statements
from pv.claims.text.cursor import Stop
from pv.claims.text.lexer import tokenize
from pv.claims.tree import Binary, Node, Span, depth

MAX_LENGTH = 20_000
MAX_TREE_DEPTH = 150
MAX_NODES = 2_000


@lru_cache(maxsize=2048)  # plans ask for the same few texts again and again
def parse(text: str) -> Node | Fault:
    """Read a claim; several statements are one claim that all of them hold."""
    found = parse_list(text)
    if isinstance(found, Fault):
        return found
    claim, *rest = found
    for each in rest:
        claim = Binary("and", claim, each, Span(claim.span.start, each.span.end))
    return claim


def parse_list(text: str, *, declares: bool = False) -> tuple[Node, ...] | Fault:
    """Read the statements of a text, such as the domains of several variables.

    `declares` says that the text tells which values there are, where words may name kinds.
    """
    if len(text) > MAX_LENGTH:
        return Fault(MAX_LENGTH, len(text), "this text is too long for a claim", "split it")
    tokens = tokenize(text)
    if isinstance(tokens, Fault):
        return tokens
    if len(tokens) > MAX_NODES:
        start = tokens[MAX_NODES].start
        return Fault(start, len(text), f"a claim has at most {MAX_NODES} words", "split it")
    try:
        claims = Statements(tokens, declares=declares).text()
    except Stop as stop:
        return stop.fault
    if any(depth(claim) > MAX_TREE_DEPTH for claim in claims):
        return Fault(0, len(text), "too many operations in a row", "split the claim")
    return tuple(map(listed, claims))
