"""A corpus of tokens, split into training and held-out text, with its digest."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

TokenArray = npt.NDArray[np.integer]
"""Tokens in whatever integer type holds the vocabulary."""


class Tokens(Protocol):
    """A long sequence of tokens, in memory or on the disk."""

    def __len__(self) -> int:
        """Return the number of tokens."""

    def __getitem__(self, indices: Any, /) -> TokenArray:
        """Return the tokens at an array of indices, in its shape."""


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
    train_learned: Tokens | None = None
    """Of each token to train on, whether it is learned; None: all of them are."""
    held_out_learned: TokenArray | None = None
