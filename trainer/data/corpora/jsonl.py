"""JSON Lines: one object a line, its text under one key."""

import gzip
import json
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path

from trainer.data.corpora.documents import Document, take_bytes
from trainer.data.corpora.find_files import files_at
from trainer.data.corpora.records import Records
from trainer.data.corpora.tokenize_documents import corpus_of
from trainer.data.corpus import Corpus
from trainer.data.encoders import Encoder
from trainer.errors import UserError
from trainer.storage.json_files import JsonObject

_SUFFIXES = (".jsonl", ".ndjson", ".jsonl.gz")


def jsonl_corpus(
    path: Path,
    records: Records,
    limit_bytes: int | None,
    encoder: Encoder,
    kept: Path | None = None,
) -> Corpus:
    """Read a file or a folder of them, line by line; each line is a document.

    Raises UserError naming file and line: no UTF-8, no JSON object, no such key, no text in it.
    """
    files = files_at(path, _SUFFIXES)

    def read() -> Iterator[Document]:
        documents = (each for file in files for each in _documents(file, records))
        return take_bytes(documents, limit_bytes, whole=records.structured)

    return corpus_of(read, encoder, str(path), kept)


def _documents(path: Path, records: Records) -> Iterator[Document]:
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            place = f"{path}:{number}"
            data = records.content(_object(place, line), place)
            yield Document(f"{path.name}:{number}", data, data)


def _lines(path: Path) -> Iterator[bytes]:
    """Yield the lines, without the byte order mark that some editors put before the first."""
    number = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                yield line.removeprefix(BOM_UTF8) if number == 1 else line
    except (OSError, EOFError, zlib.error) as fault:
        raise UserError(
            f"{path}: cannot be read after line {number} ({fault}); copy or compress it again"
        ) from fault


def _object(place: str, line: bytes) -> JsonObject:
    try:
        value = json.loads(line.decode())
    except UnicodeDecodeError as fault:
        raise UserError(
            f"{place}: byte {fault.start} of the line is not UTF-8; convert the file"
        ) from fault
    except (ValueError, RecursionError) as fault:
        raise UserError(f"{place}: not JSON ({fault}); each line has to be one object") from fault
    if not isinstance(value, dict):
        raise UserError(f"{place}: not a JSON object; each line has to be one")
    return value
