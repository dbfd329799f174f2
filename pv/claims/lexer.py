"""Text to tokens; the spellings of each operator meet here."""

import re
from dataclasses import dataclass

from pv.claims.faults import Fault

SPELLINGS = {
    "==": "=", "≠": "!=", "≤": "<=", "≥": ">=", "∈": "in", "∉": "not in",
    "∧": "and", "&&": "and", "∨": "or", "||": "or", "¬": "not", "!": "not",
    "⟹": "implies", "⇒": "implies", "=>": "implies", "→": "implies",
    "⟺": "iff", "⇔": "iff", "<=>": "iff", "**": "^", "·": "*", "×": "*", "mod": "%", "−": "-",
}  # fmt: skip
"""Other ways to write an operator -> how the tree writes it."""

WORDS = frozenset({"and", "or", "not", "xor", "implies", "iff", "in", "if", "else", "mod"})

_SLIPS = {
    "=<": "write <= or ≤",
    "=!": "write != or ≠",
    "“": 'write a straight quote: "',
    "”": 'write a straight quote: "',
    "‘": "write a straight quote: '",
    "’": "write a straight quote: '",
    ";": "one claim ends here; write two, or join them with `and`",
}

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<number>(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<name>[^\W\d]\w*'*)
  | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<slip>=<|=!|[“”‘’;])
  | (?P<operator><=>|\.\.|\*\*|//|==|!=|<=|>=|=>|&&|\|\||[-+*/^%=<>≈≠≤≥∈∉∧∨¬!⟹⇒→⟺⇔·×−|()\[\]{},.@])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "'": "'"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a claim."""

    kind: str
    """number, name, string, operator, end."""
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token] | Fault:
    """Split a text; an operator's token carries its normal spelling."""
    tokens = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup == "slip":
            return _unreadable(text, position, match[0] if match else text[position])
        position = match.end()
        kind, word = match.lastgroup or "", match[0]
        if kind == "name" and word in WORDS:
            kind = "operator"
        if kind == "operator":
            word = SPELLINGS.get(word, word)
        if kind != "space":
            tokens.append(Token(kind, word, match.start(), match.end()))
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def unescape(token: str) -> str:
    r"""Return the value of a string token; an unknown escape such as `\d` stays as it is."""
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[0]), token[1:-1])


def _unreadable(text: str, position: int, word: str) -> Fault:
    if word in "\"'":
        return Fault(position, len(text), "this string does not end", f"close it with {word}")
    remedy = _SLIPS.get(word, "it is not part of the language")
    return Fault(position, position + len(word), f"`{word}` is not an operator", remedy)
