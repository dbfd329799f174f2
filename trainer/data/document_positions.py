"""Where the tokens of a text are in their documents, for windows that keep documents apart."""

import numpy as np
import numpy.typing as npt

from trainer.data.corpus import Indices, Tokens

_AT_ONCE = 1 << 22  # tokens that are looked at


def positions_in_documents(starts: Indices, indices: Indices, length: int) -> Indices:
    """Return the position of each token, by its index in the text, in its document.

    `starts` are the indices at which documents begin, ascending from 0. Windows of `length` tokens
    begin at its multiples, and a document that is cut there begins again.

    >>> positions_in_documents(np.array([0, 2]), np.arange(9), length=4)
    array([0, 1, 0, 1, 0, 1, 2, 3, 0])
    """
    return indices - np.maximum(_begin(starts, indices), indices // length * length)


def begins_document(starts: Indices, indices: Indices) -> npt.NDArray[np.bool_]:
    """Return whether a document begins with each token, by its index in the text."""
    return np.equal(_begin(starts, indices), indices)


def starts_behind(text: Tokens, end: int) -> Indices:
    """Return the first place of a text, and each that is behind an end token.

    >>> starts_behind(np.array([5, 0, 6, 7, 0, 8]), end=0)
    array([0, 2, 5])
    """
    parts = (
        range(start, min(start + _AT_ONCE, len(text))) for start in range(0, len(text), _AT_ONCE)
    )
    behind = [np.flatnonzero(text[np.array(part)] == end) + part.start + 1 for part in parts]
    return np.concatenate([np.zeros(1, dtype=np.int64), *behind])


def _begin(starts: Indices, indices: Indices) -> Indices:
    return starts[np.searchsorted(starts, indices, side="right") - 1]
