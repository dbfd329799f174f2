"""Split a text into tokens, each operator in its normal spelling."""

import re
from typing import NamedTuple

from pv.claims.faults import Fault
from pv.claims.text.symbols import LIMITING

SPELLINGS = {
    "==": "=", "≡": "=", "≠": "!=", "≤": "<=", "≥": ">=", "∈": "in", "∉": "not in",
    "~=": "≈", "∧": "and", "&&": "and", "∨": "or", "¬": "not", "!": "not", "⊕": "xor",
    "⟹": "implies", "⇒": "implies", "=>": "implies", "→": "->",
    "⟺": "iff", "⇔": "iff", "<=>": "iff", "**": "^", "⋅": "·", "mod": "%", "−": "-",
    "∀": "forall", "for_all": "forall", "∃": "exists", "…": "...", "‖": "||", "≪": "<<", "∖": "\\",
    "∣": "|", "∝": "proportional_to",
}  # fmt: skip
"""Other ways to write an operator -> how the tree writes it."""

WORDS = frozenset([
    "and", "or", "not", "xor", "implies", "iff", "in", "if", "else", "mod", "forall", "exists",
    "for", "where", "when", "whenever", "otherwise", "is", "proportional_to", "for_all",
])  # fmt: skip
SHOUTED = frozenset({"AND", "OR", "NOT", "XOR", "IFF", "IMPLIES", "MOD"})

_SLIPS = {
    "=<": "write <= or ≤",
    "=!": "write != or ≠",
    **dict.fromkeys("“”", 'write a straight quote: "'),
    **dict.fromkeys("‘’", "write a straight quote: '"),
    "⊂": "write ⊆ if the two may be equal, and ⊆ with ≠ if not",
    **dict.fromkeys(("+=", "-="), "an assignment is no claim; write what is equal to what"),
}
_DASHES = dict.fromkeys("–—‐‑", "write a minus sign, -, or words behind the claim")
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱᵀᵏᵐ", "0123456789+-niTkm", strict=True))
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₘₜₗₓ", "0123456789ijknmtlx", strict=True))
_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
_SMALL = "".join((*_SUPERSCRIPTS, *_SUBSCRIPTS, *_FRACTIONS))
_GROUPED = r"\d{1,3}(?:_\d{3})+(?![\d_])"  # 300_000; 0_3 and 1_n have subscripts
_DIFFERENTIAL = r"(?:d[^\W\d_]|∂[^\W\d_]+)(?:_\w+)?'*"  # dL/dA is a derivative, and no quotient
_INSTANT = r"\d{4}-\d\d-\d\d(T\d\d:\d\d(?::\d\d)?)?"
INSTANT = re.compile(_INSTANT)
"""A date, or one with a time; it is a text, which is ordered as they are."""
_MARKS = "\u0300-\u036f"  # combining hats, bars and dots

_TOKEN = re.compile(
    rf"""
    [^\S\n]*(?:
    (?P<newline>\n\s*)
  | (?P<note>(?<!\S)\#[^\n]*)
  | (?P<date>{_INSTANT}(?![\w-]))
  | (?P<number>(?:(?:{_GROUPED}|\d+)(?:\.(?!\.)\d*)?|(?<![\w)\]])\.\d+)(?:[eE][+-]?\d+)?|[½¼¾])
  | (?P<set>[RZNℝℤℕ](?:_(?:>=|≥|>)\s?0|_?\+(?![\s\w(])|⁺))
  | (?P<name>{_DIFFERENTIAL}/{_DIFFERENTIAL}(?![\w/])
     |(?:[^\W\d_{_SMALL}]|[∂∇∑∏∞⊥])(?:[^\W{_SMALL}]|[{_MARKS}]|::(?=\w))*'*)
  | (?P<sub>[{"".join(_SUBSCRIPTS)}]+)
  | (?P<super>[{"".join(_SUPERSCRIPTS)}]+)
  | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<slip>=<|=!|\+=|-=|[“”‘’⊂])
  | (?P<operator><=>|<<|\.\.\.|\.\.|\*\*|//|==|~=|:=|!=|<=|>=|=>|->|&&|\|\|
     |[-+*/^%=<>≈≠≤≥∈∉∧∨¬!⟹⇒→⟺⇔·⋅×−|∣()\[\]{{}},.@;:_~√≡∝∀∃∘∩∪∖\\⊆∅…‖⟨⟩⌊⌋⌈⌉≪⊕&])
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_MODULO = re.compile(r"\bmod\b|%")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "'": "'"}
_LOOKALIKE = re.compile("[\u0400-\u04ff\u03bf\u039f]")  # Cyrillic, and the Greek o

_PRODUCT = re.compile(r"(π(?=[^\W\d_])|[a-z](?=[α-ω]))")  # 2πσ and mθ are products

_OPEN, _CLOSE = frozenset("([{⟨⌊⌈"), frozenset(")]}⟩⌋⌉")
_GOES_ON = frozenset([
    "and", "or", "xor", "implies", "->", "iff", "in", "=", ":=", "!=", "<", "<=", ">", ">=", "≈",
    "+", "*", "/", "//", "%", "^", "@", ",", "where", "when", "whenever", "if", "else",
])  # fmt: skip
_STARTS_LATER = _GOES_ON - {"if"} | {"for", "otherwise", ")", "]", "}"}


class Token(NamedTuple):
    """One word of a claim."""

    kind: str
    """number, name, super, string, operator, newline, end; odd for what is none of these.

    The text of a newline ends with the spaces that the next line is indented by.
    """
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token] | Fault:
    """Split a text; an operator's token carries its normal spelling.

    Lines that go on, inside brackets or behind an operator, are joined.
    """
    tokens: list[Token] = []
    position = depth = 0
    last = len(text.rstrip())
    while position < last:
        kind, word, start, position = _scan(text, position, last)
        if word == "≡" and _MODULO.search(text, position):
            message = "whether a remainder is meant or a congruence is not plain"
            remedy = "write `a mod m = b mod m` for a congruence, `=` for the remainder"
            return Fault(start, position, message, remedy)
        if kind == "operator":
            word = SPELLINGS.get(word, word)
            depth = max(0, depth + (word in _OPEN) - (word in _CLOSE))
            tokens.append(Token(kind, word, start, position))
        elif kind == "name":
            found = _name(word, start)
            if isinstance(found, Fault):
                return found
            tokens.append(found)
            position = found.end  # of `mθ` and `h_` the rest is read next
        elif kind == "newline":
            if depth == 0 and tokens:
                indent = " " * (len(word) - 1 - word.rindex("\n"))
                tokens.append(Token("newline", f"\n{indent}", start, position))
        elif kind == "note" and not LIMITING.isdisjoint(word.lower().split()):
            message = "this comment may limit the claim"
            return Fault(start, position, message, "say it in the claim, or in other words")
        elif kind == "sub":
            _subscript(word, start, tokens)
        elif kind != "note":
            tokens.append(_other(kind, word, start, position))
    tokens.append(Token("end", "", len(text), len(text)))
    return _joined(tokens)


def _scan(text: str, position: int, last: int) -> tuple[str, str, int, int]:
    """Return kind and text of the next word, where it begins and where it ends."""
    match = _TOKEN.match(text, position)
    if match is None:
        start = last - len(text[position:last].lstrip())
        return "odd", text[start], start, start + 1
    kind = match.lastgroup or ""
    return kind, match[kind], match.start(kind), match.end()


def _other(kind: str, word: str, start: int, end: int) -> Token:
    """Return the token of a number, a text, a set of numbers, small letters, or what is none."""
    match kind:
        case "number":
            word = _FRACTIONS.get(word, word)
        case "date":
            whole = f"{word}:00" if word.count(":") == 1 else word
            kind, word = "string", f'"{whole}"'
        case "set":
            kind, word = "name", _number_set(word)
        case "super":
            word = "".join(_SUPERSCRIPTS[sign] for sign in word)
        case "slip":
            kind = "odd"
    return Token(kind, word, start, end)


def unescape(token: str) -> str:
    r"""Return the value of a string token; an unknown escape such as `\d` stays as it is."""
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[0]), token[1:-1])


def _name(word: str, start: int) -> Token | Fault:
    lowered = word.lower() if word in SHOUTED else word
    if lowered in WORDS:
        return Token("operator", SPELLINGS.get(lowered, lowered), start, start + len(word))
    bare = word.rstrip("_") or word  # `h_{t-1}`: the subscript is an operator of its own
    if not word.isascii():
        if odd := _LOOKALIKE.search(word):
            return _lookalike(odd[0], start + odd.start())
        if product := _PRODUCT.match(bare):
            bare = product[1]
    return Token("name", bare, start, start + len(bare))


def _lookalike(letter: str, at: int) -> Fault:
    script = "Greek" if letter in "\u03bf\u039f" else "Cyrillic"
    message = f"`{letter}` is a {script} letter that looks Latin"
    return Fault(at, at + 1, message, "write the Latin letter, or another name", slip=True)


def _subscript(word: str, start: int, tokens: list[Token]) -> None:
    """Let a small letter behind a name be a part of it: xᵢ is x_i."""
    plain = "".join(_SUBSCRIPTS[sign] for sign in word)
    end = start + len(word)
    if tokens and tokens[-1].kind == "name" and tokens[-1].end == start:
        last = tokens.pop()
        tokens.append(Token("name", f"{last.text}_{plain}", last.start, end))
        return
    tokens.append(Token("operator", "_", start, start))
    tokens.append(Token("name", plain, start, end))


def _number_set(word: str) -> str:
    letter = {"R": "ℝ", "Z": "ℤ", "N": "ℕ"}.get(word[0], word[0])
    return letter + ("_>=0" if "=" in word or "≥" in word else "_>0")


def _joined(tokens: list[Token]) -> list[Token]:
    """Drop line ends where a line goes on, and those at the end of the text."""
    kept: list[Token] = []
    for token, after in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
        if token.kind == "newline":
            goes_on = kept and kept[-1].kind == "operator" and kept[-1].text in _GOES_ON
            later = after.kind == "operator" and after.text in _STARTS_LATER
            if goes_on or later or after.kind in {"end", "newline"}:
                continue
        kept.append(token)
    return kept


def unreadable(token: Token, end: int) -> Fault:
    """Say what is wrong with an odd token in a text that ends at `end`."""
    position, word = token.start, token.text
    if word in "\"'":
        return Fault(position, end, "this string does not end", f"close it with {word}")
    if "\u0300" <= word <= "\u036f":
        message = "a combining mark stands alone here"
        remedy = "put it behind the letter that it belongs to"
        return Fault(position, position + 1, message, remedy, slip=True)
    remedy = _SLIPS.get(word) or _DASHES.get(word, "it is not part of the language")
    message, slip = f"`{word}` is not an operator", word in _SLIPS
    return Fault(position, position + len(word), message, remedy, slip)
