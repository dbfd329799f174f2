"""A folder with a teacher's top-k logits for windows of tokens.

A record is found by the tokens of its window, so that neither the order of the batches nor how
they are split matters. `windows.bin` has one record per window, `cache.json` the facts of the
cache, `progress.json` the number of records that are known to be on the disk.
"""

import hashlib
import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from trainer.errors import TrainingFailure, UserError
from trainer.losses.from_top_k import TopKLogits
from trainer.storage.atomic_files import flush_to_disk, write_json
from trainer.storage.json_files import read_json
from trainer.storage.model_files import ModelFiles
from trainer.teacher_cache.cache_facts import KEY_BYTES, CacheFacts

FACTS = "cache.json"
RECORDS = "windows.bin"
PROGRESS = "progress.json"


class LogitCache:
    """A finished cache, opened for reading."""

    def __init__(self, folder: Path, facts: CacheFacts) -> None:
        self.folder = folder
        self.facts = facts
        self._records = np.memmap(folder / RECORDS, dtype=facts.record, mode="r")
        self._rows = {bytes(key): row for row, key in enumerate(self._records["key"])}

    def look_up(self, tokens: Tensor) -> TopKLogits:
        """Return the teacher's top-k logits of tokens (B, T), as N = B · T rows on their device.

        Raises TrainingFailure for a window that the cache does not have, or that is damaged.
        """
        keys = [bytes(key) for key in window_keys(tokens.cpu().numpy())]
        for number, key in enumerate(keys):
            if key not in self._rows:
                raise TrainingFailure(
                    f"{self.folder}: has no answer to window {number} of this batch; the data of "
                    "the run are not those of the cache"
                )
        rows = [self._rows[key] for key in keys]
        found = self._records[rows]  # (B,)
        if (largest := found["ids"].max()) >= self.facts.vocab_size:
            raise TrainingFailure(
                f"{self.folder / RECORDS}: damaged: it names token {largest} of "
                f"{self.facts.vocab_size}; make the cache again with --overwrite"
            )
        return TopKLogits(
            *(
                torch.from_numpy(found[name].astype(kind)).to(tokens.device).flatten(0, 1)
                for name, kind in (
                    ("ids", np.int64),
                    ("logits", np.float32),
                    ("tail", np.float32),
                    ("entropy", np.float32),
                )
            )
        )


class CacheWriter:
    """Writes a cache batch by batch; an unfinished one is continued."""

    def __init__(self, folder: Path, facts: CacheFacts) -> None:
        """Open a new or an unfinished cache, and drop records that may be incomplete."""
        self._folder = folder
        self._facts = facts
        self._path = folder / RECORDS
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / FACTS).is_file():
            self.done = _progress(folder)
        else:
            write_json(folder / FACTS, {"format": "trainer.cache/1", **asdict(facts)})
            self.done = 0
        with self._path.open("ab") as file:
            self.done = min(self.done, file.tell() // facts.record.itemsize)
            file.truncate(self.done * facts.record.itemsize)

    def append(self, tokens: npt.NDArray[np.int64], answers: TopKLogits) -> None:
        """Append the teacher's top-k logits (B, T, …) for windows of tokens (B, T)."""
        records = np.zeros(len(tokens), dtype=self._facts.record)
        records["key"] = window_keys(tokens)
        for name in ("ids", "logits", "tail", "entropy"):
            records[name] = getattr(answers, name).cpu().numpy()
        with self._path.open("ab") as file:
            file.write(records.tobytes())
        self.done += len(tokens)

    def save_progress(self) -> None:
        """Flush the records to the disk, then record their number."""
        flush_to_disk(self._path)
        write_json(self._folder / PROGRESS, {"windows": self.done})


def open_cache(folder: Path) -> LogitCache:
    """Open a finished cache; raise UserError when it is missing, unfinished or damaged."""
    facts = read_facts(folder)
    done = _progress(folder)
    if done < facts.windows:
        raise UserError(
            f"{folder}: only {done} of {facts.windows} windows are answered; run the same "
            "`distill cache` again, it resumes there"
        )
    size = (folder / RECORDS).stat().st_size if (folder / RECORDS).is_file() else 0
    if size != facts.size:
        raise UserError(
            f"{folder / RECORDS}: {size} bytes, although {FACTS} says {facts.size}; make the cache "
            "again"
        )
    return LogitCache(folder, facts)


def read_facts(folder: Path) -> CacheFacts:
    """Read the facts of a cache; raise UserError when the folder is not a cache."""
    if not (folder / FACTS).is_file():
        raise UserError(f"{folder}: no {FACTS}: not a cache; make one with `distill cache`")
    facts = read_json(folder / FACTS)
    try:
        if facts.pop("format") != "trainer.cache/1":
            raise UserError(f"{folder / FACTS}: of another format; make the cache again")
        return CacheFacts(**facts)
    except (KeyError, TypeError) as fault:
        raise UserError(f"{folder / FACTS}: damaged ({fault}); make the cache again") from fault


def clear_cache(folder: Path) -> None:
    """Remove a cache's files, cache.json last."""
    for name in (PROGRESS, RECORDS, FACTS):
        (folder / name).unlink(missing_ok=True)


def require_room(folder: Path, size: int) -> int:
    """Return the free bytes where the folder will be; raise UserError when they are too few."""
    place = next(each for each in (folder, *folder.resolve().parents) if each.exists())
    free = shutil.disk_usage(place).free
    if size > free:
        raise UserError(
            f"{folder}: {size:,} bytes are needed, {free:,} are free; lower --top-k or "
            "training.epochs, or give another --output"
        )
    return free


def window_keys(tokens: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """Return a digest of each window (B, 16) of tokens (B, T)."""
    rows = np.ascontiguousarray(tokens, dtype="<i8")
    digests = (hashlib.blake2b(row.tobytes(), digest_size=KEY_BYTES).digest() for row in rows)
    return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, KEY_BYTES)


def weights_digest(files: ModelFiles) -> str:
    """Return the SHA-256 of a model's files, without building it."""
    digest = hashlib.sha256(repr(sorted(files.config.items())).encode())
    for path in files.weights:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _progress(folder: Path) -> int:
    if not (folder / PROGRESS).is_file():
        return 0
    done = read_json(folder / PROGRESS).get("windows")
    return done if isinstance(done, int) else 0
