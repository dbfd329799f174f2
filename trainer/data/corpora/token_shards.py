"""Tokenized shards, `.bin` and `.npy`, memory-mapped.

The last twentieth of each shard is held out: document boundaries are unknown, and this way adding
a shard moves no token from one side to the other.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trainer.data.corpora.find_files import files_at
from trainer.data.corpus import Corpus, Indices, Marks, TokenArray, Tokens
from trainer.errors import UserError

_HELD_OUT = 20
_BLOCK = 1 << 22  # tokens that are checked at once
_TYPES = {"u16": "<u2", "u32": "<u4"}


class ConcatenatedShards:
    """Several shards concatenated into one sequence of tokens, without a copy."""

    def __init__(self, parts: Sequence[TokenArray]) -> None:
        self._parts = tuple(parts)
        self._ends = np.cumsum([len(part) for part in parts])

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __getitem__(self, indices: npt.NDArray[np.int64]) -> TokenArray:
        """Return the tokens at indices of any shape; only the shards that they hit are read."""
        owners = np.searchsorted(self._ends, indices, side="right")
        found = np.empty(indices.shape, dtype=np.int64)
        for owner in np.unique(owners):
            part, here = self._parts[owner], owners == owner
            found[here] = part[indices[here] - (self._ends[owner] - len(part))]
        return found


def bin_corpus(path: Path, token_type: str, limit_bytes: int | None, vocab_size: int) -> Corpus:
    """Map little-endian shards without a header; raise UserError with file and position."""
    kind = np.dtype(_TYPES[token_type])
    shards: dict[Path, TokenArray] = {}
    for file in files_at(path, (".bin",)):
        size = file.stat().st_size
        if size % kind.itemsize:
            raise UserError(
                f"{file}: {size} bytes are not a whole number of {token_type} tokens; "
                "look at dataset.token_type, or copy the file again"
            )
        shards[file] = np.memmap(file, dtype=kind, mode="r") if size else np.empty(0, dtype=kind)
    return _corpus(path, shards, limit_bytes, vocab_size)


def npy_corpus(path: Path, limit_bytes: int | None, vocab_size: int) -> Corpus:
    """Map one-dimensional arrays of integers; raise UserError with file and position."""
    shards: dict[Path, TokenArray] = {}
    for file in files_at(path, (".npy",)):
        try:
            shards[file] = np.load(file, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as fault:
            raise UserError(f"{file}: not a readable .npy file ({fault}); write it again") from (
                fault
            )
        kind, shape = shards[file].dtype, shards[file].shape
        if kind.kind not in "iu" or len(shape) != 1:
            raise UserError(
                f"{file}: holds {kind} of shape {shape}; tokens are one row of integers"
            )
    return _corpus(path, shards, limit_bytes, vocab_size)


def _corpus(
    path: Path, shards: dict[Path, TokenArray], limit_bytes: int | None, vocab_size: int
) -> Corpus:
    digest = hashlib.sha256()
    train: list[TokenArray] = []
    held_out: list[TokenArray] = []
    room = limit_bytes
    for file, whole in shards.items():
        shard = whole if room is None else whole[: room // whole.dtype.itemsize]
        _check(file, shard, vocab_size, digest)
        cut = len(shard) - len(shard) // _HELD_OUT
        train.append(shard[:cut])
        held_out.append(shard[cut:])
        if room is not None and (room := room - shard.nbytes) <= 0:
            break
    if not any(len(part) for part in train):
        raise UserError(f"the corpus is empty: no token in {path}; name a place with some")
    joined: Tokens = train[0] if len(train) == 1 else ConcatenatedShards(train)
    return Corpus(
        train=joined,
        held_out=np.concatenate(held_out),
        digest=digest.hexdigest(),
        files=len(train),
        source=str(path),
        held_out_bytes=None,
        unit="tokens",
        train_marks=Marks(starts=_beginnings(train)),
        held_out_marks=Marks(starts=_beginnings(held_out)),
    )


def _beginnings(parts: Sequence[TokenArray]) -> Indices:
    """Return where parts begin, one behind the other: no document goes on in the next."""
    return np.cumsum([0, *(len(part) for part in parts[:-1])])


def _check(file: Path, shard: TokenArray, vocab_size: int, digest: "hashlib._Hash") -> None:
    """Add the shard to the digest; raise UserError for a token outside of the vocabulary."""
    digest.update(f"{file.name} {len(shard)} {shard.dtype.str}\n".encode())
    for start in range(0, len(shard), _BLOCK):
        block = np.ascontiguousarray(shard[start : start + _BLOCK])
        digest.update(block.data)
        wrong = np.flatnonzero((block < 0) | (block >= vocab_size))
        if len(wrong):
            at = int(wrong[0])
            raise UserError(
                f"{file}: token {start + at} is {int(block[at])}, but the vocabulary has "
                f"{vocab_size}; look at the tokenizer, and at dataset.token_type"
            )
