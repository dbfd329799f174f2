"""SHA-256 digests of texts, values and files."""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path


def of_bytes(data: bytes) -> str:
    """Digest some bytes."""
    return hashlib.sha256(data).hexdigest()


def of_value(value: object) -> str:
    """Digest a JSON-like value independently of the order of its keys."""
    text = json.dumps(value, sort_keys=True, default=str)
    return of_bytes(text.encode())


def of_files(files: Iterable[Path], root: Path) -> str:
    """Digest the names and contents of files, in the order of their names.

    Names are relative to `root` where they are below it.
    """
    digest = hashlib.sha256()
    for file in sorted(files):
        name = file.relative_to(root) if file.is_relative_to(root) else file
        digest.update(str(name).encode("utf-8", "surrogateescape") + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def of_folder(home: str, but: str) -> str:
    """Digest the names and contents of the files below a folder, but those of one suffix."""
    digest = hashlib.sha256()
    for here, folders, names in os.walk(home):
        folders.sort()
        for name in sorted(each for each in names if not each.endswith(but)):
            file = os.path.join(here, name)
            if os.path.isfile(file):  # a link may lead nowhere
                digest.update(file.removeprefix(home).encode("utf-8", "surrogateescape") + b"\0")
                digest.update(_of_file(file))
    return digest.hexdigest()


def _of_file(file: str) -> bytes:
    with open(file, "rb", buffering=0) as stream:
        return hashlib.sha256(stream.read()).digest()
