"""Read adjectives with an exact meaning: `positive definite`, `sorted`, `non-empty`."""

from collections.abc import Callable, Mapping

from pv.claims.text.cursor import Reader
from pv.claims.tree import Call, Comparison, Index, Node, Number, Span

Say = Callable[[Node, Span], Node]


def _is(function: str) -> Say:
    return lambda subject, span: Call(function, (subject,), span)


def _compared(word: str, value: float) -> Say:
    return lambda subject, span: Comparison((subject, Number(value, span)), (word,), span)


def _square(subject: Node, span: Span) -> Node:
    shape = Call("shape", (subject,), span)
    rows, columns = (Index(shape, (Number(axis, span),), span) for axis in (0, 1))
    return Comparison((rows, columns), ("=",), span)


def _some(subject: Node, span: Span) -> Node:
    return Comparison((Call("length", (subject,), span), Number(0, span)), (">",), span)


def nonzero_array(subject: Node, span: Span) -> Node:
    """Say that an array is not zero: some item of it is not."""
    return Comparison((Call("‖", (subject,), span), Number(0, span)), (">",), span)


ADJECTIVES: Mapping[tuple[str, ...], Say] = {
    ("square",): _square, ("positive", "definite"): _is("is_positive_definite"),
    ("positive-definite",): _is("is_positive_definite"),
    ("positive", "semidefinite"): _is("is_positive_semidefinite"),
    ("positive", "semi-definite"): _is("is_positive_semidefinite"),
    ("positive-semidefinite",): _is("is_positive_semidefinite"),
    ("column-stochastic",): _is("is_column_stochastic"),
    ("row-stochastic",): _is("is_row_stochastic"), ("symmetric",): _is("is_symmetric"),
    ("orthogonal",): _is("is_orthogonal"), ("orthonormal",): _is("is_orthogonal"),
    ("diagonal",): _is("is_diagonal"), ("invertible",): _is("is_invertible"),
    ("even",): _is("is_even"), ("odd",): _is("is_odd"), ("prime",): _is("is_prime"),
    ("finite",): _is("is_finite"), ("infinite",): _is("is_infinite"),
    ("sorted", "descending"): _is("is_sorted_descending"),
    ("sorted", "ascending"): _is("is_sorted"),
    ("sorted", "in", "descending", "order"): _is("is_sorted_descending"),
    ("sorted", "in", "ascending", "order"): _is("is_sorted"), ("sorted",): _is("is_sorted"),
    ("non-decreasing",): _is("is_sorted"), ("nondecreasing",): _is("is_sorted"),
    ("non-increasing",): _is("is_sorted_descending"),
    ("nonincreasing",): _is("is_sorted_descending"),
    ("strictly", "positive"): _compared(">", 0), ("strictly", "negative"): _compared("<", 0),
    ("positive",): _compared(">", 0), ("negative",): _compared("<", 0),
    ("nonnegative",): _compared(">=", 0), ("non-negative",): _compared(">=", 0),
    ("non-positive",): _compared("<=", 0), ("nonzero",): _compared("!=", 0),
    ("non-zero",): _compared("!=", 0), ("non-empty",): _some, ("nonempty",): _some,
    ("unit",): lambda subject, span: Comparison(
        (Call("‖", (subject,), span), Number(1, span)), ("=",), span
    ),
}  # fmt: skip
"""Words with an exact meaning -> the statement that they make of a value."""
_LONGEST = max(map(len, ADJECTIVES))
FIRST_WORDS = frozenset(words[0].partition("-")[0] for words in ADJECTIVES)
"""First words of adjectives, up to a hyphen."""
NONZERO = frozenset({ADJECTIVES["nonzero",], ADJECTIVES["non-zero",]})
"""Of an array they say less: `nonzero_array`."""


def adjective(read: Reader) -> Say | None:
    """Read words such as `positive definite`."""
    if not read.at_name(*FIRST_WORDS):
        return None
    for length in range(_LONGEST, 0, -1):
        words, after = words_at(read, length)
        if words in ADJECTIVES:
            read.position = after
            return ADJECTIVES[words]
    return None


def adjectives(read: Reader) -> list[Say]:
    """Read all the adjectives that come next."""
    said: list[Say] = []
    while (say := adjective(read)) is not None:
        said.append(say)
    return said


def words_at(read: Reader, length: int) -> tuple[tuple[str, ...], int]:
    """Return the next words, hyphens inside them included, and the position behind them."""
    words: list[str] = []
    at = read.position
    for _ in range(length):
        token = read.tokens[at]
        if token.kind != "name" and not (words and token.text == "in"):
            return (), read.position
        word, at = token.text, at + 1
        while read.tokens[at].text == "-" and at + 1 < len(read.tokens):
            dash, more = read.tokens[at], read.tokens[at + 1]
            glued = dash.start == read.tokens[at - 1].end and more.start == dash.end
            if not glued or more.kind not in {"name", "number"}:
                break
            word, at = f"{word}-{more.text}", at + 2
        words.append(word)
    return tuple(words), at
