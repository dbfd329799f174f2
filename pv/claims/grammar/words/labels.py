"""Pass over titles: the name of a law before a claim."""

from pv.claims.text.cursor import Reader
from pv.claims.text.symbols import DENYING

_LABEL = frozenset({"name", "number"})
_GLUE = frozenset({"-", ".", "/"})


_LAWS = frozenset([
    "additivity", "antisymmetry", "associativity", "bound", "bounds", "commutativity",
    "conservation", "consistency", "distributivity", "homogeneity", "idempotence",
    "idempotency", "identity", "inequality", "invariance", "invariant", "involution", "law",
    "linearity", "monotonicity", "nonnegativity", "normalization", "positivity", "property",
    "reflexivity", "rule", "symmetry", "transitivity",
])  # fmt: skip
"""Last words of the names of laws. `Poisson: mu > 0` names a case, and is none."""


def title(read: Reader) -> None:
    """Pass over `Triangle inequality:` before a claim."""
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
