"""Read text files of a folder, or of Python's own standard library."""

import os
import sysconfig
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from trainer.data.corpora.documents import Document, hash_of, take_bytes
from trainer.data.corpora.tokenize_documents import corpus_of
from trainer.data.corpus import Corpus
from trainer.data.encoders import TextEncoder
from trainer.data.tokenizer import ByteTokenizer, Tokenizer
from trainer.errors import UserError

_NOT_TEXT = frozenset({"test", "tests", "idle_test", "site-packages", "__pycache__", "turtledemo"})
_SUFFIXES = frozenset({".txt", ".md", ".rst", ".py"})
_BYTES = ByteTokenizer()


def standard_library_corpus(
    limit_bytes: int | None = None, tokenizer: Tokenizer = _BYTES, kept: Path | None = None
) -> Corpus:
    """Read the running Python's own standard library: `*.py` without tests (PSF licence)."""
    root = Path(sysconfig.get_path("stdlib"))
    files = [file for file in _below(root, _NOT_TEXT) if file.suffix == ".py"]
    return corpus_of(
        lambda: take_bytes(_in_hash_order(root, files), limit_bytes),
        TextEncoder(tokenizer),
        "Python standard library",
        kept,
    )


def folder_corpus(
    root: Path,
    limit_bytes: int | None = None,
    tokenizer: Tokenizer = _BYTES,
    kept: Path | None = None,
) -> Corpus:
    """Read the text files (.txt, .md, .rst, .py) below a folder; UserError if there is none."""
    if not root.is_dir():
        raise UserError(f"dataset.path {root}: there is no such folder; give one with text files")
    files = [file for file in _below(root) if file.suffix in _SUFFIXES and file.is_file()]
    return corpus_of(
        lambda: take_bytes(_in_hash_order(root, files), limit_bytes),
        TextEncoder(tokenizer),
        str(root),
        kept,
    )


def _below(root: Path, left_out: Collection[str] = ()) -> Iterator[Path]:
    """Yield what is in a folder and those below, but for folders and files of some names."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in left_out]
        yield from (Path(folder, name) for name in names if name not in left_out)


def _in_hash_order(root: Path, files: Iterable[Path]) -> Iterator[Document]:
    """Yield files ordered by a hash of their path, so that a limit samples the whole folder."""
    named = {file: file.relative_to(root).as_posix() for file in files}
    for file in sorted(files, key=lambda file: (hash_of(named[file].encode()), file)):
        try:
            data = file.read_bytes()
        except OSError as fault:
            raise UserError(
                f"{file}: cannot be read ({fault.strerror}); repair it, or leave it out"
            ) from fault
        yield Document(named[file], named[file].encode(), data)
