"""A corpus of tokens, split into training and held-out text, with its digest."""

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

TokenArray = npt.NDArray[np.integer]
"""Tokens in whatever integer type holds the vocabulary."""
Indices = npt.NDArray[np.int64]
"""Places in a text."""


class Tokens(Protocol):
    """A long sequence of tokens, in memory or on the disk."""

    def __len__(self) -> int:
        """Return the number of tokens."""

    def __getitem__(self, indices: Any, /) -> TokenArray:
        """Return the tokens at an array of indices, in its shape."""


class Marks(NamedTuple):
    """What a text says beside its tokens."""

    learned: Tokens | None = None
    """Of each token, whether it is learned; None: all of them are."""
    starts: Indices | None = None
    """The indices at which its documents begin; None where windows do not keep them apart."""


UNMARKED = Marks()


@dataclass(frozen=True, slots=True)
class Corpus:
    """Tokens of some documents, split by document. A token of a byte-level corpus is a byte."""

    train: Tokens
    held_out: TokenArray
    digest: str
    """SHA-256 over what was read, the split, and the tokenizer."""
    files: int
    """Number of documents: files, lines, rows or shards."""
    source: str
    held_out_bytes: int | None
    """The size of the held-out text in UTF-8; None where only tokens are known."""
    unit: str = "bytes"
    """Unit of the counts: bytes or tokens."""
    train_marks: Marks = UNMARKED
    held_out_marks: Marks = UNMARKED
