"""What the conditions of a space say of one variable that is no number: its ends and lengths."""

from collections.abc import Callable, Iterator, Sequence

from pv.claims import Node
from pv.claims.domains.number_sets import infinity
from pv.claims.tree import (
    Call,
    Comparison,
    Interval,
    Name,
    Range,
    String,
    Unary,
    called,
    names,
)
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
            case Comparison((subject, Interval(low, high) | Range(low, high)), ("in",)):
                for word, end in ((">=", low), ("<=", high)):
                    found = _within(found, name, subject, word, end, members)
            case Comparison(operands, operators):
                for side, word, end in _sides(operands, operators):
                    found = _within(found, name, side, word, end, members)
    return found


def _sides(operands: Sequence[Node], operators: Sequence[str]) -> Iterator[tuple[Node, str, Node]]:
    """Yield each comparison of a chain, from both of its sides."""
    for left, word, right in zip(operands, operators, operands[1:], strict=False):
        if word in _FLIPPED:
            yield left, word, right
            yield right, _FLIPPED[word], left


def _within(found: Limits, name: str, side: Node, word: str, end: Node, members: Members) -> Limits:
    fixed = members.fixed()
    if names(end) - {"inf", *fixed} or called(end) or infinity(end):
        return found
    return _limited(found, name, side, word, members.value(end, fixed))


def _limited(found: Limits, name: str, side: Node, word: str, end: Value) -> Limits:
    """Take one comparison in; of two that say the same kind of thing, the narrower."""
    match side:
        case Name(own) if own == name:
            low = _tighter(max, found.low, end) if word in _FROM else found.low
            high = _tighter(min, found.high, end) if word in _UP_TO else found.high
            return found._replace(low=low, high=high)
        case Call("length" | "len" | "count", (Name(own),)) | Unary("abs", Name(own)) if (
            own == name and type(end) is int
        ):
            shortest = max(found.shortest, end) if word in _FROM else found.shortest
            longest = _tighter(min, found.longest, end) if word in _UP_TO else found.longest
            return found._replace(shortest=shortest, longest=longest)
    return found


def _tighter(choose: Callable[[Value, Value], Value], before: Value, end: Value) -> Value:
    """Return the narrower of two ends; of what cannot be compared, the first."""
    if before is None:
        return end
    try:
        return choose(before, end)
    except TypeError:  # a text and a number
        return before
