"""Tell noun phrases in running text: `fitted model`, `query position`, `best-so-far value`.

A phrase is a name of several words, and becomes one: `fitted_model`. It names something that
nothing in the language defines, so it is reported where a claim is resolved, and never has a value.
Words that say something of their own - verbs, prepositions, determiners, adverbs - are in none.
"""

from collections.abc import Collection
from typing import NamedTuple

from pv.claims.text.cursor import Cursor
from pv.claims.text.vocabulary import GREEK, LY, NO_NOUN, VAGUE
from pv.claims.tree import Name, Span

MOST_WORDS = 4
_LONG = 5
"""`O_proj` has a symbol's form, and is a word among words."""
_SHORTEST = 3
"""Letters of the first and the last part of a compound."""


class Phrase(NamedTuple):
    """Some words that name one thing."""

    words: tuple[str, ...]
    span: Span
    after: int
    """Position of the token behind it."""

    @property
    def name(self) -> Name:
        """The phrase as a single name."""
        return Name("_".join(self.words).replace("-", "_"), self.span)


def phrase_at(read: Cursor, at: int) -> Phrase | None:
    """Return the phrase that begins at a token, None if there is none or it is too long."""
    words: list[str] = []
    start, after = at, at
    while len(words) <= MOST_WORDS and (end := word_at(read, after)) > after:
        words.append("".join(token.text for token in read.tokens[after:end]))
        after = end
    if not words or len(words) > MOST_WORDS or is_vague(words[0]):
        return None
    if any(is_sign(word) and len(word) < _LONG for word in words[:-1]):  # `m keys`: how many keys
        return None
    span = Span(read.tokens[start].start, read.tokens[after - 1].end)
    return Phrase(tuple(words), span, after)


def word_at(read: Cursor, at: int) -> int:
    """Return the position behind a word such as `token`, `f16`, `non-empty`; `at` if none is."""
    token = read.tokens[at]
    if token.kind != "name" or not is_noun(token.text):
        return at
    end = at + 1
    while _hyphenated(read, end):
        end += 2
    after = read.tokens[end]
    adjacent = after.start == read.tokens[end - 1].end
    if adjacent and (
        after.kind in {"super", "number", "name"} or after.text in {"(", "[", "_", ".", "^"}
    ):
        return at
    return end


def is_noun(word: str) -> bool:
    """Whether a word may stand in a phrase."""
    plain = word.lower()
    if plain in NO_NOUN or not word.replace("_", "").isalnum() or not word.isascii():
        return False
    return not plain.endswith("ly") or plain in LY


def is_compound(word: str) -> bool:
    """Whether words are joined to one, as in `row-stride`; `hi-lo` and `n-1` are differences."""
    first, *rest = word.split("-")
    long = rest and min(len(first), len(rest[-1])) >= _SHORTEST
    return bool(long) and all(part.isalpha() for part in (first, *rest))


def taken_apart(name: str, known: Collection[str]) -> tuple[str, str] | None:
    """Return the two known names that the compound `total-used` is a difference of."""
    parts = name.split("-")
    cuts = (("-".join(parts[:n]), "-".join(parts[n:])) for n in range(1, len(parts)))
    return next((both for both in cuts if all(each in known for each in both)), None)


def is_sign(word: str) -> bool:
    """Whether a word is a symbol of mathematics: one letter, `w1`, `x_i`, a Greek letter."""
    base = word.partition("_")[0].rstrip("'*")
    if len(base) == 1 or not base.isascii():
        return True
    return (len(base) == 2 and base[1].isdigit()) or base.lower() in GREEK  # noqa: PLR2004 - w1


def is_vague(word: str) -> bool:
    """Whether a word leaves out values without saying which."""
    return word.lower() in VAGUE


def _hyphenated(read: Cursor, at: int) -> bool:
    """Whether `-free` follows a word without a space."""
    if at + 1 >= len(read.tokens):
        return False
    before, dash, word = read.tokens[at - 1], read.tokens[at], read.tokens[at + 1]
    touches = before.end == dash.start and dash.end == word.start
    return dash.text == "-" and touches and (word.kind in {"name", "number"})
