"""Read labels: the title of a domain, and the names of cases, `Poisson: mu > 0, Gamma: mu > 0`."""

from pv.claims.grammar.words.qualifiers import implied
from pv.claims.text.classify import is_boolean
from pv.claims.text.cursor import StatementReader
from pv.claims.tree import Comparison, Name, Node, Span, String

_LABEL = frozenset({"name", "number"})
_GLUE = frozenset({"-", ".", "/"})


def title(read: StatementReader) -> None:
    """Pass over `Qwen3-8B config:` before equations: it names the values, as a remark does."""
    if not read.declares or read.position:
        return
    end = _label(read, 0)
    words = read.tokens[:end]
    named = sum(word.kind == "name" for word in words)
    equation = [word.text for word in read.tokens[end : end + 3]]
    if named > 1 and equation[:1] == [":"] and equation[2:] == ["="]:
        read.position = end + 1


def cases(read: StatementReader) -> list[Node] | None:
    """Read `Poisson: mu > 0, Gamma: mu > 0`: two cases or more, each with its claim."""
    if not _begins_case(read) or not _another_case(read):
        return None
    found: list[Node] = []
    while _begins_case(read):
        label = read.next()
        read.next()
        span = Span(label.start, label.end)
        case = Comparison((Name("case", span), String(label.text, span)), ("=",), span)
        claim = read.binary(0)
        if not is_boolean(claim) or isinstance(claim, Name):
            read.fault(claim, "this case is prose", "compare it with something")
        found += implied(case, [claim])
        if not read.at(",", ";") and read.token.kind != "newline":
            break
        read.next()
    return found


def _begins_case(read: StatementReader) -> bool:
    word, after = read.token, read.ahead()
    capital = word.kind == "name" and word.text[:1].isupper() and len(word.text) > 2  # noqa: PLR2004
    return not read.declares and capital and after.text == ":" and after.start == word.end


def _another_case(read: StatementReader) -> bool:
    """Whether a second label follows behind a comma or on another line."""
    at = read.position + 2
    for before, word, after in zip(
        read.tokens[at:], read.tokens[at + 1 :], read.tokens[at + 2 :], strict=False
    ):
        separates = before.text in {",", ";"} or before.kind == "newline"
        if separates and word.kind == "name" and word.text[:1].isupper() and after.text == ":":
            return True
    return False


def _label(read: StatementReader, at: int) -> int:
    while read.tokens[at].kind in _LABEL or (read.tokens[at].text in _GLUE and at):
        at += 1
    return at
