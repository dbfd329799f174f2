"""Tell noun phrases in running text: `fitted model`, `query position`, `best-so-far value`.

A phrase is a name of several words, and becomes one: `fitted_model`. It names something that
nothing in the language defines, so it is reported where a claim is resolved, and never has a value.
Words that say something of their own - verbs, prepositions, determiners, adverbs - are in none.
"""

from typing import NamedTuple

from pv.claims.cursor import Cursor
from pv.claims.tree import Name, Span

MOST_WORDS = 4

_DETERMINERS = "a an the no each every all any some both either neither this that these those its"
_PRONOUNS = "it they them there which who whose what their our"
_AUXILIARIES = (
    "am are be been being was were has have had having do does did done may might must shall"
    " should can cannot could will would"
)
_PREPOSITIONS = (
    "about across after against along among around as at before behind below beneath beside"
    " between beyond by despite down during except from inside into like near of off on onto out"
    " outside over past per since than through throughout till to toward towards under until up"
    " upon using versus via vs with within without"
)
_CONJUNCTIONS = "because but nor once so then though unless while yet e.g i.e eg ie etc"
_ADVERBS = (
    "again almost also always at away back ever first here just last least less more most much"
    " never not now often only quite rather same still such too twice very"
)
_VERBS = (
    "accepts agree agrees allows appear appears applied applies apply avoids become becomes begins"
    " breaks called calls carries causes converge converges contain contains cover covers"
    " decrease decreases defines depend depends detect detects differ differs diverge drops emit"
    " emits enforces ensure ensures equal equals exceed exceeds exist exists exits expands fail"
    " fails fires fits gives goes grow grows handles happen hold holds increase increases keep"
    " keeps lacks leads let lies makes maps match matches meet meets need needs occur occurs pass"
    " passes preserve preserves prints processed produce produces provides raise raises reach"
    " reaches read reads receive receives reduce reduces reject rejects remain remains require"
    " requires respects return returns satisfies satisfy says selects share shares shows"
    " skips starts stay stays stop stops succeed succeeds sum sums take takes tends terminate"
    " terminates throws use uses vanish vanishes vary varies want wants warns works write writes"
    " yield yields unchanged elementwise pointwise bitwise intact everywhere"
)
_NO_NOUN = frozenset(
    word
    for words in (
        _DETERMINERS,
        _PRONOUNS,
        _AUXILIARIES,
        _PREPOSITIONS,
        _CONJUNCTIONS,
        _ADVERBS,
        _VERBS,
    )
    for word in words.split()
)
VAGUE = frozenset(
    [
        "large",
        "small",
        "big",
        "tiny",
        "huge",
        "high",
        "low",
        "long",
        "short",
        "many",
        "few",
        "several",
        "various",
        "multiple",
        "other",
        "certain",
        "most",
        "some",
        "typical",
        "reasonable",
        "practical",
        "realistic",
        "similar",
        "different",
        "close",
        "suitable",
        "appropriate",
        "sufficient",
        "sufficiently",
        "random",
        "enough",
        "extreme",
        "moderate",
        "nice",
        "good",
        "bad",
    ]
)
"""Words that leave out values without saying which."""

_LONG = 5
"""`O_proj` has a symbol's form, and is a word among words."""
_LY = frozenset(
    ["family", "assembly", "anomaly", "supply", "poly", "monopoly", "reply", "multiply"]
)
"""Nouns that end as adverbs do."""
_GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "eps",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "rho",
        "sigma",
        "tau",
        "phi",
        "chi",
        "psi",
        "omega",
    ]
)


UNITS = frozenset(
    [
        "bytes",
        "bits",
        "B",
        "KB",
        "MB",
        "GB",
        "TB",
        "KiB",
        "MiB",
        "GiB",
        "milliseconds",
        "microseconds",
        "nanoseconds",
        "seconds",
        "minutes",
        "hours",
        "ms",
        "us",
        "ns",
        "s",
        "tokens",
        "percent",
        "nats",
        "degrees",
        "radians",
    ]
)
"""What a number of things is counted in: `time in milliseconds`."""


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
    if plain in _NO_NOUN or not word.replace("_", "").isalnum() or not word.isascii():
        return False
    return not plain.endswith("ly") or plain in _LY


def is_sign(word: str) -> bool:
    """Whether a word is a symbol of mathematics: one letter, `w1`, `x_i`, a Greek letter."""
    base = word.partition("_")[0].rstrip("'*")
    if len(base) == 1 or not base.isascii():
        return True
    return (len(base) == 2 and base[1].isdigit()) or base.lower() in _GREEK  # noqa: PLR2004 - w1


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
