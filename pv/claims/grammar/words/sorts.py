"""Read kinds that words name exactly: `positive integer`, `real vector of length n`.

kind      := { adjective } [type] noun [size]
size      := "of" ("length" | "size" | "dimension") value | "of shape" list
           | "over" value word | "of" value nouns
"""

from collections.abc import Mapping
from typing import NamedTuple

from pv.claims import tree as t
from pv.claims.grammar.words import adjectives
from pv.claims.grammar.words.adjectives import ADJECTIVES, Say, words_at
from pv.claims.machine_types import MACHINE
from pv.claims.precedence import RANGE
from pv.claims.text.classify import between
from pv.claims.text.cursor import Reader
from pv.claims.text.symbols import is_sign


class Kind(NamedTuple):
    """A set, and statements beside it, that words such as `positive integer` name."""

    domain: t.Node | None
    said: tuple[Say, ...]
    span: t.Span

    def of(self, subject: t.Node) -> list[t.Node]:
        """Return the statements that a value is of this kind."""
        found: list[t.Node] = []
        if self.domain is not None:
            span = between(subject, self.domain)
            found.append(t.Comparison((subject, self.domain), ("in",), span))
        return found + [say(subject, self.span) for say in self.said]

    @property
    def as_set(self) -> t.Node | None:
        """The kind as a set alone, where it is one."""
        return None if self.said else self.domain


_PASSED_OVER = frozenset({"valid", "arbitrary", "a", "an", "any"})
"""Words that add nothing to an exact kind: every positive integer is a valid one."""
_ELEMENTS = {
    "real": "ℝ", "real-valued": "ℝ", "integer": "ℤ", "integer-valued": "ℤ", "boolean": "bool",
    "binary": "binary", "string": "string", "float": "ℝ",
}  # fmt: skip
_NUMBERS = {
    "integer": "ℤ", "int": "ℤ", "real": "ℝ", "float": "ℝ", "scalar": "ℝ", "number": "ℝ",
}  # fmt: skip
_ALONE: Mapping[tuple[str, ...], str] = {
    ("boolean", "flag"): "bool", ("boolean", "value"): "bool", ("boolean",): "bool",
    ("bool", "flag"): "bool", ("bool",): "bool", ("truth", "value"): "bool",
    ("natural", "number"): "ℕ", ("natural",): "ℕ", ("whole", "number"): "ℤ",
    ("real", "number"): "ℝ", ("real", "scalar"): "ℝ",
    ("string",): "string", ("utf-8", "string"): "string", ("unicode", "string"): "string",
    ("text", "string"): "string",
    ("probability", "vector"): "Δ", ("probability", "distribution"): "Δ", ("prob", "vec"): "Δ",
    ("probability", "vec"): "Δ", ("prob", "vector"): "Δ", ("categorical", "distribution"): "Δ",
}  # fmt: skip
"""Whole kinds by their words -> the set."""
_ARRAYS = frozenset({"vector", "matrix", "tensor", "array", "list", "sequence", "slice"})
_MEASURES = frozenset({"length", "size", "dimension", "dimensionality"})
_BEHIND = frozenset({"of", "with", "over", "per", "within", "at", "such"})
_BEGIN = adjectives.FIRST_WORDS.union(
    _PASSED_OVER, _ELEMENTS, MACHINE, _NUMBERS, _ARRAYS, {"UTF", "utf", "matrices"},
    (words[0] for words in _ALONE), (f"{word}s" for word in (*_NUMBERS, *_ARRAYS)),
)  # fmt: skip
"""First words of kinds, in small letters or as they are written."""


def kind_at(read: Reader) -> Kind | None:
    """Read a kind, if the words that come next name one exactly; else read nothing."""
    first = read.token
    if first.kind != "name" or not {first.text, first.text.lower()} & _BEGIN:
        return None
    start = read.position
    found = _kind(read)
    if found is None:
        read.position = start
    return found


def _kind(read: Reader) -> Kind | None:
    opening = read.token
    while read.token.kind == "name" and read.token.text in _PASSED_OVER:
        read.next()
    said = adjectives.adjectives(read)
    domain = _alone(read)
    if domain is None:
        domain = _numbers(read, said) or _array(read, said)
    if domain is None:
        return None
    span = t.Span(opening.start, read.before.end)
    if isinstance(domain, t.Name) and domain.name == "?":  # an array of which only more is said
        return Kind(None, tuple(said), span) if said else None
    return Kind(domain, tuple(said), span)


def _alone(read: Reader) -> t.Node | None:
    for length in (2, 1):
        words, after = words_at(read, length)
        lowered = tuple(_singular(word.lower()) for word in words if word != "String")
        if lowered not in _ALONE or (length == 1 and _goes_on(read, after)):
            continue
        span = t.Span(read.token.start, read.tokens[after - 1].end)
        read.position = after
        named = t.Name(_ALONE[lowered], span)
        return _over(read, named) if named.name == "Δ" else named
    return None


def _over(read: Reader, simplex: t.Node) -> t.Node:
    """Read `over V classes` behind a distribution."""
    if not read.at_name("over", "of"):
        return simplex
    symbol, word = read.ahead(), read.ahead(2)
    if symbol.kind in {"name", "number"} and word.kind == "name":
        read.next()
        size = read.binary(RANGE)
        read.next()
        return t.Binary("^", simplex, size, between(simplex, size))
    return simplex


def _numbers(read: Reader, said: list[Say]) -> t.Node | None:
    """Read `integer`, `real number`; signs before it become a part of the set."""
    words, after = words_at(read, 1)
    noun = _singular(words[0].lower()) if words else ""
    if noun not in _NUMBERS or _goes_on(read, after):
        return None
    span = t.Span(read.token.start, read.token.end)
    read.position = after
    letter, sign = _NUMBERS[noun], ""
    for say, mark in (
        (ADJECTIVES["positive",], "_>0"), (ADJECTIVES["strictly", "positive"], "_>0"),
        (ADJECTIVES["non-negative",], "_>=0"), (ADJECTIVES["nonnegative",], "_>=0"),
    ):  # fmt: skip
        if say in said:
            said.remove(say)
            sign = mark
    return t.Name(f"{letter}{sign}", span)


def _array(read: Reader, said: list[Say]) -> t.Node | None:
    """Read `f32 vector of length n`, `symmetric matrix`."""
    element: t.Node = t.Name("?", t.Span(read.token.start, read.token.start))
    words, after = words_at(read, 1)
    if words and (words[0] in _ELEMENTS or words[0] in MACHINE):
        element = t.Name(
            _ELEMENTS.get(words[0], words[0]), t.Span(read.token.start, read.token.end)
        )
        if element.name == "binary":
            element = t.Name("bool", element.span)
        read.position = after
        words, after = words_at(read, 1)
    if not words or _singular(words[0].lower()) not in _ARRAYS or _goes_on(read, after):
        return None
    read.position = after
    said[:] = [adjectives.nonzero_array if say in adjectives.NONZERO else say for say in said]
    size = _size(read)
    if size is None:
        return element if isinstance(element, t.Name) and element.name == "?" else None
    if isinstance(element, t.Name) and element.name == "?":
        sizes = size if isinstance(size, t.Tuple) else t.Tuple((size,), size.span)
        said.append(lambda subject, span: of_shape(subject, sizes, span))
        return element
    return t.Binary("^", element, size, between(element, size))


def of_shape(subject: t.Node, sizes: t.Tuple, span: t.Span) -> t.Node:
    """Return the statement that a value has these sizes."""
    return t.Comparison((t.Call("shape", (subject,), span), sizes), ("=",), span)


def power_of(element: t.Node, sizes: t.Tuple, span: t.Span) -> t.Node:
    """Return the set of the arrays that have these sizes and such elements."""
    return t.Binary("^", element, sizes.items[0] if len(sizes.items) == 1 else sizes, span)


def _size(read: Reader) -> t.Node | None:
    """Read `of length n`, `of shape [n, d]`."""
    if not read.at_name("of", "with"):
        return None
    measure = read.ahead()
    if measure.text == "shape":
        read.position += 2
        found = read.primary()
        if isinstance(found, t.Interval):
            found = t.Tuple((found.low, found.high), found.span)
        return found if isinstance(found, t.Tuple) else None
    if measure.text not in _MEASURES:
        return None
    read.position += 2
    return read.binary(RANGE)


def _goes_on(read: Reader, after: int) -> bool:
    """Return whether another word makes this one a part of a longer phrase, as in `real image`."""
    token = read.tokens[after]
    going = token.kind == "name" and token.text not in _BEHIND
    return going and not is_sign(token.text)


def _singular(word: str) -> str:
    if word == "matrices":
        return "matrix"
    if word == "flags" or (word.endswith("s") and not word.endswith("ss")):
        return word[:-1]
    return word
