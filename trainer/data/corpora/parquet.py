"""Parquet files: one document a row, its text in one column.

The only module that imports pyarrow.
"""

from collections.abc import Iterator
from pathlib import Path

from trainer.data.corpora.documents import Document, take_bytes
from trainer.data.corpora.find_files import files_at
from trainer.data.corpora.tokenize_documents import corpus_of
from trainer.data.corpus import Corpus
from trainer.data.tokenizer import Tokenizer
from trainer.errors import UserError

try:
    import pyarrow as pa
    from pyarrow import parquet
except ModuleNotFoundError as missing:
    raise UserError(
        "dataset.source parquet needs an extra: pip install 'pv-contracts[trainer,parquet]'"
    ) from missing


def parquet_corpus(
    path: Path,
    field: str,
    limit_bytes: int | None,
    tokenizer: Tokenizer,
    kept: Path | None = None,
) -> Corpus:
    """Read a file or a folder of them, some rows at a time.

    Raises UserError naming the file: not Parquet, no such column, a column or row without text.
    """
    files = files_at(path, (".parquet",))

    def read() -> Iterator[Document]:
        return take_bytes((each for file in files for each in _documents(file, field)), limit_bytes)

    return corpus_of(read, tokenizer, str(path), separator=b"\n", kept=kept)


def _documents(path: Path, field: str) -> Iterator[Document]:
    try:
        file = parquet.ParquetFile(path)
    except (pa.ArrowException, OSError) as fault:
        raise UserError(f"{path}: not a readable Parquet file ({fault}); write it again") from fault
    with file:
        _require_text(path, file.schema_arrow, field)
        number = 0
        try:
            for rows in file.iter_batches(columns=[field]):
                for text in rows.column(0).to_pylist():
                    number += 1
                    if text is None:
                        raise UserError(f"{path}: row {number} has no {field!r}; leave it out")
                    data = text.encode()
                    yield Document(f"{path.name}:{number}", data, data)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as fault:
            raise UserError(
                f"{path}: cannot be read after row {number} ({fault}); write it again"
            ) from fault


def _require_text(path: Path, schema: pa.Schema, field: str) -> None:
    if field not in schema.names:
        raise UserError(
            f"{path}: has no column {field!r}; name one with dataset.field "
            f"(columns here: {', '.join(schema.names)})"
        )
    kind = schema.field(field).type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        raise UserError(f"{path}: column {field!r} is {kind}, not text; name one of text")
