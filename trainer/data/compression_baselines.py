"""Baselines that a language model must beat: the entropy of bytes, zlib and xz."""

import lzma
import zlib

import numpy as np
import numpy.typing as npt

from trainer.errors import UserError

Bytes = npt.NDArray[np.uint8]


def order0_bits_per_byte(text: Bytes) -> float:
    """Return the entropy of the bytes' frequencies: what the best fixed code would need.

    Raises UserError for an empty text, as the other baselines do.

    >>> order0_bits_per_byte(np.frombuffer(b"abab", dtype=np.uint8))
    1.0
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
