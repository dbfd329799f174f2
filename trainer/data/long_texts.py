"""Cut long texts into pieces whose tokens, one after the other, are those of the whole.

A tokenizer takes more than a hundred bytes of memory for each byte of a text that it is given.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.uint32]
Encode = Callable[[Sequence[str]], list[Ids]]
LONG = 1_000_000
"""Characters from which on a text is cut, and after which a place is looked for."""
_WINDOW = 1_000  # characters on either side of a place, which decide whether it is one
_TRIES = 100
_GAP = re.compile(r"(?<=\S)\s(?=\S)")


def cut(text: str, encode: Encode) -> list[str]:
    """Return the pieces of a text, which is whole where no place to cut it is found."""
    pieces, start = [], 0
    while len(text) - start > LONG:
        place = _place(text, start + LONG, encode)
        if place is None:
            break
        pieces.append(text[start:place])
        start = place
    return [*pieces, text[start:]]


def groups(texts: Sequence[str], size: int) -> Iterator[list[str]]:
    """Yield texts in groups of at least so many characters, but the last.

    >>> list(groups(["ab", "c", "def", "g"], 3))
    [['ab', 'c'], ['def'], ['g']]
    """
    group: list[str] = []
    held = 0
    for text in texts:
        group.append(text)
        held += len(text)
        if held >= size:
            yield group
            group, held = [], 0
    if group:
        yield group


def _place(text: str, after: int, encode: Encode) -> int | None:
    """Return a place before a space where what is on either side has the tokens of both."""
    for gap in islice(_GAP.finditer(text, after), _TRIES):
        place = gap.start()
        sides = text[place - _WINDOW : place], text[place : place + _WINDOW]
        *apart, together = encode([*sides, "".join(sides)])
        if np.array_equal(np.concatenate(apart), together):
            return place
    return None
