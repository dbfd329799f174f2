"""What the conditions of a space say of one variable that is no number: its ends and lengths."""

from collections.abc import Iterator, Sequence

from pv.claims import Node
from pv.claims.tree import Call, Comparison, Name, String, Unary, called, names
from pv.claims.values import Value
from pv.engines.spaces.membership import Members
from pv.engines.spaces.objects.kinds import Limits

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
_FROM, _UP_TO = frozenset({">", ">=", "="}), frozenset({"<", "<=", "="})


def limits_of(name: str, members: Members) -> Limits:
    """Return what holds of a variable in every case; raises EvaluationError."""
    found = Limits()
    for said in members.space.conditions:
        match said:
            case Call("full_match", (Name(subject), String(pattern))) if subject == name:
                found = found._replace(pattern=pattern)
            case Comparison(operands, operators):
                for side, word, end in _sides(operands, operators):
                    if not names(end) and not called(end):
                        found = _limited(found, name, side, word, members.value(end, {}))
    return found


def _sides(operands: Sequence[Node], operators: Sequence[str]) -> Iterator[tuple[Node, str, Node]]:
    """Yield each comparison of a chain, from both of its sides."""
    for left, word, right in zip(operands, operators, operands[1:], strict=False):
        if word in _FLIPPED:
            yield left, word, right
            yield right, _FLIPPED[word], left


def _limited(found: Limits, name: str, side: Node, word: str, end: Value) -> Limits:
    """Take one comparison in; where there are two, either of them is right."""
    match side:
        case Name(own) if own == name:
            low, high = found.low, found.high
            return found._replace(
                low=end if word in _FROM else low, high=end if word in _UP_TO else high
            )
        case Call("length" | "len" | "count", (Name(own),)) | Unary("abs", Name(own)) if (
            own == name and type(end) is int
        ):
            shortest, longest = found.shortest, found.longest
            return found._replace(
                shortest=end if word in _FROM else shortest,
                longest=end if word in _UP_TO else longest,
            )
    return found
