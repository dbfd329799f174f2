"""Read under which circumstances a claim is meant: `at every step`, `after fit`, `in eval mode`.

`for Qwen3-8B` and `after fit` become conditions, `case = "Qwen3-8B"` and `after(fit)`; nothing in
the language decides them, so that they are reported where the claim is resolved.
"""

from pv.claims.grammar.notation.reductions import EVERY
from pv.claims.grammar.words.quantifiers import ends_phrase
from pv.claims.text.classify import all_of
from pv.claims.text.cursor import Reader
from pv.claims.text.noun_phrases import phrase_at
from pv.claims.tree import Call, Comparison, Name, Node, Span, String

_PLACES = frozenset({"at", "on", "in", "across", "over", "under"})
_TIMES = frozenset({"after", "during", "before"})
_RATES = frozenset(["s", "second", "sec", "minute", "min", "hour", "day", "ms", "token", "tokens"])
"""`5 per second` is a rate, and nothing is said of each second."""


def at_each(read: Reader) -> bool:
    """Take `at every`, `in each`, `across all` or `per`, where things follow."""
    if read.token.text in _PLACES and read.ahead().text in EVERY:
        ahead = 2
    elif read.at_name("per"):
        ahead = 1
    else:
        return False
    phrase = phrase_at(read, read.position + ahead)
    if phrase is None or (ahead == 1 and phrase.words[0] in _RATES):
        return False
    read.position += ahead
    return True


def circumstance(read: Reader) -> Node | None:
    """Read `after fit`, `during training`, `in causal mode`."""
    if read.at("in"):
        return _mode(read)
    if not read.at_name(*_TIMES):
        return None
    opening = read.token
    at = read.position + 1
    at += read.tokens[at].text in EVERY | {"a", "an", "the"}
    phrase = phrase_at(read, at)
    if phrase is None or not ends_phrase(read, phrase.after):
        return None
    said: list[Node] = []
    while phrase is not None and ends_phrase(read, phrase.after):
        read.position = phrase.after
        said.append(Call(opening.text, (phrase.name,), Span(opening.start, phrase.span.end)))
        phrase = phrase_at(read, read.position + 1) if read.at("and") else None
    return all_of(said)


def begins_mode(read: Reader) -> bool:
    """Whether `in causal mode` comes next."""
    return read.at("in") and read.ahead().kind == "name" and read.ahead(2).text == "mode"


def _mode(read: Reader) -> Node | None:
    if not begins_mode(read):
        return None
    word, noun = read.ahead(), read.ahead(2)
    read.position += 3
    mode = Name("mode", Span(noun.start, noun.end))
    value = Name(word.text, Span(word.start, word.end))
    return Comparison((mode, value), ("=",), Span(word.start, noun.end))


def case_of(read: Reader) -> Node | None:
    """Read `Qwen3-8B`: a proper name, in which a capital letter meets digits or hyphens."""
    at, first = read.position, read.token
    if first.kind != "name" or not first.text[:1].isupper():
        return None
    at += 1
    while read.tokens[at].start == read.tokens[at - 1].end and (
        read.tokens[at].kind in {"name", "number"} or read.tokens[at].text in {"-", "."}
    ):
        at += 1
    words = read.tokens[read.position : at]
    text = "".join(word.text for word in words)
    proper = any(word.text == "-" for word in words) and any(map(str.isdigit, text))
    if not proper or not ends_phrase(read, at):
        return None
    read.position = at
    span = Span(first.start, words[-1].end)
    return Comparison((Name("case", span), String(text, span)), ("=",), span)


def holding(read: Reader) -> Node | None:
    """Read `Wolfe conditions satisfied`, `Wolfe conditions hold`: named, and no more is said."""
    phrase = phrase_at(read, read.position)
    if phrase is None:
        return None
    *named, last = phrase.words
    after = read.tokens[phrase.after]
    if last in {"satisfied", "met"} and named and ends_phrase(read, phrase.after):
        read.position = phrase.after
        return Name("_".join(named).replace("-", "_"), phrase.span)
    if after.text in {"hold", "holds"} and ends_phrase(read, phrase.after + 1):
        read.position = phrase.after + 1
        return phrase.name
    return None
