"""Tell a misspelt name from another one; in doubt it is another one."""

from collections.abc import Iterable

_SHORTEST = 5
"""Letters of a name below which its neighbours are names too: `sort` and `sqrt`."""
_LONG = 6
"""Letters from which a letter lost or changed is a slip: `stage` is not `state`."""
_ENDING = 2
"""Letters at the end that tell forms of a word apart: `scaled`, `scales`, `scaler`."""

_LONGEST = 60
"""Letters of a name above which it is nobody's slip."""


class Names:
    """Names by what is left of each without one letter: a slip of a name leaves the same.

    So a word is compared with few names, however many there are.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._by_rest: dict[str, list[str]] = {}
        for name in names:
            for rest in _rests(name):
                self._by_rest.setdefault(rest, []).append(name)

    def meant_by(self, word: str) -> set[str]:
        """Return the names of which a word is a slip."""
        near = {name for rest in _rests(word) for name in self._by_rest.get(rest, ())}
        return {name for name in near if is_slip(word, name)}


def _rests(name: str) -> set[str]:
    """Return a name, what is left of it without any one letter, and without its underscores."""
    if len(name) > _LONGEST:
        return set()
    return {name, name.replace("_", ""), *(name[:n] + name[n + 1 :] for n in range(len(name)))}


def is_slip(word: str, name: str) -> bool:
    """Return whether one letter was added, left out or changed, or two were exchanged.

    The first letter is the one that is right: `bound` is not `round`. Names that differ in a
    number or in a short part (`norm_a`, `norm_b`), or as forms of a word do, are two names.
    """
    if min(len(word), len(name)) < _SHORTEST or word == name:
        return False
    parts, wanted = word.split("_"), name.split("_")
    if len(parts) != len(wanted):
        return _of_words(parts) and _of_words(wanted) and "".join(parts) == "".join(wanted)
    apart = [(a, b) for a, b in zip(parts, wanted, strict=True) if a != b]
    return len(apart) == 1 and _is_slip_of_a_part(*apart[0])


def _of_words(parts: list[str]) -> bool:
    """Return whether no part of a name is a subscript."""
    return all(len(part) > 1 and part.isalpha() for part in parts)


def _is_slip_of_a_part(word: str, name: str) -> bool:
    if not (word.isalpha() and name.isalpha()) or word[0] != name[0]:
        return False
    if word.lower() == name.lower() or max(len(word), len(name)) < _SHORTEST:
        return False
    shorter, longer = sorted((word, name), key=len)
    at = next((i for i, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), len(shorter))
    if len(shorter) == len(longer):
        exchanged = (
            word[at : at + 2] == name[at : at + 2][::-1] and word[at + 2 :] == name[at + 2 :]
        )
        changed = word[at + 1 :] == name[at + 1 :] and at < len(word) - _ENDING
        return exchanged or (len(word) >= _LONG and changed)
    if longer[:at] + longer[at + 1 :] != shorter:
        return False
    doubled = longer[at] == longer[at - 1]
    return doubled or (len(longer) > _LONG and at < len(longer) - 1)
