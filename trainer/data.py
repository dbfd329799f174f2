"""Text as bytes: a corpus with its digest, deterministic batches, and baselines to beat."""

import hashlib
import lzma
import sysconfig
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from trainer.errors import UserError

Bytes = npt.NDArray[np.uint8]

_HELD_OUT = 20  # one file in so many
_NOT_TEXT = frozenset({"test", "tests", "idle_test", "site-packages", "__pycache__", "turtledemo"})
_SUFFIXES = frozenset({".txt", ".md", ".rst", ".py"})


@dataclass(frozen=True, slots=True)
class Corpus:
    """The text of some files, split by file."""

    train: Bytes
    held_out: Bytes
    digest: str
    """SHA-256 over the paths and bytes that were read, and the split."""
    files: int
    source: str


def standard_library_corpus(limit_bytes: int | None = None) -> Corpus:
    """Read the running Python's own standard library: `*.py` without tests (PSF licence)."""
    root = Path(sysconfig.get_path("stdlib"))
    files = [file for file in root.rglob("*.py") if not _NOT_TEXT & set(_inside(file, root).parts)]
    return _corpus(root, files, limit_bytes, "Python standard library")


def folder_corpus(root: Path, limit_bytes: int | None = None) -> Corpus:
    """Read the text files (.txt, .md, .rst, .py) below a folder; UserError if there is none."""
    if not root.is_dir():
        raise UserError(f"dataset.path {root}: there is no such folder; give one with text files")
    files = [file for file in root.rglob("*") if file.suffix in _SUFFIXES and file.is_file()]
    return _corpus(root, files, limit_bytes, str(root))


def steps_per_epoch(size: int, batch_size: int, length: int) -> int:
    """Return how many whole batches a text of `size` bytes gives; UserError when it gives none.

    A window takes `length` bytes and one more as the last label; windows do not overlap.
    """
    steps = (size - 1) // length // batch_size
    if steps < 1:
        needed = batch_size * length + 1
        raise UserError(
            f"the corpus has {size} bytes to train on, less than one batch of {batch_size} windows "
            f"of {length} ({needed} bytes); add text, or lower training.batch_size or "
            "dataset.max_length"
        )
    return steps


def batch(
    text: Bytes, *, step: int, batch_size: int, length: int, seed: int
) -> tuple[Tensor, Tensor]:
    """Return tokens and next-byte labels (B, T), int64, of the 0-based `step`.

    Each pass over the text takes every window once, in an order drawn from the seed and the
    number of the pass; the windows that do not fill a last batch wait for another pass.
    """
    steps = steps_per_epoch(len(text), batch_size, length)
    windows = (len(text) - 1) // length
    first = step % steps * batch_size
    starts = _order(seed, step // steps, windows)[first : first + batch_size] * length
    rows = text[starts[:, None] + np.arange(length + 1)].astype(np.int64)  # (B, T + 1)
    both = torch.from_numpy(rows)
    return both[:, :-1].contiguous(), both[:, 1:].contiguous()


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


@lru_cache(maxsize=2)  # drawing a pass anew at each of its steps costs as much as a small model
def _order(seed: int, number: int, windows: int) -> npt.NDArray[np.int64]:
    """Return the order of the windows in a pass; read-only, since all its steps share it."""
    order = np.random.default_rng([seed, number]).permutation(windows)
    order.setflags(write=False)
    return order


def _size(text: Bytes) -> int:
    if len(text) == 0:
        raise UserError("no bytes to measure; add text until some of its files are held out")
    return len(text)


def _inside(file: Path, root: Path) -> Path:
    return file.relative_to(root)


def _corpus(root: Path, files: Iterable[Path], limit_bytes: int | None, source: str) -> Corpus:
    """Split by a hash of the path, so that adding a file moves no other; read in hash order.

    At `limit_bytes` the reading stops, within a file if need be.
    """
    hashed = sorted((_hash(_inside(file, root)), file) for file in files)
    taken: list[tuple[bool, Path, bytes]] = []
    room = limit_bytes
    for number, file in hashed:
        data = file.read_bytes()[:room]
        taken.append((number % _HELD_OUT == 0, file, data))
        if room is not None and (room := room - len(data)) <= 0:
            break
    if not any(data for _, _, data in taken):
        raise UserError(f"the corpus is empty: no text below {root}; name a folder with text files")
    return Corpus(
        train=_joined(data for held_out, _, data in taken if not held_out),
        held_out=_joined(data for held_out, _, data in taken if held_out),
        digest=_digest(taken, lambda file: _inside(file, root).as_posix()),
        files=len(taken),
        source=source,
    )


def _hash(path: Path) -> int:
    return int.from_bytes(hashlib.sha256(path.as_posix().encode()).digest()[:8])


def _joined(parts: Iterable[bytes]) -> Bytes:
    return np.frombuffer(b"".join(parts), dtype=np.uint8)


def _digest(taken: Iterable[tuple[bool, Path, bytes]], name: Callable[[Path], str]) -> str:
    digest = hashlib.sha256()
    for held_out, file, data in taken:
        digest.update(f"{'held out' if held_out else 'train'} {name(file)} {len(data)}\n".encode())
        digest.update(hashlib.sha256(data).digest())
    return digest.hexdigest()
