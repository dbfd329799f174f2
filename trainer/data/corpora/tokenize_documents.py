"""Tokenize documents to files on the disk, however many, and memory-map them."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile, gettempdir
from typing import IO, Any

import numpy as np

from trainer.data.corpora.documents import CorpusDigest, Document
from trainer.data.corpus import Corpus, Marks, TokenArray
from trainer.data.encoders import Encoder, Unencodable
from trainer.errors import UserError
from trainer.storage.atomic_files import flush_to_disk, write_json
from trainer.storage.json_files import read_json

_AT_ONCE = 4_000_000  # bytes of text that are tokenized together
_FACTS = "tokens.json"
_SIDES = ("train.bin", "held_out.bin")
_LEARNED = ("train_learned.bin", "held_out_learned.bin")
_STARTS = ("train_starts.npy", "held_out_starts.npy")
_BOOL = np.dtype(np.bool_)
_KEPT_BESIDE = (b"starts",)  # what earlier versions did not keep


def corpus_of(
    read: Callable[[], Iterable[Document]],
    encoder: Encoder,
    source: str,
    kept: Path | None = None,
) -> Corpus:
    """Tokenize documents to temporary files, or to files in `kept`, where they are reused.

    Raises UserError: no text at all, or text that is not UTF-8 where it has to be.
    """
    if kept is None:
        try:
            with ExitStack() as stack:  # the maps outlive the files
                files = [stack.enter_context(TemporaryFile()) for _ in _names(encoder)]
                return _tokenized(read(), files, encoder, source)
        except OSError as fault:
            raise UserError(
                f"{gettempdir()}: the tokens cannot be written ({fault}); make room, or let TMPDIR "
                "name a folder that has some"
            ) from fault
    corpus_digest = CorpusDigest()
    for document in read():
        corpus_digest.add(document)
    folder = kept / corpus_digest.digest(encoder.digest, encoder.separator, *_KEPT_BESIDE)
    if not (folder / _FACTS).is_file():
        _keep(folder, read(), encoder, source)
    return _mapped(folder, source)


def _names(encoder: Encoder) -> tuple[str, ...]:
    return (*_SIDES, *_LEARNED) if encoder.masks else _SIDES


def _keep(folder: Path, documents: Iterable[Document], encoder: Encoder, source: str) -> None:
    """Write the tokens aside and rename them into place: another run may do the same meanwhile."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent, prefix=".") as name:
            aside = Path(name) / folder.name
            aside.mkdir()
            _fill(aside, documents, encoder, source)
            if not folder.exists():
                aside.rename(folder)
    except OSError as fault:
        if not (folder / _FACTS).is_file():  # else another run was first, by a moment
            raise UserError(
                f"dataset.keep_tokens {folder.parent}: cannot be written ({fault}); name another "
                "folder"
            ) from fault


def _fill(folder: Path, documents: Iterable[Document], encoder: Encoder, source: str) -> None:
    paths = [folder / name for name in _names(encoder)]
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("w+b")) for path in paths]
        corpus = _tokenized(documents, files, encoder, source)
    for name, marks in zip(_STARTS, (corpus.train_marks, corpus.held_out_marks), strict=True):
        np.save(folder / name, np.array(marks.starts))
        paths.append(folder / name)
    for path in paths:
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
    masks = [_map(folder / name, _BOOL) for name in _LEARNED if (folder / name).is_file()]
    starts = [np.load(folder / name) for name in _STARTS]
    train_marks, held_out_marks = (
        Marks(*pair) for pair in zip(masks or (None, None), starts, strict=True)
    )
    return Corpus(
        train=train,
        held_out=held_out,
        digest=facts["digest"],
        files=facts["documents"],
        source=source,
        held_out_bytes=facts["held_out_bytes"],
        unit=facts["unit"],
        train_marks=train_marks,
        held_out_marks=held_out_marks,
    )


def _tokenized(
    documents: Iterable[Document], files: Sequence[IO[bytes]], encoder: Encoder, source: str
) -> Corpus:
    corpus_digest = CorpusDigest()
    sides = tuple(_SplitWriter(files[n::2], encoder) for n in range(2))
    for document in documents:
        corpus_digest.add(document)
        sides[document.held_out].add(document)
    (train, train_marks), (held_out, held_out_marks) = (each.tokens() for each in sides)
    if not len(train) and not len(held_out):
        raise UserError(f"the corpus is empty: no text in {source}; name a place with some")
    return Corpus(
        train=train,
        held_out=held_out,
        digest=corpus_digest.digest(encoder.digest),
        files=corpus_digest.count,
        source=source,
        held_out_bytes=sides[True].size,
        unit="tokens" if encoder.tokenizer.digest else "bytes",
        train_marks=train_marks,
        held_out_marks=held_out_marks,
    )


class _SplitWriter:
    """Writes one side of the split to a file, and what of it is learned to another, if any."""

    def __init__(self, files: Sequence[IO[bytes]], encoder: Encoder) -> None:
        self._file, *self._masks = files
        self._encoder = encoder
        self._waiting: list[Document] = []
        self._waiting_bytes = 0
        self._type: np.dtype[np.integer] = np.min_scalar_type(encoder.tokenizer.size - 1)
        self._starts = array("q")
        self._count = 0  # tokens
        self.size = 0  # bytes of text

    def add(self, document: Document) -> None:
        """Add a document; tokenize when enough wait, which is faster than one by one."""
        self._waiting.append(document)
        self._waiting_bytes += len(document.data)
        if self._waiting_bytes >= _AT_ONCE:
            self._flush()

    def tokens(self) -> tuple[TokenArray, Marks]:
        """Return all tokens with their marks, mapped from the disk."""
        self._flush()
        for file in (self._file, *self._masks):
            file.flush()
        learned = _map(self._masks[0], _BOOL) if self._masks else None
        starts = np.array(self._starts, dtype=np.int64)
        return _map(self._file, self._type), Marks(learned, starts)

    def _flush(self) -> None:
        texts = [each.data for each in self._waiting]
        try:
            encoded = self._encoder.encode(texts)
        except Unencodable as fault:
            raise UserError(f"{self._waiting[fault.number].name}: {fault}") from fault
        except UnicodeDecodeError:
            _name_the_fault(self._waiting)
            raise
        for text, (ids, learned) in zip(texts, encoded, strict=True):
            self._file.write(ids.astype(self._type).tobytes())
            if len(ids):
                self._starts.append(self._count)
            self._count += len(ids)
            if learned is not None:
                self._masks[0].write(learned.tobytes())
            self.size += len(text) + len(self._encoder.separator)
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


def _map(file: IO[bytes] | Path, kind: np.dtype[Any]) -> TokenArray:
    """Memory-map a file of tokens; an empty file, which cannot be mapped, is an empty array."""
    size = file.stat().st_size if isinstance(file, Path) else file.tell()
    return np.memmap(file, dtype=kind, mode="r") if size else np.empty(0, dtype=kind)
