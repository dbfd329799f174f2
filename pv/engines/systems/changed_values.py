"""Change a recorded value: another number, another text, another JSON document."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pv.claims.values import Value

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MOST_PLACES = 300
"""Places of one value that are changed one by one, those first that the expectations name."""
_MOST_TEXT = 10**7
"""Characters of all changed copies of a text."""
_HUGE = 10**9
_MANY = 50  # copies of a line

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Hints:
    """What expectations mention: at these values a change may begin to show."""

    numbers: tuple[float, ...] = ()
    texts: tuple[str, ...] = ()
    patterns: tuple[re.Pattern[str], ...] = ()
    """The texts that are regular expressions."""
    samples: tuple[str, ...] = ()
    """A text that each of them matches."""
    keys: frozenset[str] = frozenset()


def changed(value: Value, hints: Hints) -> Iterator[Value]:
    """Yield a value as it might have been, at first as a whole and then place by place."""
    yield from _other(value, hints)
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        yield _every_number(value, 1)
        places = sorted(_places(value), key=lambda place: -len(hints.keys.intersection(place)))
        for place in places[:_MOST_PLACES]:
            for other in _other(_at(value, place), hints):
                yield _replaced(value, place, other)


def changed_text(text: str, hints: Hints) -> Iterator[str]:
    """Yield a text without some of it, with more, and with other numbers."""
    lines = text.splitlines(keepends=True)
    yield from ("", f"{text}?", f"?{text}", text.swapcase(), text * 2, "".join(reversed(lines)))
    yield from ("".join(lines[1:]), "".join(lines[:-1]))
    for more in (*hints.samples, *hints.texts):
        yield from (f"{text}\n{more}\n", f"{text}\n" + f"{more}\n" * _MANY, f"{more}\n{text}")
        yield more
    yield from (_NUMBER.sub(str(number), text) for number in (0, _HUGE))
    for start, end in _numbers_in(text, hints):
        for number in _numbers(float(text[start:end]), hints):
            yield f"{text[:start]}{number:.15g}{text[end:]}"


def _other(value: Value, hints: Hints) -> Iterator[Value]:
    match value:
        case bool():
            yield not value
        case int() | float():
            yield from _numbers(value, hints)
        case str():
            yield from ("", f"{value}?", *hints.texts)
        case Mapping():
            yield {}
            yield from ({**value, name: 0} for name in ("added", *hints.texts) if name not in value)
            yield from ({k: v for k, v in value.items() if k != name} for name in _few(value))
        case Sequence():
            yield from ([], list(value[1:]), list(value[:-1]), [*value, *value], [*value[::-1]])
    if value is not None:
        yield None
    else:
        yield from ({"added": 0}, 0, "", True)


def changed_count(value: float, hints: Hints, low: int, high: float) -> Iterator[float]:
    """Yield other numbers of the kind that something has by its nature: a size is not negative."""
    whole = isinstance(value, int)
    for other in (1, low, *_numbers(value, hints)):
        if low <= other <= high and other != value and (other == int(other) or not whole):
            yield int(other) if whole else other


def _numbers_in(text: str, hints: Hints) -> list[tuple[int, int]]:
    """Return where numbers stand, those first that a regular expression of the claim reads."""
    read = [found.span() for each in hints.patterns for found in each.finditer(text)]
    spans = (found.span() for found in _NUMBER.finditer(text))
    ordered = sorted(spans, key=lambda span: not any(a <= span[0] < b for a, b in read))
    return ordered[: min(_MOST_PLACES, _MOST_TEXT // len(text or "?"))]


def _few(record: Mapping[str, Value]) -> Iterator[str]:
    return islice(record, _MOST_PLACES)


def _numbers(value: float, hints: Hints) -> Iterator[float]:
    near = (end + more for end in hints.numbers for more in (-1, 0, 1))
    yield from (value + 1, 0, -value - 1, 2 * value + 1, value / 2, _HUGE, -_HUGE, *near)


def _places(value: Value) -> Iterator[Path]:
    """Yield the way to each part of a document, whatever its kind."""
    items: Sequence[tuple[str | int, Value]] = []
    if isinstance(value, Mapping):
        items = [*value.items()]
    elif isinstance(value, list | tuple):
        items = [*enumerate(value)]
    for key, inner in items:
        yield (key,)
        yield from ((key, *path) for path in _places(inner))


def _at(value: Value, path: Path) -> Value:
    for key in path:
        value = value[key]
    return value


def _replaced(value: Value, path: Path, other: Value) -> Value:
    if not path:
        return other
    inner = _replaced(value[path[0]], path[1:], other)
    if isinstance(value, Mapping):
        return {**value, path[0]: inner}
    return [inner if number == path[0] else item for number, item in enumerate(value)]


def _every_number(value: Value, more: float) -> Value:
    if isinstance(value, Mapping):
        return {key: _every_number(item, more) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_every_number(item, more) for item in value]
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return value + more if plain else value
