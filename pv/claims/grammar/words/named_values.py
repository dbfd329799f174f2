"""Read values that words name: `base shape`, `sum of component params`, `each entry in S`."""

from collections.abc import Mapping

from pv.claims.grammar.words.quantifiers import ANONYMOUS
from pv.claims.precedence import COMPARE
from pv.claims.text.classify import MACHINE, NUMBER_SETS
from pv.claims.text.cursor import Reader
from pv.claims.text.noun_phrases import Phrase, is_compound, is_noun, is_sign, phrase_at
from pv.claims.tree import Binder, Call, Name, Node, Span, Variable

_OF: Mapping[str, str] = {
    "sum": "sum", "Sum": "sum", "total": "sum", "Total": "sum", "mean": "mean", "Mean": "mean",
    "average": "mean", "Average": "mean", "product": "prod", "Product": "prod", "number": "count",
    "Number": "count", "count": "count", "Count": "count", "maximum": "max", "minimum": "min",
    "max": "max", "min": "min", "variance": "var", "set": "", "Set": "",
}  # fmt: skip
"""`sum of things` -> the function; a set of things is the things."""
_EACH = frozenset({"each", "every", "all", "Each", "Every", "All"})
_BEGIN = frozenset({",", ";", "and", "or", "implies", "iff", "(", ":", "when", "if", "where", "in"})
_END = frozenset({",", ";", "and", "or", "implies", "iff", ")", "for", "when", "where", "if"})


def worded(read: Reader) -> Node | None:
    """Read a name of several words, where it is the whole side of a comparison."""
    after = read.ahead()
    if after.kind != "name" and (after.text != "-" or read.ahead(2).kind != "name"):
        return None
    start, opening = read.position, read.token
    function = _OF.get(opening.text) if read.ahead().text == "of" else None
    phrase = phrase_at(read, start if function is None else start + 2)
    if phrase is None or not _is_side(read, start, phrase, single=function is not None):
        return None
    read.position = phrase.after
    if len(phrase.words) == 1 and not function:  # a compound: `resolve` may know both parts
        return Name(phrase.words[0], phrase.span)
    if not function:
        return _of_symbol(read, phrase) or phrase.name
    return Call(function, (phrase.name,), Span(opening.start, phrase.span.end))


def _of_symbol(read: Reader, phrase: Phrase) -> Node | None:
    """Read `vote count for class c` as a function of c, `distance from s to t` as one of both."""
    words = [read.ahead(n) for n in range(5)]
    ends = [words[n] for n in (1, 3)]
    joined = (words[0].text, words[2].text) in {("from", "to"), ("between", "and")}
    if joined and all(each.kind == "name" and is_sign(each.text) for each in ends):
        read.position += 4
        both = tuple(Name(each.text, Span(each.start, each.end)) for each in ends)
        return Call(phrase.name.name, both, Span(phrase.span.start, ends[1].end))
    noun = words[1].kind == "name" and is_noun(words[1].text)
    if words[0].text not in {"for", "of"} or not noun or is_sign(words[1].text):
        return None
    if words[2].kind != "name" or not is_sign(words[2].text) or words[3].kind == "name":
        return None
    read.position += 3
    symbol = Name(words[2].text, Span(words[2].start, words[2].end))
    return Call(phrase.name.name, (symbol,), Span(phrase.span.start, words[2].end))


def _is_side(read: Reader, start: int, phrase: Phrase, *, single: bool) -> bool:
    """Whether a phrase stands alone on one side of a comparison."""
    words = phrase.words
    if len(words) == 1 and not single and not is_compound(words[0]):
        return False
    if is_sign(words[-1]) or MACHINE & {words[0], words[-1]}:
        return False
    before = read.tokens[start - 1] if start else None
    after = read.tokens[phrase.after]
    begins = before is None or before.kind == "newline" or before.text in _BEGIN
    if begins and compares_at(read, phrase.after):
        return True
    ends = after.kind in {"end", "newline"} or after.text in _END or _remark(read, phrase.after)
    ends = ends or after.text in {"from", "between"}
    return ends and before is not None and before.kind == "operator" and before.text in COMPARE


def _remark(read: Reader, at: int) -> bool:
    token = read.tokens[at]
    return token.text == "(" and token.start > read.tokens[at - 1].end


def compares_at(read: Reader, at: int) -> bool:
    """Whether a comparison stands at a token; the word `in` is one where a set follows."""
    token = read.tokens[at]
    if token.kind != "operator" or token.text not in COMPARE:
        return False
    if token.text != "in" or token.end - token.start == 1:
        return True
    follows = read.tokens[at + 1]
    return follows.text in {"{", "[", "("} or follows.text[:1] in {*NUMBER_SETS, "ℝ", "ℤ", "ℕ"}


def each_of(read: Reader) -> Node | None:
    """Read `each entry in {a, b}`, `all predictions are finite`: it is said of each so called."""
    if read.token.kind != "name" or read.token.text not in _EACH:
        return None
    opening = read.token
    phrase = phrase_at(read, read.position + 1)
    if phrase is None or not (
        compares_at(read, phrase.after) or read.tokens[phrase.after].text in {"is", "are"}
    ):
        return None
    *words, last = phrase.words
    sort: Node | None = phrase.name
    name = ANONYMOUS
    if is_sign(last):
        name = last
        sort = Name("_".join(words).replace("-", "_"), phrase.span) if words else None
    read.position = phrase.after
    body = read.operations(Name(name, phrase.span), 0)
    variable = Variable(name, sort, phrase.span)
    return Binder("forall", (variable,), None, body, Span(opening.start, body.span.end))
