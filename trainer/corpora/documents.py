"""From documents to tokens on the disk, whatever their number."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from trainer.data import Corpus
from trainer.errors import UserError
from trainer.tokenizer import Tokenizer

_HELD_OUT = 20  # one document in so many
_AT_ONCE = 4_000_000  # bytes of text that are tokenized together


@dataclass(frozen=True, slots=True)
class Document:
    """One text. `name` stands in messages and the digest; `key` decides the side of the split."""

    name: str
    key: bytes
    data: bytes

    @property
    def held_out(self) -> bool:
        """By a hash of the key alone, so that other documents move none to the other side."""
        return hash_of(self.key) % _HELD_OUT == 0


def hash_of(key: bytes) -> int:
    """Return 64 bits of the key's SHA-256."""
    return int.from_bytes(hashlib.sha256(key).digest()[:8])


def limited(documents: Iterable[Document], limit_bytes: int | None) -> Iterator[Document]:
    """Yield documents until `limit_bytes`, within the last one if need be."""
    room = limit_bytes
    for document in documents:
        if room is None:
            yield document
            continue
        yield Document(document.name, document.key, document.data[:room])
        if (room := room - len(document.data)) <= 0:
            return


def corpus_of(
    documents: Iterable[Document], tokenizer: Tokenizer, source: str, *, separator: bytes = b""
) -> Corpus:
    """Tokenize a stream of documents to unnamed files, and map them into memory.

    A document is followed by the tokenizer's end token, or by `separator` where it has none.
    Raises UserError: no text at all, or text that is not UTF-8 where it has to be.
    """
    digest, count = hashlib.sha256(), 0
    with TemporaryFile() as some, TemporaryFile() as others:  # the maps outlive them
        sides = _Side(some, tokenizer, separator), _Side(others, tokenizer, separator)
        for document in documents:
            side = "held out" if document.held_out else "train"
            digest.update(f"{side} {document.name} {len(document.data)}\n".encode())
            digest.update(hashlib.sha256(document.data).digest())
            sides[document.held_out].add(document)
            count += 1
        train, held_out = (each.tokens() for each in sides)
    if not len(train) and not len(held_out):
        raise UserError(f"the corpus is empty: no text in {source}; name a place with some")
    digest.update(tokenizer.digest.encode())
    return Corpus(
        train=train,
        held_out=held_out,
        digest=digest.hexdigest(),
        files=count,
        source=source,
        held_out_bytes=sides[True].size,
        unit="tokens" if tokenizer.digest else "bytes",
    )


class _Side:
    """One side of the split, growing in an unnamed file."""

    def __init__(self, file: IO[bytes], tokenizer: Tokenizer, separator: bytes) -> None:
        self._file = file
        self._tokenizer = tokenizer
        self._separator = separator if tokenizer.end is None else b""
        self._waiting: list[Document] = []
        self._waiting_bytes = 0
        self._type: np.dtype[Any] = np.min_scalar_type(tokenizer.size - 1)
        self.size = 0  # bytes of text

    def add(self, document: Document) -> None:
        """Take a document; tokenize when enough wait, which is faster than one by one."""
        self._waiting.append(document)
        self._waiting_bytes += len(document.data)
        if self._waiting_bytes >= _AT_ONCE:
            self._flush()

    def tokens(self) -> npt.NDArray[Any]:
        """Return all tokens, mapped from the disk."""
        self._flush()
        if self._file.tell() == 0:
            return np.empty(0, dtype=self._type)
        self._file.flush()
        return np.memmap(self._file, dtype=self._type, mode="r")

    def _flush(self) -> None:
        end = self._tokenizer.end
        closing = b"" if end is None else np.array([end], dtype=self._type).tobytes()
        texts = [each.data + self._separator for each in self._waiting]
        try:
            encoded = self._tokenizer.encode(texts)
        except UnicodeDecodeError:
            _name_the_fault(self._waiting)
            raise
        for text, ids in zip(texts, encoded, strict=True):
            self._file.write(ids.astype(self._type).tobytes() + closing)
            self.size += len(text)
        self._waiting, self._waiting_bytes = [], 0


def _name_the_fault(documents: Iterable[Document]) -> None:
    for document in documents:
        try:
            document.data.decode()
        except UnicodeDecodeError as fault:
            raise UserError(
                f"{document.name}: byte {fault.start} is not UTF-8, which a tokenizer needs; "
                "convert or leave out the file"
            ) from fault
