"""Read a text by the field of a contract that it stands in: a claim, a formula or a set."""

from functools import lru_cache

from pv.claims.faults import Fault
from pv.claims.grammar.parser import parse_list
from pv.claims.grammar.words.declarations import is_type
from pv.claims.text.classify import as_set, is_boolean
from pv.claims.tree import Binary, Comparison, Interval, Name, Node, Tuple, names

CLAIMS = frozenset({"formal", "invariant", "precondition", "postcondition", "prediction"})
"""Fields whose texts are true or false."""
SETS = frozenset({"domain", "codomain"})
"""Fields whose texts say which values there are."""


@lru_cache(maxsize=2048)  # rules and plans ask of every text of a contract, again and again
def read_field(field: str, text: str) -> tuple[Node, ...] | Fault:
    """Read the text of a field; a word alone is no claim, no formula and no set."""
    found = parse_list(text, declares=field in SETS)
    if isinstance(found, Fault):
        return found
    for node in found:
        if fault := _unfit(field, node):
            return fault
    if field == "formula" and (fault := _redefined(found)):
        return fault
    if field == "codomain":
        return tuple(as_set(_intervals(node, text)) for node in found)
    return found


def _redefined(found: tuple[Node, ...]) -> Fault | None:
    """Return a fault at `q = norm(q)` and at a second `q = …`, which may be steps of a program."""
    defined: set[str] = set()
    for node in found:
        match node:
            case Comparison(operands=(Name(name, span), body), operators=("=",)):
                if name in defined or name in names(body):
                    message = f"`{name}` may be a new value here"
                    remedy = f"number the steps: `{name}_{{t + 1}} = …`, or name each value"
                    return Fault(span.start, span.end, message, remedy)
                defined.add(name)
    return None


def _intervals(tree: Node, text: str) -> Node:
    """Return a codomain as the set that is meant: `[0, 1]^n` is a power of an interval.

    In `(n, d)` and `(ℝ, ℝ)` no numbers are the ends, so these stay pairs.
    """
    match tree:
        case Tuple((low, high), span) if not (names(low) | names(high)) - {"inf", "pi", "π"}:
            open_low, open_high = text[span.start] == "(", text[span.end - 1] == ")"
            return Interval(low, high, open_low, open_high, span)
        case Binary("^", base, exponent, span):
            return Binary("^", _intervals(base, text), exponent, span)
    return tree


def _unfit(field: str, node: Node) -> Fault | None:
    start, end = node.span.start, node.span.end
    if field in CLAIMS and (not is_boolean(node) or isinstance(node, Name)):
        return Fault(start, end, "this is neither true nor false", "compare it with something")
    if isinstance(node, Name) and (field == "formula" or (field in SETS and not is_type(node))):
        return Fault(start, end, "a word alone says nothing here", "write it out as mathematics")
    return None
