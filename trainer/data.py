"""A corpus of tokens with its digest, deterministic batches, and baselines to beat."""

import lzma
import zlib
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from trainer.config import Training
from trainer.errors import UserError
from trainer.order import Numbers, count_windows, windows_of_step

Bytes = npt.NDArray[np.uint8]


class Tokens(Protocol):
    """A long row of tokens, in memory or on the disk."""

    def __len__(self) -> int:
        """Return how many there are."""

    def __getitem__(self, indices: Any, /) -> npt.NDArray[Any]:
        """Return the tokens at an array of indices, in its shape."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Tokens of some documents, split by document. A token of a byte-level corpus is a byte."""

    train: Tokens
    held_out: npt.NDArray[Any]
    digest: str
    """SHA-256 over what was read, the split, and the tokenizer."""
    files: int
    """How many documents: files, lines, rows or shards."""
    source: str
    held_out_bytes: int | None
    """The size of the held-out text in UTF-8; None where only tokens are known."""
    unit: str = "bytes"
    """What is counted: bytes or tokens."""


def steps_per_epoch(size: int, batch_size: int, length: int) -> int:
    """Return how many whole batches a text of `size` tokens gives; UserError when it gives none.

    A window takes `length` tokens and one more as the last label; windows do not overlap.
    """
    steps = count_windows(size, length) // batch_size
    if steps < 1:
        needed = batch_size * length + 1
        raise UserError(
            f"the corpus has {size} tokens to train on, less than one batch of {batch_size} "
            f"windows of {length} ({needed} tokens); add text, or lower training.batch_size or "
            "dataset.max_length"
        )
    return steps


def epoch_steps(size: int, training: Training, length: int) -> int:
    """Return the steps of an epoch: what the text gives, or training.steps_per_epoch if less."""
    there, most = steps_per_epoch(size, training.batch_size, length), training.steps_per_epoch
    return there if most is None else min(there, most)


def batch(
    text: Tokens, *, step: int, batch_size: int, length: int, seed: int
) -> tuple[Tensor, Tensor]:
    """Return tokens and next-token labels (B, T), int64, of the 0-based `step`.

    A pure function of text, seed and step; `trainer.order` says which windows it takes.
    """
    steps_per_epoch(len(text), batch_size, length)
    numbers = windows_of_step(
        step, windows=count_windows(len(text), length), batch_size=batch_size, seed=seed
    )
    rows = rows_of(text, numbers, length)  # (B, T + 1)
    both = torch.from_numpy(rows)
    return both[:, :-1].contiguous(), both[:, 1:].contiguous()


def rows_of(text: Tokens, numbers: Numbers, length: int) -> Numbers:
    """Return the tokens of windows (B,) and the one after each: (B, T + 1), int64."""
    starts = numbers[:, None] * length
    return text[starts + np.arange(length + 1)].astype(np.int64)


def order0_bits_per_byte(text: Bytes) -> float:
    """Return the entropy of the bytes' frequencies: what the best fixed code would need.

    Raises UserError for an empty text, as the other baselines do.
    """
    counts = np.bincount(text, minlength=256)
    share = counts[counts > 0] / _size(text)
    return float(-(share * np.log2(share)).sum())


def zlib_bits_per_byte(text: Bytes) -> float:
    """Return the size under zlib at level 9, in bits for each byte."""
    return 8 * len(zlib.compress(text.tobytes(), 9)) / _size(text)


def xz_bits_per_byte(text: Bytes) -> float:
    """Return the size under xz at its default preset, in bits for each byte."""
    return 8 * len(lzma.compress(text.tobytes())) / _size(text)


def _size(text: Bytes) -> int:
    if len(text) == 0:
        raise UserError("no bytes to measure; add text until some of its files are held out")
    return len(text)
