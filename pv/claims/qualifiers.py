"""Read what qualifies claims: `for all x in D`, `when a = 1`, `where a = b`, `within tolerance`."""

from collections.abc import Callable, Iterable

from pv.claims.cursor import StatementReader
from pv.claims.declarations import NOUNS, names_a_symbol
from pv.claims.faults import Fault
from pv.claims.lexer import Token
from pv.claims.precedence import COMPARE
from pv.claims.shapes import all_of, between, is_boolean
from pv.claims.stop import Stop
from pv.claims.sums import bound_variables
from pv.claims.tree import (
    Binary,
    Binder,
    Call,
    Comparison,
    Name,
    Node,
    Span,
    Variable,
    Where,
    names,
    walk,
)

_SORTS = {
    "scalar": "ℝ", "real": "ℝ", "integer": "ℤ", "natural": "ℕ", "constant": None, "vector": None,
    "matrix": None, "tensor": None, "string": "string", "byte": "byte", "permutation": None,
}  # fmt: skip
"""Words before a variable in `for any scalar c` -> the set that they stand for."""
_INPUTS = frozenset({"inputs", "input", "values", "cases", "points", "configs", "configurations"})
"""What a claim is about anyway: `for all valid inputs` says nothing more."""
_ADJECTIVES = {"finite": "is_finite"}
_RESTRICTING = frozenset(
    {"valid", "bounded", "normal", "fixed", "large", "small", "same", "identical", "positive",
     "negative", "given", "supported", "observed", "finite", "non", "some", "both", "stored",
     "sufficiently", "different", "repeated", "trainable", "normalized", "regular", "random"}
)  # fmt: skip
"""Words that leave out values, in a way that nothing here can decide."""


def qualifier(read: StatementReader, found: list[Node]) -> list[Node] | None:
    """Read one qualifier of some claims and return them qualified, or None if there is none."""
    if read.at("when", "whenever", "if") or read.at_name("with"):
        read.next()
        condition = read.conditions()
        if begins_for_all(read) or read.at("forall"):
            condition = for_all_of(read, condition, found)
        return alternately(
            read,
            condition,
            lambda said: [
                Binary("implies", said, each, between(each, said))
                for each in require_claims(read, found)
            ],
        )
    if read.at("where"):
        return where_clauses(read, found)
    if read.at("for", "forall"):
        return found if for_all_inputs(read) else for_qualifier(read, found)
    if read.at_name("within"):
        return within_tolerance(read, found)
    return None


def alternately(
    read: StatementReader, condition: Node, under: Callable[[Node], list[Node]]
) -> list[Node]:
    """Read `A when P and B when Q` as two claims: what stands before the second `when` is B."""
    another = read.at("when", "whenever", "if", "for") and not begins_for_all(read)
    if another and isinstance(condition, Binary) and condition.operator == "and":
        more = qualifier(read, [condition.right])
        if more is not None:
            return [*under(condition.left), *more]
    return under(condition)


def for_all_inputs(read: StatementReader) -> bool:
    """Pass over `for all valid inputs`: that is what the domain says anyway."""
    words = [read.ahead(n) for n in range(1, 4)]
    said = [word.text for word in words if word.text in {"all", "any", "every", "each", "valid"}]
    if not said or words[len(said)].text not in _INPUTS:
        return False
    after = read.ahead(len(said) + 2)
    if after.kind not in {"end", "newline"} and after.text not in {",", ";", "("}:
        return False
    read.position += len(said) + 2
    return True


def within_tolerance(read: StatementReader, found: list[Node]) -> list[Node]:
    """Read `a = b within numerical tolerance`: equal up to the obligation's tolerance."""
    last = found[-1]
    at = 1 + (read.ahead().text in {"numerical", "statistical", "floating"})
    if read.ahead(at).text not in {"tolerance", "ULP", "eps", "ε"}:
        read.stop("this qualifier is prose", "state the tolerance of the obligation")
    if not isinstance(last, Comparison) or not {"=", "≈"} & {*last.operators}:
        read.stop("nothing is equal here", "write `a = b within tolerance`")
    read.position += at + 1
    operators = tuple("≈" if word == "=" else word for word in last.operators)
    return [*found[:-1], Comparison(last.operands, operators, last.span)]


def for_all_of(read: StatementReader, condition: Node, found: list[Node]) -> Node:
    """Read `J = 0 when x_i = y_i for all i`: it is the condition that holds for all i."""
    at = read.position
    (quantified,) = for_qualifier(read, [condition])
    named = (
        {each.name for each in quantified.variables} if isinstance(quantified, Binder) else set()
    )
    if any(named & letters(each) for each in found):
        read.position = at
        return condition
    return quantified


def require_claims(read: StatementReader, found: list[Node]) -> list[Node]:
    """Return the claims; stops where one is none."""
    for each in found:
        if not is_boolean(each) or isinstance(each, Name):
            read.fault(each, "this is no claim, so nothing can hold of it", "compare it")
    return found


def where_clauses(read: StatementReader, found: list[Node]) -> list[Node]:
    """Read `where a = 1, b = 2`."""
    read.next()
    if says_what_phi_is(read):
        return found
    clauses = [read.statement()]
    while read.more():
        clauses.append(read.statement())
    for clause in clauses:
        if not is_boolean(clause) or isinstance(clause, Name):
            read.fault(clause, "this clause is prose", "write a definition or a comparison")
    return [Where(each, tuple(clauses), between(each, clauses[-1])) for each in found]


def says_what_phi_is(read: StatementReader) -> bool:
    """Pass over `where Phi is the standard normal CDF`: in the language it is that anyway."""
    said = [word.text for word in read.tokens[read.position : read.position + 6]]
    same = said[:1] in (["Phi"], ["Φ"]) and said[1:] == [
        "is",
        "the",
        "standard",
        "normal",
        "CDF",
    ]
    read.position += 6 if same else 0
    return same


def begins_for_all(read: StatementReader) -> bool:
    """Whether `for all`, `for any` or their kin come next."""
    return read.at("for") and read.ahead().text in {"all", "any", "every", "each"}


def prefixed(read: StatementReader) -> Node:
    """Read `∀ i: a, b`: what is quantified reaches over all statements of the line."""
    if not begins_for_all(read):
        opening = read.next()
        kind = opening.text
    else:
        opening, kind = read.next(), "forall"
        read.next()
    variables, condition = quantified_names(read)
    if read.at("forall", "exists"):
        body: list[Node] = [prefixed(read)]
    else:
        if not (read.take(":") or read.take(",") or read.take(".") or read.take("implies")):
            read.stop("a colon is missing behind what is quantified", "write `∀ i: …`")
        body = require_claims(read, read.group())
    whole = body[0]
    for each in body[1:]:
        whole = Binary("and", whole, each, between(whole, each))
    return Binder(kind, variables, condition, whole, Span(opening.start, whole.span.end))


def for_qualifier(read: StatementReader, found: list[Node]) -> list[Node]:
    """Read `for all x in D`, `for any scalar c`, `for t >= 1 and p in (0, 1)`, `∀ x ∈ D`."""
    opening = read.next()
    loud = read.token.text in {"all", "any", "every", "each"}
    if loud:
        read.next()
    if not loud and opening.text == "for" and not names_values(read):
        return for_condition(read, found)
    variables, condition = quantified_names(read, found)
    if read.at("where", "when"):
        read.next()
        extra = read.conditions()
        condition = extra if condition is None else Binary("and", condition, extra, extra.span)
    read.remark()
    end = read.before.end

    def under(said: Node | None) -> list[Node]:
        return [quantified(each, variables, said, end) for each in require_claims(read, found)]

    return under(None) if condition is None else alternately(read, condition, under)


def for_condition(read: StatementReader, found: list[Node]) -> list[Node]:
    """Read `for x.shape = (n, d)`: a condition behind `for`."""
    start = read.token
    try:
        condition = read.conditions()
    except Stop:
        condition = None
    if not isinstance(condition, Comparison | Binary):
        message = "this qualifier is prose"
        raise Stop(Fault(start.start, start.end, message, "write `for all x in …`, or `when`"))
    return alternately(
        read,
        condition,
        lambda said: [
            Binary("implies", said, each, each.span) for each in require_claims(read, found)
        ],
    )


def names_values(read: StatementReader) -> bool:
    """Whether a set or a condition follows the names behind `for`."""
    at = read.position + (read.token.text in NOUNS and names_a_symbol(read))
    at += read.tokens[at].text in _ADJECTIVES
    while read.tokens[at].kind == "name" and read.tokens[at + 1].text == ",":
        at += 2
    follows = read.tokens[at + 1] if at + 1 < len(read.tokens) else read.tokens[-1]
    return read.tokens[at].kind == "name" and (
        follows.text in COMPARE or read.tokens[at - 1].text in {*NOUNS, *_ADJECTIVES}
    )


def quantified_names(
    read: StatementReader, claims: Iterable[Node] = ()
) -> tuple[tuple[Variable, ...], Node | None]:
    """Read variables with the words before them, and conditions on them."""
    sort = adjective = noun = None
    while read.token.text in _SORTS and read.ahead().kind == "name":
        sort = read.next()
    if read.token.text in NOUNS and names_a_symbol(read):
        read.next()
    elif read.token.text in _ADJECTIVES and read.ahead().kind == "name":
        adjective = read.next()
    else:
        noun = takes_noun(read)
    variables, condition = bound_variables(read)
    if adjective is not None:
        said = [
            Call(_ADJECTIVES[adjective.text], (Name(each.name, each.span),), each.span)
            for each in variables
        ]
        condition = all_of([*said, *([] if condition is None else [condition])])
    if sort is not None and (named := _SORTS[sort.text]) is not None:
        domain = Name(named, Span(sort.start, sort.end))
        variables = tuple(
            Variable(each.name, each.domain or domain, each.span) for each in variables
        )
    if noun is not None:
        named_set = Name(noun.text, Span(noun.start, noun.end))
        variables = tuple(
            Variable(each.name, each.domain or named_set, each.span) for each in variables
        )
    elif condition is None:
        not_prose(read, variables, claims)
    return variables, condition


def takes_noun(read: StatementReader) -> Token | None:
    """Take `endpoint` in `exists endpoint E`: what stands before a symbol says what it is."""
    word, symbol = read.token, read.ahead()
    plain = word.text.isascii() and len(word.text) > 2  # noqa: PLR2004 - longer than a symbol
    if word.kind != "name" or symbol.kind != "name" or not plain or word.text in _RESTRICTING:
        return None
    return read.next() if len(symbol.text.partition("_")[0]) == 1 else None


def not_prose(read: StatementReader, variables: Iterable[Variable], claims: Iterable[Node]) -> None:
    """Refuse `for all positions`: a word is a variable where it is a sign, or in the claim."""
    used = frozenset().union(*map(names, claims))
    for variable in variables:
        if variable.name in used:
            continue
        base = variable.name.partition("_")[0].rstrip("'")
        prose = len(base) > 2 and base.isascii() and base.isalpha() and variable.domain is None  # noqa: PLR2004
        if prose and not read.at(":"):
            raise Stop(
                Fault(variable.span.start, variable.span.end, "this qualifier is prose",
                      "name a variable of the claim")
            )  # fmt: skip


def quantified(
    claim: Node, variables: tuple[Variable, ...], condition: Node | None, end: int
) -> Node:
    """Quantify a claim; in `a iff b for all i` only b speaks of i, and only b is quantified."""
    if isinstance(claim, Binary) and claim.operator == "iff":
        named = {variable.name for variable in variables}
        if named & letters(claim.right) and not named & letters(claim.left):
            right = quantified(claim.right, variables, condition, end)
            return Binary("iff", claim.left, right, claim.span)
    return Binder("forall", variables, condition, claim, Span(claim.span.start, end))


def letters(node: Node) -> set[str]:
    """Return the names in a tree, and the subscripts of names such as x_i."""
    found = {name for each in walk(node) if isinstance(each, Name) for name in (each.name,)}
    return found | {name.rpartition("_")[2] for name in found}
