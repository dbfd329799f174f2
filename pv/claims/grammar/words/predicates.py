"""Read sentences that say what something is: `x is finite`, `a and b are positive`."""

from pv.claims.grammar.words.adjectives import FIRST_WORDS, adjective
from pv.claims.grammar.words.quantifiers import ends_phrase
from pv.claims.grammar.words.sorts import kind_at
from pv.claims.text.classify import PREDICATES, all_of, between, is_claim
from pv.claims.text.cursor import Reader
from pv.claims.tree import Binary, Call, Node, Span, Unary

_ADJECTIVES = FIRST_WORDS | {*PREDICATES, "Inf", "inf", "infinity", "nan", "null"}


def predicates(read: Reader, subjects: Node) -> Node:
    """Read `a and b are finite`: it is said of both."""
    if isinstance(subjects, Binary) and subjects.operator == "and":
        left = said_of(read, subjects.left)
        right = predicate(read, subjects.right)
        return Binary("and", left, right, between(left, right))
    return predicate(read, subjects)


def said_of(read: Reader, subject: Node) -> Node:
    """Apply the predicate ahead without going on."""
    at = read.position
    found = predicates(read, subject)
    read.position = at
    return found


def predicate(read: Reader, subject: Node) -> Node:
    """Read what stands behind `is`; stops at what has no exact meaning."""
    if is_claim(subject):
        read.fault(subject, "what `is` speaks of is not plain", "write two claims, joined by `and`")
    read.next()
    negated = read.take("not")
    word = read.token
    if word.kind == "name" and word.text in PREDICATES:
        read.next()
        span = Span(subject.span.start, word.end)
        claim: Node | None = Call(PREDICATES[word.text], (subject,), span)
    else:
        claim = exactly(read, subject)
    if claim is None:
        read.stop("this sentence is prose", f"known are: is {', is '.join(PREDICATES)}")
    another = read.ahead()
    if read.at("or", "and") and another.kind == "name" and another.text in _ADJECTIVES:
        read.next()
        read.stop("how far this sentence reaches is not plain", "say each in a claim of its own")
    return Unary("not", claim, claim.span) if negated else claim


def exactly(read: Reader, subject: Node) -> Node | None:
    """Read `positive`, `sorted`, `a positive integer` behind `is`: words with a meaning."""
    at = read.position
    kind = kind_at(read)
    said = kind.of(subject) if kind is not None else []
    if not said and (say := adjective(read)) is not None:
        said = [say(subject, Span(subject.span.start, read.before.end))]
    whole = all_of(said)
    if whole is None or not ends_phrase(read, read.position):
        read.position = at
        return None
    return whole
