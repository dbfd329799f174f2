"""Parquet files: one document a row, its text in one column.

The only module that imports pyarrow.
"""

from collections.abc import Iterator
from pathlib import Path

from trainer.data.corpora.documents import Document, take_bytes
from trainer.data.corpora.find_files import files_at
from trainer.data.corpora.records import Records
from trainer.data.corpora.tokenize_documents import corpus_of
from trainer.data.corpus import Corpus
from trainer.data.encoders import Encoder
from trainer.errors import UserError

try:
    import pyarrow as pa
    from pyarrow import parquet
except ModuleNotFoundError as missing:
    raise UserError(
        "dataset.source parquet needs an extra: pip install 'pv-contracts[trainer,parquet]'"
    ) from missing

_TEXT_TYPES = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)


def parquet_corpus(
    path: Path,
    records: Records,
    limit_bytes: int | None,
    encoder: Encoder,
    kept: Path | None = None,
) -> Corpus:
    """Read a file or a folder of them, some rows at a time.

    Raises UserError naming the file: not Parquet, no such column, a column or row without text.
    """
    files = files_at(path, (".parquet",))

    def read() -> Iterator[Document]:
        documents = (each for file in files for each in _documents(file, records))
        return take_bytes(documents, limit_bytes, whole=records.structured)

    return corpus_of(read, encoder, str(path), kept)


def _documents(path: Path, records: Records) -> Iterator[Document]:
    try:
        file = parquet.ParquetFile(path)
    except (pa.ArrowException, OSError) as fault:
        raise UserError(f"{path}: not a readable Parquet file ({fault}); write it again") from fault
    with file:
        _require_columns(path, file.schema_arrow, records)
        number = 0
        try:
            for rows in file.iter_batches(columns=list(records.keys)):
                for record in rows.to_pylist():
                    number += 1
                    data = records.content(record, f"{path}: row {number}")
                    yield Document(f"{path.name}:{number}", data, data)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as fault:
            raise UserError(
                f"{path}: cannot be read after row {number} ({fault}); write it again"
            ) from fault


def _require_columns(path: Path, schema: pa.Schema, records: Records) -> None:
    for key in records.keys:
        if key not in schema.names:
            raise UserError(
                f"{path}: has no column {key!r}; name one with dataset.field "
                f"(columns here: {', '.join(schema.names)})"
            )
        kind = schema.field(key).type
        texts = kind.value_type if pa.types.is_dictionary(kind) else kind
        text = any(is_of_text(texts) for is_of_text in _TEXT_TYPES)
        if records.format != "messages" and not text:
            raise UserError(f"{path}: column {key!r} is {kind}, not text; name one of text")
