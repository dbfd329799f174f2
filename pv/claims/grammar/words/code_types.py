"""Read types as code writes them: `Vec<f32>`, `&[f32]`, `Option<&str>`; each is one name."""

from pv.claims.machine_types import MACHINE
from pv.claims.text.cursor import Cursor
from pv.claims.tree import Name, Node, Span

_INSIDE = frozenset({"<", ">", ",", "&", "[", "]", "(", ")", ";", "."})
_WORDS = MACHINE | {"bool", "str", "String", "char", "u8", "bytes"}


def code_type(read: Cursor) -> Node | None:
    """Read a type with parameters or a reference; None, and nothing read, if none comes next."""
    end = _end(read, read.position)
    if end is None or end == read.position + 1:
        return None
    words = read.tokens[read.position : end]
    read.position = end
    text = ""
    for word in words:
        glue = word.text in _INSIDE or not text or text[-1] in "<&[(" or text.endswith("::")
        text += word.text if glue else f" {word.text}"
    return Name(text, Span(words[0].start, words[-1].end))


def _end(read: Cursor, at: int) -> int | None:
    """Return the position behind the type that begins at a token."""
    token = read.tokens[at]
    if token.text == "&":
        at += 1 + (read.tokens[at + 1].text == "mut")
        return at + 1 if read.tokens[at].text in _WORDS else _end(read, at)
    if token.text == "[":
        inner = read.tokens[at + 1]
        if inner.kind == "name" and inner.text not in _WORDS and read.tokens[at + 2].text != "<":
            return None
        end = at + 2 if inner.text in _WORDS else _end(read, at + 1)
        if end is not None and read.tokens[end].text == ";":  # `[f32; n]`
            end += 2
        return end + 1 if end is not None and read.tokens[end].text == "]" else None
    if token.kind != "name":
        return None
    opening = read.tokens[at + 1] if at + 1 < len(read.tokens) else token
    if opening.text != "<" or opening.start != token.end or not token.text[:1].isupper():
        return at + 1
    at, inside = at + 2, 1
    while inside and (read.tokens[at].kind == "name" or read.tokens[at].text in _INSIDE):
        inside += {"<": 1, ">": -1}.get(read.tokens[at].text, 0)
        at += 1
    return at if not inside else None
