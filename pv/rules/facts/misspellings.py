"""Tell a misspelt name from another one."""

from collections.abc import Iterable

_SHORTEST = 4
"""Letters of a name below which one more or less says nothing."""


def slip_for(word: str, names: Iterable[str]) -> str | None:
    """Return the first name that a word may be a slip for."""
    return next((name for name in names if len(name) >= _SHORTEST and is_slip(word, name)), None)


def is_slip(word: str, name: str) -> bool:
    """Whether one letter was added, left out or changed, or two neighbours were exchanged.

    The first letter is the one that is right: `bound` is not `round`. Names that differ in a
    number or in a short last part (`norm_a`, `norm_b`) are two names.
    """
    if abs(len(word) - len(name)) > 1 or word[0] != name[0] or word.lower() == name.lower():
        return False
    if word.rstrip("0123456789") == name.rstrip("0123456789"):
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), None)
    if at is None:  # one letter more at the end
        longer = max(word, name, key=len)
        return longer[-1].isalpha() and longer[-2] != "_"
    head, tail = word[at:], name[at:]
    exchanged = head[:2] == tail[1::-1] and head[2:] == tail[2:]
    if not exchanged and tail[1:] not in {head, head[1:]} and head[1:] != tail:
        return False
    apart = len(word.rpartition("_")[2]) < _SHORTEST and word[:at].endswith("_")
    return not (apart or head[0].isdigit() or tail[0].isdigit())
