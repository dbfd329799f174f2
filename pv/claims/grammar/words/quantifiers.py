"""Read the variables of a quantifier: symbols, the sets they run over, and kinds before them.

`for all x in D`, `for any scalar c`, `forall p in (0, 1)`, `for all non-zero vectors x`.
"""

from collections.abc import Collection

from pv.claims import tree as t
from pv.claims.faults import Fault
from pv.claims.grammar.notation.reductions import EVERY, bound_variables
from pv.claims.grammar.words.adjectives import Say, adjectives
from pv.claims.grammar.words.sorts import Kind, kind_at
from pv.claims.precedence import NOT
from pv.claims.text.classify import all_of
from pv.claims.text.cursor import Reader, Stop
from pv.claims.text.symbols import is_sign

_ENDS = frozenset(
    {",", ";", ":", "(", ")", "]", "}", "and", "or", "where", "when", "whenever", "if", "implies",
     "for", "forall", "in", "exists", "iff"}
)  # fmt: skip
_GO_ON = frozenset({"with", "such"})

Found = tuple[list[t.Variable], list[t.Node]]


def quantified(read: Reader) -> t.Node:
    """Read `∀ i, j in D: …` or `exists x: …`; it reaches to the end of the condition."""
    opening = read.next()
    variables, condition = quantified_names(read, prefix=True)
    if not (ends_names(read) or read.at("forall", "exists")):
        read.stop("a colon is missing behind what is quantified", "write `∀ i: …`")
    body = read.condition()
    require_use(variables, body)
    return t.Binder(opening.text, variables, condition, body, t.Span(opening.start, body.span.end))


def require_use(variables: tuple[t.Variable, ...], body: t.Node) -> None:
    """Stop at `for all entries: entry.label = 1`, which speaks of no variable called entries."""
    used = t.names(body) | {name.rpartition("_")[2] for name in t.names(body)}
    for each in variables:
        if each.domain is None and not is_sign(each.name) and each.name not in used:
            raise _prose(each.span)


def ends_names(read: Reader) -> bool:
    """Take the mark between names and the claim about them; the dot of `config.json` is none."""
    if read.at(".") and read.ahead().start == read.token.end:
        return False
    return read.take(":") or read.take(",") or read.take(".")


def quantified_names(
    read: Reader, used: Collection[str] = (), *, prefix: bool = False
) -> tuple[tuple[t.Variable, ...], t.Node | None]:
    """Read the variables of a quantifier, with the conditions on them.

    `used` are the names in the claim that stands before; with `prefix` the claim comes later, and
    any single word may be a variable.
    """
    variables: list[t.Variable] = []
    conditions: list[t.Node] = []
    while True:
        more, said = _one(read, used, prefix=prefix)
        variables += more
        conditions += said
        if not _another(read):
            break
        read.next()
        if read.at_name(*EVERY):
            read.next()
    variables.sort(key=lambda each: each.domain is None)  # `i, j in D` says it of both
    return tuple(variables), all_of(conditions)


def _another(read: Reader) -> bool:
    """Return whether a comma or `and` joins another thing, as in `for all t and all k`."""
    return read.at(",", "and") and read.ahead().kind == "name" and read.ahead().text in EVERY


def _one(read: Reader, used: Collection[str], *, prefix: bool) -> Found:
    start = read.position
    kind = kind_at(read)
    if kind is not None:
        if read.token.kind == "name" or ends_phrase(read, read.position):
            return _of_kind(read, kind, used)
        read.position = start
    if said := _adjectives(read):
        return _of_kind(read, Kind(None, said, t.Span(read.before.start, read.before.end)), used)
    variables, condition = bound_variables(read, before_claim=prefix)
    if condition is None and read.token.kind == "name" and len(variables) == 1:
        kind = kind_at(read)  # `p valid prob vec`
        if kind is not None and ends_phrase(read, read.position):
            return _restricted(read, list(variables), kind)
    variables = _pair(variables, condition)
    for each in variables:
        if not (prefix or is_sign(each.name) or each.name in used):
            raise _prose(each.span)
    return list(variables), [] if condition is None else [condition]


def _pair(variables: tuple[t.Variable, ...], condition: t.Node | None) -> tuple[t.Variable, ...]:
    """Let `S1 != S2` bring in both."""
    match condition:
        case t.Comparison((t.Name(), t.Name(other, span)), ("!=",)) if is_sign(other):
            if all(other != each.name for each in variables):
                return (*variables, t.Variable(other, variables[-1].domain, span))
    return variables


def _adjectives(read: Reader) -> tuple[Say, ...]:
    """Read `finite` before a symbol; nothing where no symbol follows."""
    start, said = read.position, adjectives(read)
    if read.token.kind != "name" or not is_sign(read.token.text):
        read.position = start
        return ()
    return tuple(said)


def _of_kind(read: Reader, kind: Kind, used: Collection[str]) -> Found:
    """Read the symbol behind `positive integer`; without one, the claim's only symbol."""
    if read.token.kind == "name" and read.token.text not in _GO_ON:
        variables, condition = bound_variables(read)
        found, said = _restricted(read, list(variables), kind)
        return found, [*said, *([] if condition is None else [condition])]
    free = [name for name in used if is_sign(name)]
    if len(free) != 1:
        message = "which name of the claim this is said of is not clear"
        raise Stop(Fault(kind.span.start, kind.span.end, message, "name it: `for any integer n`"))
    return _restricted(read, [t.Variable(free[0], None, kind.span)], kind)


def _restricted(read: Reader, variables: list[t.Variable], kind: Kind) -> Found:
    """Let variables be of a kind, and read `with` a further condition on them."""
    conditions = [
        say(t.Name(each.name, each.span), kind.span) for each in variables for say in kind.said
    ]
    if read.at_name("with"):
        read.next()
        conditions.append(read.binary(NOT))
    found = [t.Variable(each.name, each.domain or kind.domain, each.span) for each in variables]
    return found, conditions


def ends_phrase(read: Reader, at: int) -> bool:
    """Return whether the token at a position ends a phrase, and does not go on with it."""
    token = read.tokens[at]
    if token.kind in {"end", "newline"} or (token.kind == "odd" and token.text == "—"):
        return True
    return (token.kind == "operator" and token.text in _ENDS) or (
        token.kind == "name" and token.text in _GO_ON
    )


def _prose(span: t.Span) -> Stop:
    remedy = "name a variable of the claim, and a set: `for all x in …`"
    return Stop(Fault(span.start, span.end, "this qualifier is prose", remedy))
