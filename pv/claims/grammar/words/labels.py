"""Pass over titles: the name of a law before a claim, and of values before equations."""

from pv.claims.text.cursor import Reader
from pv.claims.text.symbols import DENYING

_LABEL = frozenset({"name", "number"})
_GLUE = frozenset({"-", ".", "/"})


_LAWS = frozenset(
    [
        "additivity", "antisymmetry", "associativity", "bound", "bounds", "commutativity",
        "conservation", "consistency", "distributivity", "homogeneity", "idempotence",
        "idempotency", "identity", "inequality", "invariance", "invariant", "involution", "law",
        "linearity", "monotonicity", "nonnegativity", "normalization", "positivity", "property",
        "reflexivity", "rule", "symmetry", "transitivity",
    ]
)  # fmt: skip
"""Last words of the names of laws. `Poisson: mu > 0` names a case, and is none."""


def title(read: Reader) -> None:
    """Pass over `Triangle inequality:` before a claim, and `Qwen3-8B config:` before equations."""
    if not read.declares:
        _law(read)
        return
    if read.position:
        return
    end = _label(read, 0)
    words = read.tokens[:end]
    named = sum(word.kind == "name" for word in words)
    equation = [word.text for word in read.tokens[end : end + 3]]
    if named > 1 and equation[:1] == [":"] and equation[2:] == ["="]:
        read.position = end + 1


def _law(read: Reader) -> None:
    end = _label(read, read.position)
    words = read.tokens[read.position : end]
    last = words[-1].text.lower() if words else ""
    named = read.tokens[end].text == ":" and all(word.kind == "name" for word in words)
    if (
        last in _LAWS
        and named
        and ({"no"} | DENYING).isdisjoint(word.text.lower() for word in words)
    ):
        read.position = end + 1


def _label(read: Reader, at: int) -> int:
    while read.tokens[at].kind in _LABEL or (read.tokens[at].text in _GLUE and at):
        at += 1
    return at
