"""Tokenize documents to files on the disk, however many, and memory-map them."""

from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile, gettempdir
from typing import IO

import numpy as np

from trainer.data.corpora.documents import CorpusDigest, Document
from trainer.data.corpus import Corpus, TokenArray
from trainer.data.tokenizer import Tokenizer
from trainer.errors import UserError
from trainer.storage.atomic_files import flush_to_disk, write_json
from trainer.storage.json_files import read_json

_AT_ONCE = 4_000_000  # bytes of text that are tokenized together
_FACTS = "tokens.json"
_SIDES = ("train.bin", "held_out.bin")


def corpus_of(
    read: Callable[[], Iterable[Document]],
    tokenizer: Tokenizer,
    source: str,
    *,
    separator: bytes = b"",
    kept: Path | None = None,
) -> Corpus:
    """Tokenize documents to temporary files, or to files in `kept`, where they are reused.

    A document is followed by the tokenizer's end token, or by `separator` where it has none.
    Raises UserError: no text at all, or text that is not UTF-8 where it has to be.
    """
    if kept is None:
        try:
            with TemporaryFile() as some, TemporaryFile() as others:  # the maps outlive them
                return _tokenized(read(), (some, others), tokenizer, source, separator)
        except OSError as fault:
            raise UserError(
                f"{gettempdir()}: the tokens cannot be written ({fault}); make room, or let TMPDIR "
                "name a folder that has some"
            ) from fault
    corpus_digest = CorpusDigest()
    for document in read():
        corpus_digest.add(document)
    folder = kept / corpus_digest.digest(tokenizer.digest.encode(), separator)
    if not (folder / _FACTS).is_file():
        _keep(folder, read(), tokenizer, source, separator)
    return _mapped(folder, source)


def _keep(
    folder: Path, documents: Iterable[Document], tokenizer: Tokenizer, source: str, separator: bytes
) -> None:
    """Write the tokens aside and rename them into place: another run may do the same meanwhile."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent, prefix=".") as name:
            aside = Path(name) / folder.name
            aside.mkdir()
            _fill(aside, documents, tokenizer, source, separator)
            if not folder.exists():
                aside.rename(folder)
    except OSError as fault:
        if not (folder / _FACTS).is_file():  # else another run was first, by a moment
            raise UserError(
                f"dataset.keep_tokens {folder.parent}: cannot be written ({fault}); name another "
                "folder"
            ) from fault


def _fill(
    folder: Path, documents: Iterable[Document], tokenizer: Tokenizer, source: str, separator: bytes
) -> None:
    some, others = (folder / name for name in _SIDES)
    with some.open("w+b") as first, others.open("w+b") as second:
        corpus = _tokenized(documents, (first, second), tokenizer, source, separator)
    for path in (some, others):
        flush_to_disk(path)
    facts = {
        "digest": corpus.digest,
        "documents": corpus.files,
        "held_out_bytes": corpus.held_out_bytes,
        "unit": corpus.unit,
        "type": corpus.held_out.dtype.str,
    }
    write_json(folder / _FACTS, facts)


def _mapped(folder: Path, source: str) -> Corpus:
    facts = read_json(folder / _FACTS)
    train, held_out = (_map(folder / name, np.dtype(str(facts["type"]))) for name in _SIDES)
    return Corpus(
        train=train,
        held_out=held_out,
        digest=facts["digest"],
        files=facts["documents"],
        source=source,
        held_out_bytes=facts["held_out_bytes"],
        unit=facts["unit"],
    )


def _tokenized(
    documents: Iterable[Document],
    files: tuple[IO[bytes], IO[bytes]],
    tokenizer: Tokenizer,
    source: str,
    separator: bytes,
) -> Corpus:
    corpus_digest = CorpusDigest()
    sides = tuple(_SplitWriter(file, tokenizer, separator) for file in files)
    for document in documents:
        corpus_digest.add(document)
        sides[document.held_out].add(document)
    train, held_out = (each.tokens() for each in sides)
    if not len(train) and not len(held_out):
        raise UserError(f"the corpus is empty: no text in {source}; name a place with some")
    return Corpus(
        train=train,
        held_out=held_out,
        digest=corpus_digest.digest(tokenizer.digest.encode()),
        files=corpus_digest.count,
        source=source,
        held_out_bytes=sides[True].size,
        unit="tokens" if tokenizer.digest else "bytes",
    )


class _SplitWriter:
    """Writes one side of the split to a temporary file."""

    def __init__(self, file: IO[bytes], tokenizer: Tokenizer, separator: bytes) -> None:
        self._file = file
        self._tokenizer = tokenizer
        self._separator = separator if tokenizer.end is None else b""
        self._waiting: list[Document] = []
        self._waiting_bytes = 0
        self._type: np.dtype[np.integer] = np.min_scalar_type(tokenizer.size - 1)
        self.size = 0  # bytes of text

    def add(self, document: Document) -> None:
        """Add a document; tokenize when enough wait, which is faster than one by one."""
        self._waiting.append(document)
        self._waiting_bytes += len(document.data)
        if self._waiting_bytes >= _AT_ONCE:
            self._flush()

    def tokens(self) -> TokenArray:
        """Return all tokens, mapped from the disk."""
        self._flush()
        self._file.flush()
        return _map(self._file, self._type)

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


def _map(file: IO[bytes] | Path, kind: np.dtype[np.integer]) -> TokenArray:
    """Memory-map a file of tokens; an empty file, which cannot be mapped, is an empty array."""
    size = file.stat().st_size if isinstance(file, Path) else file.tell()
    return np.memmap(file, dtype=kind, mode="r") if size else np.empty(0, dtype=kind)
