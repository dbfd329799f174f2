"""Installed packages: their distributions, and what changes when one is built anew."""

import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from pv.evidence.digests import of_bytes, of_value
from pv.evidence.observer import installed_part

_CODE = (".py", ".so", ".pyd")


def identity(path: str) -> str | None:
    """Digest what was installed as a module or package; None where there is nothing.

    RECORD has the digest of each file of a distribution; sizes and times tell of later edits.
    """
    part = installed_part(path)
    if part is None or not os.path.lexists(path):
        return None
    records = sorted(of_bytes(record) for _, record in _owners(*part))
    code = ((name.removeprefix(path), *rest) for name, *rest in _code(path))
    return of_value([records, sorted(code)])


def version_of(module: str, file: str) -> str | None:
    """Return name and version of the distribution that a module of a file came with, if with one.

    Of one that is installed as a link to its sources, the record has no such file.
    """
    part = installed_part(file)
    for folder, _ in _owners(*part) if part else ():
        name, _, version = folder.removesuffix(".dist-info").rpartition("-")
        return f"{name} {version}"
    package = module.partition(".")[0]
    known = release(package)
    return f"{package} {known}" if known else None


def release(package: str) -> str | None:
    """Return the version of an installed distribution."""
    from importlib import metadata  # noqa: PLC0415 - takes longer than an answer from evidence

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _owners(home: str, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield the distributions that record a file or folder, with their records."""
    starts = tuple(f"{name}{end}".encode() for end in "/,")
    for folder, record in _records(home).items():
        if record.startswith(starts) or any(b"\n" + start in record for start in starts):
            yield folder, record


@cache  # what is installed while pv runs counts from its next run on
def _records(home: str) -> Mapping[str, bytes]:
    return {file.parent.name: file.read_bytes() for file in Path(home).glob("*.dist-info/RECORD")}


def _code(path: str) -> Iterator[tuple[str, int, int]]:
    """Yield the size and the time of each file of code."""
    waiting = [path] if os.path.isdir(path) else []
    if not waiting:
        found = os.stat(path)
        yield path, found.st_size, found.st_mtime_ns
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.name.endswith(_CODE):
                    status = entry.stat()
                    yield entry.path, status.st_size, status.st_mtime_ns
